import assert from "node:assert/strict";
import test from "node:test";
import { hoverOf, step } from "../../../playground/ui/stage/network/keys.js";
import { place } from "../../../playground/ui/stage/network/layout.js";
import { sceneOf } from "./scenes.js";

const scene = sceneOf([8, 4]), layout = place(scene, 898, 492), turned = place(scene, 354, 452, true);

test("up and down stay in the column, and stop at its ends", () => {
  assert.deepEqual(step(layout, { column: 1, tile: 3 }, "ArrowDown"), { column: 1, tile: 4 });
  assert.deepEqual(step(layout, { column: 1, tile: 0 }, "ArrowUp"), { column: 1, tile: 0 });
  assert.deepEqual(step(layout, { column: 1, tile: 7 }, "ArrowDown"), { column: 1, tile: 7 });
});

test("left and right go to the nearest neuron of the next column", () => {
  assert.deepEqual(step(layout, { column: 1, tile: 0 }, "ArrowRight"), { column: 2, tile: 0 });
  assert.deepEqual(step(layout, { column: 1, tile: 7 }, "ArrowRight"), { column: 2, tile: 3 });
  assert.deepEqual(step(layout, { column: 3, tile: 0 }, "ArrowRight"), { column: 3, tile: 0 });
  assert.deepEqual(step(layout, { column: 0, tile: 0 }, "ArrowLeft"), { column: 0, tile: 0 });
});

test("turned, the arrows turn too", () => {
  assert.deepEqual(step(turned, { column: 1, tile: 3 }, "ArrowRight"), { column: 1, tile: 4 });
  assert.deepEqual(step(turned, { column: 1, tile: 7 }, "ArrowDown"), { column: 2, tile: 3 });
});

test("a feature that is off can be reached, to switch it on", () => {
  assert.deepEqual(hoverOf(layout, { column: 0, tile: 8 }), { type: "feature", unit: 8 });
  assert.deepEqual(hoverOf(layout, { column: 0, tile: 6 }), { type: "neuron", column: 0, unit: 6 });
});
