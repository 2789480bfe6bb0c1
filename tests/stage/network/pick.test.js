import assert from "node:assert/strict";
import test from "node:test";
import { cubic } from "../../../playground/ui/stage/canvas.js";
import { place } from "../../../playground/ui/stage/network/layout.js";
import { Links } from "../../../playground/ui/stage/network/links.js";
import { distance, pick } from "../../../playground/ui/stage/network/pick.js";
import { sceneOf } from "./scenes.js";

const scene = sceneOf(), layout = place(scene, 898, 492), links = new Links(scene, layout);
links.choose(new Float32Array(200).fill(1), null);
const at = (x, y) => pick(layout, links, x, y);

test("every tile is found at its middle and at its edge", () => {
  layout.columns.forEach((column, c) => column.units.forEach((tile, unit) => {
    const { x, y } = column.tiles[tile];
    assert.deepEqual(at(x, y), { type: "neuron", column: c, unit });
    assert.deepEqual(at(x + column.size / 2, y), { type: "neuron", column: c, unit });
  }));
});

test("a feature that is off is a feature, not a neuron", () => {
  const { x, y } = layout.columns[0].tiles[8];
  assert.deepEqual(at(x, y), { type: "feature", unit: 8 });
});

test("a feature's name is as good as its tile", () => {
  const { x, y } = layout.columns[0].tiles[2];
  assert.deepEqual(at(x - 50, y + 8), { type: "neuron", column: 0, unit: 2 });
});

test("the bar beside a tile is its bias", () => {
  const { x, y } = layout.columns[2].tiles[3];
  assert.deepEqual(at(x - layout.columns[2].size / 2 - 7, y + 6), { type: "bias", column: 2, unit: 3 });
});

test("a link is found in its middle, nothing beside all links", () => {
  const c = links.curve(links.index(3, 0, 0)), mid = k => (c[k] + 3 * c[k + 2] + 3 * c[k + 4] + c[k + 6]) / 8;
  assert.deepEqual(at(mid(0), mid(1)), { type: "link", column: 3, from: 0, to: 0 });
  assert.equal(at(100, 470), null);
  assert.equal(at(mid(0) + 40, 90), null);
});

test("the nearest of two links wins", () => {
  const near = distance(cubic(0, 0, 100, 0), 50, 2), far = distance(cubic(0, 10, 100, 10), 50, 2);
  assert.equal(near, 2);
  assert.equal(far, 8);
  assert.equal(distance(cubic(0, 0, 100, 50), 300, 300, 6), Infinity);
});
