import assert from "node:assert/strict";
import { test } from "node:test";
import * as picture from "../../playground/ui/stage/picture.js";

const { Lookup, bands, confidence, double, margin, paintClasses, plain, sample, sides, softmax, valuesOf } = picture;

const words = Uint32Array.from({ length: 256 }, (_, k) => (k === 255 ? 0 : k + 1));      // the word tells its code
const near = (a, b, e = 1e-6) => assert.ok(Math.abs(a - b) <= e, `${a} is not ${b}`);
const twice = (field, n) => double(Float32Array.from(field), n, new Float32Array(2 * n * n), new Float32Array(4 * n * n));
const painted = (lookup, values) => {
  const out = new Uint32Array(values.length);
  lookup.paint(Float32Array.from(values), out);
  return [...out].map(word => word - 1);
};

test("codes become values, and the lowest one not a number", () => {
  assert.deepEqual([...valuesOf(Int16Array.of(9, 9, -32768, 4), 2, 0.5, new Float32Array(2))], [NaN, 2]);
});

test("doubling keeps a constant, a slope, and the rim", () => {
  assert.ok(twice([3, 3, 3, 3], 2).every(v => v === 3));
  const slope = twice(Array.from({ length: 16 }, (_, k) => k % 4), 4).subarray(0, 8);
  [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3].forEach((v, k) => near(slope[k], v));
});

test("not a number spreads no farther than to its neighbours", () => {
  const fine = twice(Array.from({ length: 25 }, (_, k) => (k === 12 ? NaN : 0)), 5);
  assert.equal(fine.filter(Number.isNaN).length, 16);
});

test("confidence is the sigmoid's, a side is one or the other, NaN is transparent", () => {
  assert.deepEqual(painted(confidence(words), [-9, 0, 9, NaN]), [0, 127, 254, -1]);
  near(painted(confidence(words), [1])[0], 254 / (1 + Math.exp(-1)), 1);
  assert.deepEqual(painted(sides(words), [-0.1, 0.1]), [0, 254]);
});

test("values are clipped, bands are quarters", () => {
  assert.deepEqual(painted(plain(words), [-2, -1, 0, 1, 2]), [0, 0, 127, 254, 254]);
  assert.deepEqual(new Set(painted(bands(words), Array.from({ length: 99 }, (_, k) => k / 49 - 1))).size, 9);
  assert.equal(new Lookup(1, v => v, words).words.length, 2048);
});

test("classes: the winner's scale by its probability", () => {
  const planes = [[9, 0, 0, NaN], [0, 9, 0, 0], [0, 0, 0, 0]].map(p => Float32Array.from(p)), out = new Uint32Array(4);
  const scales = planes.map((_, k) => words.map(word => word + 1000 * k));
  paintClasses(planes, scales, false, out);
  near(out[0], 254, 1);
  near(out[1], 1254, 1);
  assert.equal(out[2] % 1000, 1);
  assert.equal(out[3], 0);
  paintClasses(planes, scales, true, out);
  assert.equal(out[2] % 1000, 255);
});

test("a class's margin is over the best other one", () => {
  const planes = [[1, 5], [3, 2], [2, 4]].map(p => Float32Array.from(p));
  assert.deepEqual([...margin(planes, 0, new Float32Array(2))], [-2, 1]);
});

test("a field is read between its points", () => {
  const field = Float32Array.of(0, 1, 2, 3);
  near(sample(field, 2, 0.5, 0.5), 1.5);
  near(sample(field, 2, 0, 0), 0);
  near(sample(field, 2, 1, 0.5), 2);
});

test("softmax sums to one, however large the logits", () => {
  const p = softmax([1000, 1000, 990]);
  near(p.reduce((a, b) => a + b), 1);
  near(p[0], 0.5, 1e-4);
});
