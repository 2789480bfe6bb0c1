import assert from "node:assert/strict";
import { test } from "node:test";
import { spoken as looked, turned } from "../../../playground/ui/stage/sequence/attention.js";
import { largestOf } from "../../../playground/ui/stage/sequence/bands.js";
import { spoken } from "../../../playground/ui/stage/sequence/cell.js";
import { cellOf, numbers, sumOf } from "../../../playground/ui/stage/sequence/numbers.js";
import { readSymbols, windowOf } from "../../../playground/ui/stage/sequence/reading.js";
import { gradientOf, norms, outputsOf, reached, running, stepAtHand, unitAtHand, valueAt } from "../../../playground/ui/stage/sequence/values.js";
import { layer, LSTM, sceneOf, seriesOf, shaped, slow, slowAt, statesOf, storeOf, textOf } from "./scenes.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("a unit's value by step; before the first step a state is 0", () => {
  const store = storeOf();
  near(valueAt(store, 1, "cell", 0, 0, 1), 0.375);
  near(valueAt(store, 1, "cell", 0, 1, 1), 0.475);
  assert.equal(valueAt(store, 1, "cell", 0, 0, -1), 0);
  assert.equal(valueAt(store, 1, "nothing", 0, 0, 1), undefined);
});

test("an LSTM's numbers obey its equations", () => {
  const store = storeOf();
  for (let step = 0; step < 4; step++) {
    store.setHover({ type: "step", x: step });
    const { f, i, g, c, before } = numbers(store);
    near(f * before + i * g, c);
  }
  assert.match(spoken(numbers(store)), /^LSTM 2, unit 1, step 4: before 0.38, forget 0.00/);
});

test("a half that reads backward has its last state at the step after", () => {
  const both = [layer("lstm", 2, 0, true)], arrays = { ...statesOf(LSTM), ...statesOf({ ...LSTM, cell: [1, 2, 3, 4] }, "sequence/states/1/backward/") };
  const store = storeOf({ scene: sceneOf(both), arrays });
  store.setMark({ column: 1, unit: 0, half: 1 });
  store.setHover({ type: "step", x: 1 });
  assert.deepEqual([numbers(store).c, numbers(store).before], [2, 3]);
  store.setHover({ type: "step", x: 3 });
  assert.equal(numbers(store).before, 0);
  const reversed = storeOf({ scene: sceneOf(undefined, { experiment: { layers: [{ kind: "lstm", reverse: true }] } }) });
  reversed.setHover({ type: "step", x: 0 });
  near(numbers(reversed).before, 0.375);
});

test("kinds of cells, and the sum behind a simple one's state", () => {
  assert.deepEqual(["lstm", "gru", "simple_rnn"].map(kind => cellOf(layer(kind, 2))), ["lstm", "gru", "rnn"]);
  near(Math.tanh(sumOf(0.5)), 0.5);
  assert.equal(sumOf(-1), -3.5);
});

test("at hand is the newest step, the pointer's, or the one slow motion computes", () => {
  const store = storeOf({ frame: { slow: { ...slow } } });
  assert.equal(stepAtHand(slowAt(store, 0, 0)), 0);
  assert.equal(stepAtHand(slowAt(store, 0, 0.5)), 2);
  assert.equal(stepAtHand(slowAt(store, 4, 0)), 3);
  assert.equal(stepAtHand(slowAt(store, 4, 1)), 0);
  assert.equal(stepAtHand(slowAt(store, 1, 0)), 3);
  store.setHover({ type: "step", x: 1 });
  assert.equal(stepAtHand(store), 1);
  assert.equal(stepAtHand(storeOf({ scene: textOf(), frame: { sequence: { text: "AB" } } })), 1);
});

test("slow motion runs from left to right, and back from right to left; a half that reads backward the other way", () => {
  const store = slowAt(storeOf({ frame: { slow: { ...slow } } }), 0, 0.5), forward = running(store);
  assert.deepEqual(forward, { column: 1, done: 2, step: 2, backward: false });
  assert.deepEqual([reached(forward, 0, 4), reached(forward, 1, 4)], [[0, 3], [1, 4]]);
  const back = running(slowAt(store, 4, 0.5));
  assert.deepEqual([reached(back, 0, 4), reached(back, 1, 4)], [[1, 4], [0, 3]]);
  assert.equal(running(slowAt(store, 2)), null);
  assert.equal(running(slowAt(store, 0, 0.1), true).done, 3);
});

test("what the head said of another sequence is not shown in slow motion", () => {
  const store = storeOf({ frame: { slow: { ...slow } }, arrays: { "slow/probabilities": shaped([0.2, 0.3, 0.5], [3]) } });
  assert.equal(outputsOf(slowAt(store, 0), 2), undefined);
  assert.equal(outputsOf(slowAt(store, 1), 2).length, 3);
});

test("a gradient's size by step", () => {
  assert.deepEqual([...norms([3, 4, 0, 1], 2)], [5, 1]);
  const arrays = { "slow/gradients/1": shaped([3, 4, 0, 0, 0, 0, 0, 1], [4, 2]), "sequence/gradient/1": shaped([1, 2, 3, 4], [4]) };
  assert.deepEqual([...gradientOf(storeOf({ frame: { slow: { ...slow } }, arrays }), 1)], [5, 0, 0, 1]);
  assert.deepEqual([...gradientOf(storeOf({ arrays }), 1)], [1, 2, 3, 4]);
});

test("the unit at hand is a recurrent one, in slow motion of the layer that runs", () => {
  const store = storeOf({ scene: sceneOf([layer("lstm", 2, 0), layer("gru", 2, 1)]) });
  store.setMark({ column: 3, unit: 2 });
  assert.deepEqual(unitAtHand(store), { column: 1, half: 0, unit: 1 });
  store.setMark({ column: 2, unit: 1, half: 1 });
  assert.deepEqual(unitAtHand(store), { column: 2, half: 0, unit: 1 });
});

test("keys go through layers and halves", () => {
  const scene = sceneOf([layer("lstm", 2, 0, true), layer("gru", 1, 1)]);
  assert.deepEqual(turned(scene, { column: 1, half: 0, unit: 1 }, 1), { column: 1, half: 1, unit: 1 });
  assert.deepEqual(turned(scene, { column: 1, half: 1, unit: 1 }, 1), { column: 2, half: 0, unit: 0 });
  assert.deepEqual(turned(scene, { column: 2, half: 0, unit: 0 }, 1), { column: 2, half: 0, unit: 0 });
});

test("what is read: symbols of codes, a text's own characters, a series in its units", () => {
  const store = storeOf({ arrays: { "sequence/input": Object.assign(Int32Array.of(0, 1, 2, 0), { shape: [4] }) } });
  assert.deepEqual(readSymbols(store), ["A", "B", "C", "A"]);
  assert.match(looked(store), /^Step 4, A: LSTM 2, unit 1, cell not known$/);
  assert.deepEqual(readSymbols(storeOf({ scene: textOf(), frame: { sequence: { text: "BC" } } })), ["B", "C"]);
  assert.deepEqual([...windowOf(storeOf({ scene: seriesOf(), arrays: { "sequence/input": shaped([0, 1, -1, 0.5], [4]) } }))], [10, 12, 8, 11]);
});

test("the full colour is that of the largest among what is shown", () => {
  const values = [1, -3, 9, NaN, 2, Infinity];
  assert.equal(largestOf(values, 3, 2, 0.5), 3);
  assert.equal(largestOf(values, 3, 3, 0.5), 9);
  assert.equal(largestOf([0.1, 0.2], 1, 1, 0.5), 0.5);
});
