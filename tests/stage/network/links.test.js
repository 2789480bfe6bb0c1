import assert from "node:assert/strict";
import test from "node:test";
import { place } from "../../../playground/ui/stage/network/layout.js";
import { choose, Links, opacity, STRONGEST, width } from "../../../playground/ui/stage/network/links.js";
import { sceneOf } from "./scenes.js";

const linksOf = scene => new Links(scene, place(scene, 898, 492));

test("links are numbered as the weights lie: by column, by row, then the biases are stepped over", () => {
  const links = linksOf(sceneOf([3, 2], { features: 2, on: 2 }));
  assert.equal(links.count, 6 + 6 + 2);
  assert.deepEqual([...links.weights], [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 17, 18]);
  const k = links.index(2, 1, 0);
  assert.deepEqual([links.columns[k], links.sources[k], links.units[k], links.weights[k]], [2, 1, 0, 11]);
});

test("a link runs from the far side of its source to the port, where ends fan out by source", () => {
  const scene = sceneOf([8], { features: 9, on: 7 }), links = linksOf(scene), { columns } = links.layout;
  const ends = Array.from({ length: 7 }, (_, source) => links.curve(links.index(1, source, 3)));
  const [source, target] = [columns[0].tiles[0], columns[1].tiles[3]];
  assert.deepEqual(ends[0].slice(0, 2), [source.x + columns[0].size / 2 + 2, source.y]);
  for (const end of ends) assert.equal(end[6], target.x - columns[1].size / 2 - 9);
  for (let k = 1; k < 7; k++) assert.ok(ends[k][7] > ends[k - 1][7]);
  assert.ok(ends[6][7] - ends[0][7] <= 0.55 * columns[1].size);
  assert.equal(ends[3][7], target.y);
});

test("links from features begin at those that are on", () => {
  const scene = sceneOf([2], { features: 3, on: 2 });
  scene.features[0].on = false;
  scene.features[2].on = true;
  const links = linksOf(scene);
  assert.equal(links.curve(links.index(1, 0, 0))[1], links.layout.columns[0].tiles[1].y);
});

test("turned, links run downwards", () => {
  const scene = sceneOf([4]), links = new Links(scene, place(scene, 354, 452, true)), c = links.curve(links.index(1, 0, 0));
  assert.ok(c[7] > c[1]);
  assert.deepEqual([c[0], c[2]], [c[2], c[0]]);
});

test("up to 320 links all are drawn, the weak first", () => {
  const links = linksOf(sceneOf()), values = Float32Array.from({ length: 145 }, (_, k) => Math.sin(3 * k));
  links.choose(values, null);
  assert.equal(links.drawn.length, links.count);
  const sizes = [...links.drawn].map(k => Math.abs(values[links.weights[k]]));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
});

test("of more links the strongest are drawn: some of each layer, the rest wherever they are", () => {
  const links = linksOf(sceneOf([8, 8, 8, 8, 8, 8])), values = new Float32Array(500).map((_, k) => Math.cos(3 * k));
  for (const k of links.weights.subarray(0, 56)) values[k] *= 100;
  assert.equal(links.count, 384);
  links.choose(values, null);
  assert.equal(links.drawn.length, STRONGEST);
  const size = k => Math.abs(values[links.weights[k]]), drawn = new Set(links.drawn), missing = k => !drawn.has(k);
  for (let column = 1; column <= 7; column++) {
    const all = [...Array(links.count).keys()].filter(k => links.columns[k] === column), few = all.filter(k => drawn.has(k));
    assert.ok(few.length >= Math.min(all.length, 11), `column ${column}`);
    assert.ok(Math.max(0, ...all.filter(missing).map(size)) <= Math.min(...few.map(size)), `column ${column} draws its strongest`);
  }
  assert.ok(links.weights.subarray(0, 56).every((_, k) => drawn.has(k)));
});

test("hovering a neuron draws all of its links, hovering a link that one", () => {
  const links = linksOf(sceneOf([32, 32])), values = Float32Array.from({ length: 3000 }, (_, k) => k / 3000);
  links.choose(values, { type: "neuron", column: 1, unit: 0 });
  const own = [...links.drawn].filter(k => links.touches(k, { type: "neuron", column: 1, unit: 0 }));
  assert.equal(own.length, 7 + 32);
  links.choose(values, { type: "link", column: 1, from: 0, to: 0 });
  assert.ok(links.drawn.includes(links.index(1, 0, 0)));
});

test("equal weights and NaN: exactly as many as asked for, and what is not a number is seen", () => {
  const places = Uint32Array.from({ length: 400 }, (_, k) => k);
  assert.equal(choose(new Float32Array(400).fill(0.5), places, 160).length, 160);
  const values = new Float32Array(400).fill(0.5);
  values[7] = NaN;
  assert.equal(choose(values, places, 160).at(-1), 7);
});

test("width and opacity follow the size of the weight and stay in bounds", () => {
  assert.equal(width(0), 0.6);
  assert.equal(width(-1), width(1));
  assert.equal(width(100), 8);
  assert.equal(opacity(0), 0.14);
  assert.equal(opacity(-9), 0.86);
});
