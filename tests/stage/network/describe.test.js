import assert from "node:assert/strict";
import test from "node:test";
import { describe, formula, parameter, sentence } from "../../../playground/ui/stage/network/describe.js";
import { layout as placesOf } from "../../../playground/ui/stage/store.js";
import { sceneOf } from "./scenes.js";

const scene = sceneOf([2, 3], { features: 3, on: 2 }), places = placesOf(scene.columns);
//                                weights 1 (2 x 2)       biases 1    weights 2 (2 x 3)             biases 2        head
const weights = Float32Array.from([0.5, -1.43, 0.25, 0.75, 0.1, -0.2, 1, -1.42, 0.3, 0.2, 0.72, 0, 0.16, 0.185, -0.3, 2, -3, 1, 0.4]);
const store = { scene, arrays: new Map([
  ["network/weights", weights], ["network/gradients", weights.map(w => w / 100)],
  ["network/means", Float32Array.from([0.1, 0.2, 0.3, 0.05, 0.5])], ["network/saturation", Float32Array.from([0, 0.25, 0, 0.17, 1])],
]) };
const plain = html => html.replace(/<[^>]*>/g, "");

test("a formula has the two strongest terms, the rest and the bias", () => {
  assert.equal(plain(formula(store, places, 1, 1)), "a=tanh(−1.43 x1+0.75 x2+−0.20)");
  assert.equal(plain(formula(store, places, 3, 0)), "p=σ(−3.00 h2+2.00 h1+…+0.40)");
});

test("numbers carry their sign's colour", () => {
  assert.match(formula(store, places, 2, 1), /<b class="n">−1.42<\/b> h<sub>1<\/sub>/);
});

test("a neuron's card has bias, mean, saturation and gradient", () => {
  const { title, rows } = describe(store, places, { type: "neuron", column: 2, unit: 1 });
  assert.equal(title, "Hidden 2, neuron 2");
  assert.deepEqual(rows.map(row => [row.label, row.value]), [["bias", "0.185"], ["saturated", "17 %"], ["mean", "0.05"], ["∂L/∂b", "0.0019"]]);
});

test("the head has no picture of its own, hence no mean", () => {
  assert.deepEqual(describe(store, places, { type: "neuron", column: 3, unit: 0 }).rows.map(row => row.label), ["bias", "∂L/∂b"]);
});

test("a link's card names both ends", () => {
  const { title, rows } = describe(store, places, { type: "link", column: 2, from: 0, to: 1 });
  assert.equal(plain(title), "h1,1 → h2,2");
  assert.deepEqual(rows.map(row => row.value), ["−1.420", "−0.014"]);
  assert.equal(plain(describe(store, places, { type: "link", column: 1, from: 1, to: 0 }).title), "x2 → h1,1");
});

test("features say whether they are on, and the last one stays", () => {
  assert.match(describe(store, places, { type: "neuron", column: 0, unit: 1 }).aside, /on$/);
  assert.match(describe(store, places, { type: "feature", unit: 2 }).hint, /switch it on/);
  const one = sceneOf([2], { features: 2, on: 1 });
  assert.match(describe({ ...store, scene: one }, placesOf(one.columns), { type: "neuron", column: 0, unit: 0 }).hint, /stays on/);
});

test("an edit names the array and the real units of a layer of which only a part is shown", () => {
  const wide = sceneOf([64, 2]);
  wide.columns[1] = { ...wide.columns[1], units: 1024, shown: wide.columns[1].shown.map(k => 16 * k) };
  const at = placesOf(wide.columns);
  assert.deepEqual(parameter(wide, at, { type: "link", column: 2, from: 3, to: 1 }), { name: "dense_2/weight", index: [48, 1], place: at[2].weight + 7 });
  assert.deepEqual(parameter(wide, at, { type: "bias", column: 1, unit: 2 }), { name: "dense_1/bias", index: [32], place: at[1].bias + 2 });
  assert.equal(parameter(wide, at, { type: "neuron", column: 0, unit: 2 }), null);
});

test("a sentence has no marks in it", () => {
  assert.equal(sentence(describe(store, places, { type: "link", column: 2, from: 0, to: 1 })), "h1,1 to h2,2, weight. w −1.420, gradient of w −0.014");
});

test("names from a table cannot break out of the card", () => {
  const hostile = structuredClone(scene);
  hostile.features[0].label = "<img src=x onerror=alert(1)>";
  const { title } = describe({ ...store, scene: hostile }, places, { type: "neuron", column: 0, unit: 0 });
  assert.ok(!title.includes("<img"));
});
