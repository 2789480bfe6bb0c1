import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf, winner, within } from "../../../playground/ui/stage/vision/window.js";

const window = (taps, more = {}) => ({ window: { taps, stride: 1, dilation: 1, before: [0, 0], ...more } });

test("a window begins at its pixel, and with a stride at every second", () => {
  const at = windowOf(window([2, 3]), 4, 7);
  assert.deepEqual(at.places.map(p => [p.x, p.y]), [[4, 7], [5, 7], [6, 7], [4, 8], [5, 8], [6, 8]]);
  const strided = windowOf(window([3, 3], { stride: 2 }), 4, 7);
  assert.deepEqual([strided.x, strided.y, strided.width, strided.height], [8, 14, 3, 3]);
});

test("padding puts it outside, where the frame is cut", () => {
  const padded = windowOf(window([3, 3], { before: [1, 1] }), 0, 0);
  assert.deepEqual(padded.places[0], { x: -1, y: -1 });
  assert.deepEqual(within(padded, [28, 28]), { x: 0, y: 0, width: 2, height: 2 });
  assert.deepEqual(within(windowOf(window([3, 3], { before: [1, 1] }), 27, 27), [28, 28]), { x: 26, y: 26, width: 2, height: 2 });
});

test("dilation leaves pixels out", () => {
  const wide = windowOf(window([3, 3], { dilation: 2 }), 1, 0);
  assert.deepEqual(wide.places.slice(0, 3).map(p => p.x), [1, 3, 5]);
  assert.equal(wide.width, 5);
});

test("strides of two kinds, and blocks without a window", () => {
  assert.deepEqual(windowOf(window([1, 1], { stride: [3, 2] }), 2, 2).places, [{ x: 4, y: 6 }]);
  assert.equal(windowOf({ window: null }, 0, 0), null);
});

test("the winner is the first of the largest; what lies outside never wins", () => {
  assert.equal(winner([0, 3, 3, 1]), 1);
  assert.equal(winner([null, -2, null, -1]), 3);
  assert.equal(winner([null, null]), -1);
});
