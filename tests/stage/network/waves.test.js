import assert from "node:assert/strict";
import test from "node:test";
import { layout as placesOf } from "../../../playground/ui/stage/store.js";
import { theme } from "../../../playground/ui/stage/theme.js";
import { backdrop, marks, progress } from "../../../playground/ui/stage/network/waves.js";
import { sceneOf } from "./scenes.js";

const scene = sceneOf([2, 2], { features: 3, on: 2 }), places = placesOf(scene.columns);
const stages = [
  ...[1, 2, 3].map(column => ({ segment: "forward", column })), { segment: "loss" },
  ...[3, 2, 1].map(column => ({ segment: "backward", column })), { segment: "update" },
];
const at = index => ({
  slow: { index, stages },
  arrays: new Map([["slow/values", Float32Array.from([1, 2, 0.1, 0.2, 0.3, 0.4, 0.5])], ["slow/deltas", Float32Array.from([-0.1, -0.2, -0.3, NaN, 0.057])]]),
});
const kinds = (index, t) => marks(at(index), scene, places, t).map(mark => mark && (mark.hot ? "delta" : "value"));

test("without slow motion there are no marks", () => assert.equal(marks({ slow: null }, scene, places, 1), null));

test("a layer takes its ring when the wave arrives", () => {
  assert.deepEqual(kinds(1, 0.5), ["value", "value", null, null]);
  assert.deepEqual(kinds(1, 0.9), ["value", "value", "value", null]);
});

test("on the way back values become deltas, layer by layer", () => {
  assert.deepEqual(kinds(3, 0.5), ["value", "value", "value", "value"]);
  assert.deepEqual(kinds(5, 0.5), ["value", "value", "delta", "delta"]);
  assert.deepEqual(kinds(7, 0.5), ["value", "delta", "delta", "delta"]);
});

test("numbers are the followed sample's, in the layer's colour or the gradients'", () => {
  const forward = marks(at(3), scene, places, 1), back = marks(at(7), scene, places, 1);
  assert.deepEqual(forward.map(mark => mark.number(0)), ["1.00", "0.10", "0.30", "0.50"]);
  assert.equal(forward[1].hue, theme.layer(1));
  assert.deepEqual([back[1].number(1), back[2].number(1), back[3].number(0)], ["−0.20", "", "0.057"]);
  assert.equal(back[1].hue, theme.grad);
});

test("other layers' links step back while a wave runs, none in loss and update", () => {
  assert.equal(backdrop({ segment: "forward", column: 2 }, 1), 0.35);
  assert.equal(backdrop({ segment: "forward", column: 2 }, 2), 1);
  assert.equal(backdrop({ segment: "update" }, 1), 1);
  assert.equal(backdrop(null, 1), 1);
});

test("waves arrive before their stage ends, at once with less motion", () => {
  assert.equal(progress(0, false), 0);
  assert.equal(progress(0.9, false), 1);
  assert.equal(progress(0, true), 1);
});
