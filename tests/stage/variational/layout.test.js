import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../../../playground/ui/stage/variational/layout.js";
import { insertionPath } from "../../../playground/ui/stage/network/order.js";
import { sceneOf } from "./scenes.js";

const SIZES = [[1235, 542], [885, 542], [2500, 966], [358, 420]];
const right = ({ x, size }) => x + size;

test("the map stands in the middle, both halves beside it, and nothing overlaps", () => {
  for (const scene of [sceneOf(), sceneOf({ kind: "autoencoder" }), sceneOf({ hidden: 3, maps: 3 }), sceneOf({ hidden: 0 }), sceneOf({ latent: 16 })]) {
    for (const [width, height] of SIZES) {
      const { map, columns, again, pad, ...layout } = place(scene, width, height), shown = columns.filter(column => !column.hidden);
      assert.ok(Math.abs(map.x + map.size / 2 - layout.width / 2) <= 1);
      assert.ok(layout.width >= width - 1);
      for (let c = 1; c < shown.length; c++) assert.ok(shown[c].left >= shown[c - 1].right, `${c} of ${shown.length} at ${width}`);
      assert.equal(pad.x, 0);
      assert.ok(right(again) <= layout.width);
      assert.ok(map.y + map.size < height);
    }
  }
});

test("at 1280 pixels the map is 402 wide, and larger screens have a larger one", () => {
  const [desk, wide] = [place(sceneOf(), 1235, 542), place(sceneOf(), 2500, 966)];
  assert.ok(Math.abs(desk.map.size - 402) <= 1);
  assert.ok(wide.map.size > 700);
  assert.equal(desk.width, 1235);
});

test("a narrow page is panned, from the middle, and the map leaves something of the halves to be seen", () => {
  const layout = place(sceneOf(), 358, 420);
  assert.equal(layout.map.size, 306);
  assert.equal(layout.panels, 0);
  assert.equal(layout.begin, (layout.width - 358) / 2);
});

test("a large network beside the map makes the ground wider than the page", () => {
  assert.ok(place(sceneOf({ hidden: 8, maps: 7 }), 1235, 542).width > 1235);
});

test("links come in at the map's left edge and go out at its right one, one for each number", () => {
  const layout = place(sceneOf({ latent: 5 }), 1235, 542), code = layout.columns.find(column => column.map);
  assert.equal(code.tiles.length, 5);
  for (const { x, y } of code.tiles) {
    assert.equal(x - code.size / 2, layout.map.x);
    assert.ok(y > layout.map.y && y < layout.map.y + layout.map.size);
  }
  assert.deepEqual(layout.columns.filter(column => column.hidden).length, 1);
});

test("with noise its picture stands above the clean one, and is the one that goes in", () => {
  const noisy = place(sceneOf({ kind: "autoencoder", noise: 0.4 }), 1235, 542), clean = place(sceneOf(), 1235, 542);
  assert.ok(noisy.noisy.y + noisy.noisy.size < noisy.pad.y);
  assert.equal(noisy.source.y, noisy.noisy.y);
  assert.equal(clean.noisy, null);
  assert.equal(clean.source.y, clean.pad.y);
});

test("a layer is put into the half it is put in", () => {
  const scene = sceneOf({ hidden: 2 }), [code] = scene.columns.map((column, c) => (column.kind === "code" ? c : -1)).filter(c => c >= 0);
  assert.deepEqual(insertionPath(scene, 1), ["layers", 0]);
  assert.deepEqual(insertionPath(scene, code), ["layers", 2]);
  assert.deepEqual(insertionPath(scene, code + 2), ["task", "decoder", 0]);
  assert.deepEqual(insertionPath(scene, code + 3), ["task", "decoder", 1]);
  assert.deepEqual(insertionPath(scene, scene.columns.length - 1), ["task", "decoder", 2]);
  const bare = sceneOf({ hidden: 0 });
  assert.deepEqual(insertionPath(bare, bare.columns.length - 1), ["task", "decoder", 0]);
});
