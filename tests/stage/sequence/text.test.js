import assert from "node:assert/strict";
import { test } from "node:test";
import { characterAt, flow, grown, tail } from "../../../playground/ui/stage/sequence/prose.js";
import { codesOf } from "../../../playground/ui/stage/sequence/samples.js";
import { sign, symbolsOf, word } from "../../../playground/ui/stage/sequence/symbols.js";
import { Trail } from "../../../playground/ui/stage/sequence/trail.js";
import { goesOn, shownText } from "../../../playground/ui/stage/sequence/writing.js";
import { LSTM, statesOf, storeOf, textOf } from "./scenes.js";

const lines = (text, width) => {
  const found = [];
  for (const { character, line } of flow([...text], () => 1, width)) found[line] = (found[line] ?? "") + character;
  return found;
};

test("lines break at blanks, and words that are too long anywhere", () => {
  assert.deepEqual(lines("one two three", 8), ["one two ", "three"]);
  assert.deepEqual(lines("abcdefgh", 3), ["abc", "def", "gh"]);
  assert.deepEqual(lines("ab cdefghi j", 4), ["ab ", "cdef", "ghi ", "j"]);
  assert.deepEqual(lines("", 5), []);
});

test("the last lines are counted anew, and characters found in them", () => {
  const placed = tail(flow([..."one two three four"], () => 10, 80), 2);
  assert.deepEqual([...new Set(placed.map(({ line }) => line))], [0, 1]);
  assert.equal(characterAt(placed, 5, 5, 20).character, "t");
  assert.equal(characterAt(placed, 5, 25, 20).index, 14);
  assert.equal(characterAt(placed, 500, 5, 20), null);
});

test("how much a text has grown, also when its beginning was dropped", () => {
  assert.equal(grown("abc", "abcde"), 2);
  assert.equal(grown("abc", "bcd"), 1);
  assert.equal(grown("abc", "abc"), 0);
  assert.equal(grown("abc", "xyz"), 3);
});

test("what was written before what is looked at stays on show while that is its end", () => {
  const writing = { prompt: "The ", text: "cat sat" };
  assert.equal(shownText("sat", writing), "The cat sat");
  assert.equal(shownText("o The cat sat", writing), "o The cat sat");
  assert.equal(shownText("something else", writing), "something else");
  assert.equal(shownText("abc", { prompt: "", text: "" }), "abc");
  assert.equal(goesOn("abc", null), false);
});

test("what a unit said about characters that have left the window is kept", () => {
  const trail = new Trail(), at = { column: 1, half: 0, unit: 0 }, round = v => Math.round(v * 1000) / 1000;
  const read = (text, cell) => trail.note(storeOf({ scene: textOf(), frame: { sequence: { text } }, arrays: statesOf({ ...LSTM, cell }) }), at, text, "cell");
  read("AB", [0.1, 0.2, 0, 0]);
  read("ABC", [0.1, 0.2, 0.3, 0]);
  assert.deepEqual([0, 1, 2, 3].map(back => round(trail.value(back, at))), [0.3, 0.2, 0.1, NaN]);
  assert.ok(Number.isNaN(trail.value(0, { ...at, half: 1 })));
  read("XYZ", [1, 1, 1, 1]);
  assert.equal(trail.value(0, at), 1);
});

test("symbols as they are written, of codes or of ones among zeros", () => {
  assert.deepEqual([sign(" "), sign("\n"), sign("e"), word(" "), word("e")], ["·", "↵", "e", "space", "e"]);
  const sequence = { kind: "symbols", alphabet: ["A", "B"], steps: 2 };
  assert.deepEqual(symbolsOf(sequence, Int32Array.of(1, 0)), ["B", "A"]);
  assert.deepEqual(symbolsOf(sequence, Float32Array.of(0, 1, 1, 0)), ["B", "A"]);
  assert.equal(symbolsOf({ kind: "series" }, Float32Array.of(1)), null);
});

test("typed symbols take the place of the first ones; one that nobody knows is refused", () => {
  assert.deepEqual(codesOf("ba", ["A", "A", "A"], ["A", "B"], 3), [1, 0, 0]);
  assert.deepEqual(codesOf("BBBBB", ["A", "A", "A"], ["A", "B"], 3), [1, 1, 1]);
  assert.equal(codesOf("X", ["A", "A", "A"], ["A", "B"], 3), null);
  assert.equal(codesOf("A", [], ["A", "B"], 3), null);
});
