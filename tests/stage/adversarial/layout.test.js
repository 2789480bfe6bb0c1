import assert from "node:assert/strict";
import { test } from "node:test";
import { place, sides, turnedHeight } from "../../../playground/ui/stage/adversarial/layout.js";
import { Links } from "../../../playground/ui/stage/network/links.js";
import { layout as places } from "../../../playground/ui/stage/store.js";
import { sceneOf } from "./scenes.js";

const SIZES = [[1235, 542], [886, 542], [1130, 542], [1556, 642], [2516, 966]];
const box = (column, { x, y }) => [x - column.size / 2, x + column.size / 2, y - column.size / 2, y + column.size / 2];

test("at 1280x800 the plane stands in the middle, 402 wide, as in the look", () => {
  const { arena, columns, pad } = place(sceneOf(), 1235, 542);
  assert.deepEqual(arena, { x: 417, y: 62, size: 402 });
  assert.deepEqual(columns.map(column => Math.round(column.station)), [46, 181, 288, 395, 946, 1074, 1201]);
  assert.equal(pad.size, 84);
  assert.equal(pad.y + 42, arena.y + 201);
});

test("players keep to their sides, and all stands inside the host and over the losses", () => {
  for (const [width, height] of SIZES) {
    for (const scene of [sceneOf(), sceneOf({ generator: [8, 16, 8], discriminator: [9] }), sceneOf({ noise: 5 }), sceneOf({ generator: [], discriminator: [] })]) {
      const { arena, columns, losses } = place(scene, width, height), players = sides(scene.columns);
      for (const c of players.generator) for (const tile of columns[c].tiles) assert.ok(box(columns[c], tile)[1] <= arena.x, `column ${c} at ${width}`);
      for (const c of players.discriminator) for (const tile of columns[c].tiles) assert.ok(box(columns[c], tile)[0] >= arena.x + arena.size);
      for (const column of columns)
        for (const [left, right, top, bottom] of column.tiles.map(tile => box(column, tile)))
          assert.ok(left >= 0 && right <= width && top >= 80 && bottom <= losses.generator.y, `${[left, right, top, bottom]} in ${width} x ${height}`);
      for (const loss of Object.values(losses)) assert.ok(loss.x >= 0 && loss.x + loss.width <= width && loss.y + loss.height <= height);
      assert.ok(losses.generator.width < arena.x && losses.discriminator.x > arena.x + arena.size);
    }
  }
});

test("turned, nothing is wider than the screen and rows follow each other from noise to verdict", () => {
  for (const scene of [sceneOf(), sceneOf({ noise: 16, generator: [32, 64], data: "picture" })]) {
    const { columns, arena, height, losses } = place(scene, 354, 0, true);
    assert.equal(height, turnedHeight(scene, 354));
    let last = 0;
    columns.forEach((column, c) => {
      for (const tile of column.tiles) {
        const [left, right, top, bottom] = box(column, tile);
        assert.ok(left >= 0 && right <= 354 && bottom <= height);
        assert.ok(scene.columns[c].player === "noise" || top >= last, `column ${c}`);
      }
      last = Math.max(...column.tiles.map(tile => tile.y + column.size / 2));
      if (scene.columns[c].player === "sample") last = arena.y + arena.size;
    });
    assert.deepEqual([arena.x, arena.size], [0, 354]);
    assert.ok(losses.generator.y > last);
  }
});

test("links end at the sample's tiles, and leave the plane on its other side", () => {
  const scene = sceneOf(), placed = place(scene, 1235, 542), links = new Links(scene, placed), sample = 3;
  const into = links.curve(links.index(sample, 0, 1)), out = links.curve(links.index(sample + 1, 1, 0));
  assert.ok(into[6] < placed.arena.x && Math.abs(into[7] - placed.columns[sample].tiles[1].y) < 8);
  assert.deepEqual(out.slice(0, 2), [placed.columns[sample].exits[1].x, placed.columns[sample].exits[1].y]);
  assert.ok(out[0] > placed.arena.x + placed.arena.size);
  assert.equal(links.count, 2 * 6 + 6 * 6 + 6 * 2 + 2 * 6 + 6 * 6 + 6);
});

test("noise of two numbers with classes beside it: the square stands over their block", () => {
  for (const [width, height, turned] of [[1235, 542, false], [354, 0, true]]) {
    const { columns, pad } = place(sceneOf({ classes: 10, data: "picture" }), width, height, turned), [noise] = columns;
    assert.equal(noise.tiles.length, 12);
    for (const tile of noise.tiles) assert.ok(box(noise, tile)[2] >= pad.y + pad.size);
    assert.ok(pad.x >= 0 && pad.y >= (turned ? 20 : 80));
  }
});

test("a picture's many numbers are not drawn, their links are", () => {
  const scene = sceneOf({ data: "picture", noise: 16, generator: [32] }), { columns, pad } = place(scene, 1235, 542), sample = columns[2];
  assert.equal(sample.hidden, true);
  assert.equal(sample.tiles.length, 64);
  assert.equal(pad, null);
});

test("a column without a matrix has no weights, and its units stay counted", () => {
  const scene = sceneOf({ generator: [6, 6] });
  scene.columns[2].matrix = false;
  const at = places(scene.columns);
  assert.deepEqual([at[2].inputs, at[2].unit, at[3].unit], [0, 6, 12]);
  assert.equal(at[3].weight, 3 * 6);
});
