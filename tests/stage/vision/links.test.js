import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../../../playground/ui/stage/vision/layout.js";
import { evenly, Links } from "../../../playground/ui/stage/vision/links.js";
import { inputOf, strengths, tieOf } from "../../../playground/ui/stage/vision/strengths.js";
import { arraysOf, sceneOf } from "./scenes.js";

const arrays = new Map(Object.entries(arraysOf()));

test("blocks are tied by kernels, weights, one to one, or fanned out", () => {
  assert.deepEqual([1, 2, 3, 4].map(c => tieOf(sceneOf(), c)), ["norm", "same", "fan", "weight"]);
});

test("a kernel's strength is its norm, its sign that of its sum", () => {
  const { sizes, signs, inputs, outputs } = strengths(sceneOf(), arrays, 1);
  assert.deepEqual([inputs, outputs], [1, 2]);
  assert.deepEqual([...sizes], [Math.fround(Math.SQRT2), 0]);
  assert.deepEqual([...signs], [1, 0]);
});

test("weights have their sizes and signs; nothing before they have come", () => {
  const { sizes, signs } = strengths(sceneOf(), arrays, 4);
  assert.deepEqual([[...sizes], [...signs]], [[0.5, 0.5, 1, 1], [1, -1, 1, -1]]);
  assert.equal(strengths(sceneOf(), new Map(), 4), null);
});

test("of a grouped convolution each map speaks to its own group", () => {
  const column = { shown: [0, 1, 2, 3], window: { groups: 4 } }, before = { shown: [0, 1, 2, 3] };
  assert.deepEqual([0, 1, 2, 3].map(j => inputOf(column, before, 0, j, 1)), [0, 1, 2, 3]);
  assert.equal(inputOf({ ...column, window: { groups: 1 } }, before, 3, 0, 4), 3);
});

test("many links are thinned to the strongest, and what is left out is counted", () => {
  const count = 64, cells = (kind, from) => ({ kind, shape: [count], shown: Array.from({ length: count }, (_, k) => k), units: count, from });
  const scene = { columns: [{ kind: "picture", shape: [8, 8, 1], shown: [0], units: 1, from: null }, cells("flatten", 0), cells("dense", 1)] };
  const weights = Float32Array.from({ length: count * count }, (_, k) => (k === 100 ? -9 : 0.01)), links = new Links(scene, place(scene, 900, 400));
  links.choose(new Map([["vision/weights/2", weights]]));
  const into = links.drawn.filter(link => link.column === 2), strong = into.at(-1);
  assert.ok(into.length <= 40);
  assert.deepEqual([strong.from, strong.to, strong.size, strong.sign], [1, 36, 1, -1]);
  assert.equal(links.hidden, count * count - into.length);
});

test("equal ones are taken from all over", () => {
  assert.deepEqual([...evenly(10, 5)], [1, 3, 5, 7, 9]);
  assert.deepEqual([...evenly(3, 12)], [0, 1, 2]);
});
