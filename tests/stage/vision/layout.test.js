import assert from "node:assert/strict";
import { test } from "node:test";
import { formOf, frameOf, pick, place } from "../../../playground/ui/stage/vision/layout.js";
import { sceneOf } from "./scenes.js";

/** A column as wide networks have it. */
const maps = (count, side, from, kind = "conv2d") => ({
  kind, title: kind, path: ["layers", from], shape: [side, side, count], shown: Array.from({ length: count }, (_, k) => k), units: count, from,
  window: { taps: [3, 3], stride: 1 },
});
const cells = (kind, count, from) => ({ kind, title: kind, shape: [count], shown: Array.from({ length: count }, (_, k) => k), units: count, from });
const picture = { kind: "picture", title: "Picture", shape: [28, 28, 1], shown: [0], units: 1, from: null };
const lenet = { columns: [picture, maps(8, 26, 0), maps(8, 13, 1, "max_pool2d"), maps(12, 6, 2), cells("flatten", 64, 3), cells("dense", 32, 4), cells("head", 10, 5)] };

test("pictures, maps, strips and cells by kind and shape", () => {
  assert.deepEqual(sceneOf().columns.map(formOf), ["picture", "maps", "maps", "strip", "cells"]);
});

test("a LeNet fits at 1280 pixels, its blocks in order and apart", () => {
  const { columns, width } = place(lenet, 923, 418);
  assert.equal(width, 923);
  for (let c = 1; c < columns.length; c++) assert.ok(columns[c].left - columns[c - 1].right > 14, `block ${c}`);
  assert.ok(columns.at(-1).right < 923);
});

test("six blocks with up to sixteen maps fit, too: smaller, and more above each other", () => {
  for (const side of [8, 28]) {
    const small = Math.ceil(side / 2), pooled = [maps(8, side, 0), maps(8, small, 1, "max_pool2d"), maps(16, small, 2), maps(16, small / 2, 3, "max_pool2d")];
    const scene = { columns: [{ ...picture, shape: [side, side, 1] }, ...pooled, cells("flatten", 64, 4), cells("dense", 32, 5), cells("head", 10, 6)] };
    assert.equal(place(scene, 923, 418).width, 923, `pictures of ${side}`);
  }
});

test("all tiles lie inside the ground, rows on common lines", () => {
  const { columns, height } = place(lenet, 923, 418);
  for (const { tiles, size } of columns.slice(1)) for (const { y } of tiles) assert.ok(y - size / 2 >= 70 && y + size / 2 <= height);
  const rows = column => [...new Set(column.tiles.map(tile => Math.round(tile.y)))];
  assert.deepEqual(rows(columns[1]), rows(columns[2]));
  assert.equal(rows(columns[3]).length, 4);
});

test("where there is no room the ground is wider than the page", () => {
  const deep = { columns: [picture, ...Array.from({ length: 9 }, (_, k) => maps(16, 28, k)), cells("head", 10, 9)] }, { width, columns } = place(deep, 900, 400);
  assert.ok(width > 1800);
  assert.ok(columns.at(-1).right < width);
});

test("a place is the pixel that is drawn there", () => {
  const layout = place(lenet, 923, 418), { tiles, size } = layout.columns[1], { x, y } = tiles[5];
  assert.deepEqual(pick(lenet, layout, x, y), { column: 1, unit: 5, x: 13, y: 13 });
  assert.deepEqual(pick(lenet, layout, x - size / 2 + 0.1, y + size / 2 - 0.1), { column: 1, unit: 5, x: 0, y: 25 });
  const cell = layout.columns[5].tiles[20];
  assert.deepEqual(pick(lenet, layout, cell.x, cell.y), { column: 5, unit: 20, x: 0, y: 0 });
  assert.equal(pick(lenet, layout, layout.columns[1].right + 20, 200), null);
});

test("a map that is not square keeps its proportions", () => {
  assert.deepEqual(frameOf([10, 20], 40, { x: 50, y: 50 }), { x: 30, y: 40, width: 40, height: 20 });
});
