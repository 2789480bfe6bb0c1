import assert from "node:assert/strict";
import { test } from "node:test";
import { percent } from "../../../playground/ui/stage/format.js";
import { entriesOf, sayingOf, tempered } from "../../../playground/ui/stage/sequence/chances.js";
import { alternatives } from "../../../playground/ui/stage/sequence/writing.js";
import { shaped, storeOf, textOf } from "./scenes.js";

const plain = { temperature: 1, topK: 0 };
const close = (found, wanted) => found.forEach((p, k) => assert.ok(Math.abs(p - wanted[k]) < 1e-6, `${[...found]} is not ${wanted}`));

test("temperature sharpens or evens out, top-k leaves out the least likely", () => {
  close(tempered([0.5, 0.3, 0.2], plain), [0.5, 0.3, 0.2]);
  close(tempered([0.8, 0.2], { temperature: 0.5, topK: 0 }), [16 / 17, 1 / 17]);
  close(tempered([0.5, 0.3, 0.2], { temperature: 0, topK: 0 }), [1, 0, 0]);
  close(tempered([0.5, 0.3, 0.2], { temperature: 1, topK: 2 }), [0.625, 0.375, 0]);
  close(tempered([1, 0, 0], { temperature: 0.1, topK: 0 }), [1, 0, 0]);
});

test("classes stand in their order, and the right one is marked", () => {
  const store = storeOf({ frame: { sequence: { row: 1, target: 2, answer: "B" } }, arrays: { "sequence/probabilities": shaped([0.1, 0.6, 0.3], [3]) } });
  const found = entriesOf(store, plain);
  assert.deepEqual(found.map(({ name, hit }) => [name, hit]), [["A", false], ["B", false], ["C", true]]);
  assert.equal(sayingOf(store, found, 3), "B, probably; it was C");
});

const text = () => storeOf({
  scene: textOf(), frame: { sequence: { row: null, text: "ABC", target: null } },
  arrays: {
    "sequence/probabilities": shaped([0.5, 0.3, 0.2], [3]), "sequence/chances": shaped([0.6, 0.3, 0.1, 0.9, 0.06, 0.04, 0.5, 0.3, 0.2], [3, 3]),
    "sequence/chosen": Object.assign(Int32Array.of(1, 0, 2, 2, 1, 0, 0, 1, 2), { shape: [3, 3] }),
  },
});

test("of a text the newest step's chances follow the temperature, those before are three, and what came is marked", () => {
  const cold = entriesOf(text(), { temperature: 0, topK: 0 });
  assert.deepEqual(cold.map(({ p }) => p), [1, 0, 0]);
  const passed = entriesOf(text(), plain, 0);
  assert.deepEqual(passed.map(({ name, hit }) => [name, hit]), [["B", true], ["A", false], ["C", false]]);
  assert.equal(sayingOf(text(), passed, 0), "after “A”");
});

test("alternatives of a character are what was likely a step before it", () => {
  assert.deepEqual(alternatives(text(), 2).map(({ name, hit }) => [name, hit]), [["C", true], ["B", false], ["A", false]]);
  const surprised = text();
  surprised.frame.sequence.text = "ABD";
  assert.deepEqual(alternatives(surprised, 2).at(-1), { name: "D", said: `< ${percent(Math.fround(0.04))}`, hit: true });
});
