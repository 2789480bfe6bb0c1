import assert from "node:assert/strict";
import test from "node:test";
import { place, turnedHeight } from "../../../playground/ui/stage/network/layout.js";
import { sceneOf } from "./scenes.js";

const stations = layout => layout.columns.map(column => Math.round(column.station));
const near = (a, b, slack = 0.5) => assert.ok(Math.abs(a - b) <= slack, `${a} is not ${b}`);

test("at 1280x800 columns and tiles stand as in the look", () => {
  const layout = place(sceneOf(), 898, 492);
  assert.deepEqual(stations(layout), [244, 453, 663, 872]);
  assert.deepEqual(layout.columns.map(column => column.size), [33, 33, 33, 28]);
  for (const tile of layout.columns[0].tiles) near(tile.x, 244);
  near(layout.columns[3].tiles[0].x, 898 - 26);
  assert.equal(layout.stacked, false);
});

test("tiles lie on whole pixels, inside the host and apart", () => {
  for (const [width, height] of [[898, 492], [898, 542], [1130, 592], [1810, 900], [592, 456]]) {
    for (const column of place(sceneOf([8, 32, 64]), width, height).columns) {
      for (const [k, tile] of column.tiles.entries()) {
        assert.ok(Number.isInteger(tile.x - column.size / 2) && Number.isInteger(tile.y - column.size / 2));
        assert.ok(tile.y - column.size / 2 >= 60 && tile.y + column.size / 2 <= height, `tile at ${tile.y} of ${height}`);
        for (const other of column.tiles.slice(k + 1)) assert.ok(Math.max(Math.abs(tile.x - other.x), Math.abs(tile.y - other.y)) >= column.size);
      }
    }
  }
});

test("up to 9 units are a column with bias bars, 10 to 32 blocks of 20, more of 17", () => {
  const { columns } = place(sceneOf([9, 10, 33, 1024]), 1500, 592);
  assert.deepEqual(columns.slice(1, 5).map(column => [column.block, column.ports]), [[false, true], [true, false], [true, false], [true, false]]);
  assert.deepEqual(columns.slice(2, 5).map(column => column.size), [20, 17, 17]);
  assert.equal(columns[4].tiles.length, 64);
  assert.equal(new Set(columns[3].tiles.map(tile => tile.x)).size, 3);
});

test("wide windows have larger tiles", () => {
  assert.ok(place(sceneOf(), 1090, 760).columns[1].size > 36);
  assert.equal(place(sceneOf(), 1090, 900).columns[1].size, 44);
  assert.equal(place(sceneOf(), 1836, 1100).columns[1].size, 56);
});

test("blocks leave room for links where stations are near", () => {
  const layout = place(sceneOf([64, 64, 64, 64, 64]), 898, 492);
  for (let c = 1; c < 6; c++) {
    const gap = layout.columns[c + 1].station - layout.columns[c].station - layout.columns[c].extent - layout.columns[c + 1].extent;
    assert.ok(gap >= 24, `${gap} pixels between blocks ${c} and ${c + 1}`);
  }
});

test("near stations put their menu under their count", () => {
  const layout = place(sceneOf([8, 8, 8, 8, 8, 8]), 898, 492);
  assert.equal(layout.stacked, true);
  assert.ok(Math.min(...layout.columns[1].tiles.map(tile => tile.y)) - layout.columns[1].size / 2 >= 84);
});

test("only features that are on are units", () => {
  const scene = sceneOf([4], { features: 4, on: 2 });
  scene.features[0].on = false;
  scene.features[3].on = true;
  const [column] = place(scene, 898, 492).columns;
  assert.equal(column.tiles.length, 4);
  assert.deepEqual(column.units, [1, 3]);
});

test("many features become a block, some a finer column", () => {
  assert.equal(place(sceneOf([4], { features: 13, on: 13 }), 898, 492).columns[0].block, false);
  assert.equal(place(sceneOf([4], { features: 30, on: 30 }), 898, 492).columns[0].block, true);
});

test("several outputs stand apart and leave room for their names", () => {
  const classes = Array.from({ length: 10 }, (_, k) => `digit ${k}`);
  const { columns } = place(sceneOf([8], { outputs: 10, classes }), 898, 492), head = columns.at(-1);
  assert.ok(head.station < 898 - 26 - 40);
  for (let k = 1; k < 10; k++) assert.ok(head.tiles[k].y - head.tiles[k - 1].y >= head.size + 4);
});

test("turned, layers are rows from top to bottom within the width", () => {
  const layout = place(sceneOf(), 354, 452, true);
  assert.deepEqual(stations(layout), [64, 179, 295, 410]);
  assert.equal(layout.columns[0].size, 29);
  for (const column of layout.columns) for (const tile of column.tiles) assert.ok(tile.x - column.size / 2 >= 0 && tile.x + column.size / 2 <= 354);
});

test("a turned network asks for the height its layers need", () => {
  assert.equal(turnedHeight(sceneOf(), 354), 452);
  for (const hidden of [[8, 8, 8, 8, 8, 8], [64, 32, 64]]) {
    const scene = sceneOf(hidden), layout = place(scene, 354, turnedHeight(scene, 354), true);
    for (let c = 1; c < layout.columns.length; c++) {
      const [a, b] = [layout.columns[c - 1], layout.columns[c]];
      assert.ok(b.station - b.extent - a.station - a.extent >= 55, `rows ${c - 1} and ${c}`);
    }
  }
});

test("skip connections get a lane under the tiles", () => {
  const scene = sceneOf([8, 8, 8]), lowest = layout => Math.max(...layout.columns[0].tiles.map(tile => tile.y));
  const before = lowest(place(scene, 898, 492));
  scene.columns[3].skip_from = 1;
  assert.ok(lowest(place(scene, 898, 492)) <= before - 6);
});
