import assert from "node:assert/strict";
import { test } from "node:test";
import { interleaved, said } from "../../../playground/ui/stage/variational/again.js";
import { meansOf, toNumbers, toPixel } from "../../../playground/ui/stage/variational/mapdraw.js";
import { brief, nameOf } from "../../../playground/ui/stage/variational/numbers.js";
import { halved } from "../../../playground/ui/stage/variational/panels.js";
import { gridOf } from "../../../playground/ui/stage/variational/strip.js";
import { sceneOf, storeAt } from "./scenes.js";

test("the map's middle is zero, up is more, and the way back is the same", () => {
  assert.deepEqual(toPixel([0, 0], 3, 400), [200, 200]);
  assert.deepEqual(toPixel([3, 3], 3, 400), [400, 0]);
  for (const v of [[0.5, -1.25], [-3, 3]]) toNumbers(toPixel(v, 3, 400), 3, 400).forEach((n, k) => assert.ok(Math.abs(n - v[k]) < 1e-9));
});

test("a class's name stands at the mean of its points; what is not known counts for nothing", () => {
  assert.deepEqual(meansOf(Float32Array.from([0, 0, 10, 4, NaN, NaN, 6, 6]), [1, 1, 1, 0]), [[1, 5, 2], [0, 6, 6]]);
});

test("latent numbers have an index", () => {
  assert.deepEqual([nameOf(0), nameOf(11)], ["z₁", "z₁₂"]);
});

test("numbers stay short when training goes wrong", () => {
  assert.deepEqual([0.5, -1.234, 1234.5, -5e8, null, NaN].map(brief), ["0.50", "−1.23", "1235", "−5e8", "NaN", "NaN"]);
});

test("pictures of a strip are as large as width and height allow", () => {
  const wide = gridOf(400, 124, 10, 2, 1), high = gridOf(2000, 124, 10, 2, 1);
  assert.ok(10 * wide.size + 9 * 6 <= 400);
  assert.ok(2 * high.size + 2 * 6 + 15 <= 124);
});

test("new pictures are shown in rows of equal length", () => {
  const pictures = Object.assign(Uint8Array.from({ length: 24 }, (_, k) => k), { shape: [6, 2, 2, 1] }), rows = halved(pictures, 2);
  assert.deepEqual(rows.map(row => [row.shape, row[0]]), [[[3, 2, 2, 1], 0], [[3, 2, 2, 1], 12]]);
});

test("planes of colours become pixels", () => {
  assert.deepEqual([...interleaved(Float32Array.from([1, 2, 3, 4, 5, 6]), [1, 2, 3])], [1, 3, 5, 2, 4, 6]);
});

test("below the picture stands its error, or whose numbers it is made of", () => {
  const store = storeAt("forward", 1), frame = { slow: null, latent: { own: false, error: 20.94 } }, scene = sceneOf();
  assert.equal(said({ scene, frame, slow: null }, true), "error 20.9 nats");
  assert.equal(said({ scene, frame: { latent: { own: true, error: null } }, slow: null }, true), "from the ring");
  assert.equal(said(store, true), "");
  assert.equal(said(store, false), "∂L/∂p at each pixel");
});
