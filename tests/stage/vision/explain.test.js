import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../playground/ui/stage/vision/explain.js";
import { placeLens, sentence } from "../../../playground/ui/stage/vision/lens.js";
import { pixel, sceneOf, storeOf } from "./scenes.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("a convolution: window times kernel are the products, their sum and the bias the value", () => {
  const what = explain(storeOf(), pixel(1, 0, 0, 0));
  assert.deepEqual(what.window, [1, 0.5, 0.25, 1]);
  assert.deepEqual(what.kernel, [1, 0, 0, 1]);
  assert.deepEqual(what.products, [1, 0, 0, 1]);
  assert.deepEqual([what.form, what.part, what.more, what.source], ["conv", 2, 0, 0]);
  near(what.bias, 0.1);
  near(what.total, 2.1);
  near(what.value, 2.1);
});

test("of several maps the one that says most is written out, the others are summed", () => {
  const scene = sceneOf(), columns = [...scene.columns];
  columns[2] = { ...columns[1], kind: "conv2d", title: "Conv 1 × 1", shape: [3, 3, 1], shown: [0], units: 1, from: 1, window: { taps: [1, 1], stride: 1, dilation: 1, before: [0, 0] } };
  const arrays = {
    "vision/maps/1": Object.assign(Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0), { shape: [2, 3, 3] }),
    "vision/maps/2": Object.assign(new Float32Array(9), { shape: [1, 3, 3] }), "vision/biases/2": Float32Array.of(0.5),
    "vision/kernels/2": Object.assign(Float32Array.of(2, -1), { shape: [1, 1, 2, 1] }),
  };
  const what = explain(storeOf({ scene: { columns }, arrays }), pixel(2, 0));
  assert.deepEqual([what.source, what.part, what.more, what.others, what.total], [1, -3, 1, 2, -0.5]);
});

test("where not all maps are sent, the run's own sum says what the others add", () => {
  const scene = sceneOf(), columns = scene.columns.map((column, c) => (c === 1 ? { ...column, units: 20 } : column));
  columns[2] = { ...columns[1], shape: [3, 3, 1], shown: [0], units: 1, from: 1, window: { taps: [1, 1], stride: 1, dilation: 1, before: [0, 0] } };
  const given = { "vision/maps/2": Object.assign(new Float32Array(9), { shape: [1, 3, 3] }), "vision/kernels/2": Object.assign(Float32Array.of(1, 0), { shape: [1, 1, 2, 1] }), "vision/biases/2": Float32Array.of(1) };
  assert.equal(explain(storeOf({ scene: { columns }, arrays: given }), pixel(2, 0)).others, undefined);
  const sums = { "vision/sums/2": Object.assign(Float32Array.of(5, 0, 0, 0, 0, 0, 0, 0, 0), { shape: [1, 3, 3] }) };
  const what = explain(storeOf({ scene: { columns }, arrays: { ...given, ...sums } }), pixel(2, 0));
  assert.equal(what.more, 19);
  near(what.others, 5 - 1 - 2.1);
});

test("pooling: the window and which pixel won", () => {
  const what = explain(storeOf(), pixel(2, 0));
  assert.deepEqual([what.form, what.won, what.rows, what.across], ["max", 0, 3, 3]);
  near(what.window[0], 2.1);
});

test("a unit: its strongest inputs first", () => {
  const what = explain(storeOf(), pixel(4, 0));
  assert.deepEqual([what.form, what.more, what.terms], ["units", 0, [0, 1]]);
  near(what.part, 0.5 * 2.1);
  near(what.total, 0.5 * 2.1 + 0.25);
});

test("a flattened picture is read from the maps it was made of, channel by channel", () => {
  const scene = sceneOf(), columns = [...scene.columns];
  columns[2] = { ...columns[3], kind: "flatten", shape: [18], units: 18, shown: [0, 9], from: 1 };
  columns[3] = { ...columns[4], from: 2 };
  const weights = Object.assign(new Float32Array(36), { shape: [18, 2] });
  weights[2 * 8] = 1;                                     // input 8: pixel (1, 1) of map 1
  const arrays = { "vision/weights/3": weights, "vision/maps/2": Float32Array.of(0, 0), "vision/maps/3": Float32Array.of(1.1, 0) };
  const what = explain(storeOf({ scene: { columns: columns.slice(0, 4) }, arrays }), pixel(3, 0));
  assert.equal(what.terms[0], 8);
  near(what.window[0], 1.1);
});

test("nothing to say of the picture, or before anything has come", () => {
  assert.equal(explain(storeOf(), pixel(0, 0)), null);
  assert.equal(explain(storeOf(), null), null);
  assert.equal(explain(storeOf({ arrays: { "vision/maps/1": undefined } }), pixel(1, 0)), null);
});

test("the lens in words", () => {
  const scene = sceneOf(), store = storeOf(), said = (...at) => sentence(scene, explain(store, pixel(...at)));
  assert.equal(said(1, 0), "Conv 2 × 2, map 1, pixel (0, 0): products sum to 2.00, bias 0.10, ReLU 2.10.");
  assert.equal(said(2, 0), "Max pool 3, map 1, pixel (0, 0): the largest of 9 pixels, 2.10.");
  assert.equal(said(3, 0), "Flatten, unit 1: 2.10.");
});

test("three grids and the sums stand in one line, on a phone in two", () => {
  const wide = placeLens(897, 3, 3), narrow = placeLens(354, 3, 3), large = placeLens(897, 5, 5);
  assert.equal(new Set(wide.grids.map(grid => grid.y)).size, 1);
  assert.ok(wide.swatch.x + 62 <= 897 && wide.written);
  assert.equal(new Set(narrow.grids.map(grid => grid.y)).size, 2);
  assert.ok(narrow.grids[1].x + 3 * narrow.cell[0] <= 354 && narrow.sums.x + 112 <= 354);
  assert.ok(large.written && large.sums.x + 112 <= 897);
  assert.ok(!placeLens(897, 11, 11).written);
});
