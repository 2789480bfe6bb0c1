import assert from "node:assert/strict";
import { test } from "node:test";
import { Store, layout, shownUnits } from "../../playground/ui/stage/store.js";

const columns = [
  { title: "Features", units: 2, shown: [0, 1] },
  { title: "Hidden 1", units: 3, shown: [0, 1, 2], from: 0 },
  { title: "Head", units: 1, shown: [0], from: 1 },
];
const scene = revision => ({ revision, columns });
const frame = (revision, more = {}) => ({ seq: 1, revision, state: "paused", step: 0, slow: null, ...more });
const message = (revision, more, arrays = {}, withScene = true) => (
  { frame: frame(revision, more), scene: withScene ? scene(revision) : null, arrays: new Map(Object.entries(arrays)) });
const stages = [{ segment: "forward", column: 1 }, { segment: "loss" }];
const slow = (index, elapsed, running = true) => ({ slow: { index, elapsed, duration: 2, running, stages } });

test("a scene counts once, however often it comes", () => {
  const store = new Store();
  assert.deepEqual(store.accept(message(1), 0), { scene: true, frame: true });
  assert.deepEqual(store.accept(message(1), 0), { scene: false, frame: true });
  assert.deepEqual(store.accept(message(2), 0), { scene: true, frame: true });
});

test("a frame of a scene that never came is dropped", () => {
  const store = new Store();
  store.accept(message(1), 0);
  assert.deepEqual(store.accept(message(2, {}, {}, false), 0), { scene: false, frame: false });
  assert.equal(store.frame.revision, 1);
});

test("a new scene takes the arrays laid out by the old one, but not the history", () => {
  const store = new Store();
  store.accept(message(1, {}, { "network/weights": Float32Array.of(1), "curve/history": Float32Array.of(0) }), 0);
  store.accept(message(2, {}, { "surface/logits": Int16Array.of(1) }), 0);
  assert.deepEqual([...store.arrays.keys()], ["curve/history", "surface/logits"]);
  assert.ok(store.fresh.has("surface/logits"));
});

test("slow motion's clock runs between frames, stands when paused, and ends at 1", () => {
  const store = new Store();
  store.accept(message(1, { state: "playing", ...slow(0, 0.5) }), 1000);
  store.tick(1500);
  assert.equal(store.stageClock, 0.5);
  store.tick(9000);
  assert.equal(store.stageClock, 1);
  store.accept(message(1, { state: "paused", ...slow(0, 1.5, false) }), 2000);
  store.tick(4000);
  assert.equal(store.stageClock, 0.75);
  assert.deepEqual(store.stage, { segment: "forward", column: 1 });
});

test("a frame that was late by some milliseconds does not set the clock back", () => {
  const store = new Store();
  store.accept(message(1, { state: "playing", ...slow(0, 0) }), 1000);
  store.accept(message(1, { state: "playing", ...slow(0, 0.2) }), 1250);
  store.tick(1250);
  assert.equal(store.stageClock, 0.125);
  store.accept(message(1, { state: "playing", ...slow(1, 0) }), 1300);
  store.tick(1300);
  assert.equal(store.stageClock, 0);
});

test("a hovered neuron is the one the words are about, and events come once", () => {
  const store = new Store(), heard = [];
  const off = store.on("hover", hover => heard.push(hover));
  store.setHover({ type: "neuron", column: 1, unit: 2 });
  store.setHover({ type: "neuron", column: 1, unit: 2 });
  assert.deepEqual(store.mark, { column: 1, unit: 2 });
  store.setHover({ type: "neuron", column: 0, unit: 1 });
  assert.deepEqual(store.mark, { column: 1, unit: 2 });
  off();
  store.setHover(null);
  assert.equal(heard.length, 2);
});

test("a smaller network takes the mark back to what exists", () => {
  const store = new Store();
  store.accept(message(1), 0);
  store.setHover({ type: "neuron", column: 1, unit: 2 });
  store.accept({ ...message(2), scene: { revision: 2, columns: [columns[0], { ...columns[1], units: 1, shown: [0] }, columns[2]] } }, 0);
  assert.deepEqual(store.mark, { column: 1, unit: 0 });
  assert.equal(store.hover, null);
});

test("weights and biases lie column after column, inputs by units", () => {
  assert.deepEqual(layout(columns), [
    { units: 2, unit: 0 }, { weight: 0, bias: 6, unit: 0, inputs: 2, units: 3 }, { weight: 9, bias: 12, unit: 3, inputs: 3, units: 1 },
  ]);
  assert.equal(shownUnits({ units: 1024, shown: [3, 9] }), 2);
});
