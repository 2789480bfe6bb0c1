import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../playground/ui/stage/wire.js";

test("a message is read back as it was written", () => {
  const fields = Uint8Array.of(1, 2, 3), weights = Float32Array.of(0.5, -2, NaN), codes = Int16Array.of(-32768, 7);
  codes.shape = [1, 2];
  const written = { "network/fields": fields, "network/weights": weights, "surface/logits": codes };
  const { frame, scene, arrays } = decode(encode(written, { seq: 4 }, { revision: 2 }));
  assert.deepEqual(frame, { seq: 4 });
  assert.deepEqual(scene, { revision: 2 });
  assert.deepEqual([...arrays.get("network/fields")], [1, 2, 3]);
  assert.deepEqual([...arrays.get("network/weights")], [0.5, -2, NaN]);
  assert.deepEqual([...arrays.get("surface/logits")], [-32768, 7]);
  assert.deepEqual(arrays.get("surface/logits").shape, [1, 2]);
});

test("a frame without a scene has none", () => assert.equal(decode(encode({}, { seq: 1 })).scene, null));

test("a message may begin anywhere in its buffer", () => {
  const bytes = new Uint8Array(encode({ a: Int32Array.of(5, 6) }, { seq: 9 })), shifted = new Uint8Array(bytes.length + 16);
  shifted.set(bytes, 16);
  assert.deepEqual([...decode(shifted.buffer, 16).arrays.get("a")], [5, 6]);
});

test("an array of several bytes an item behind one of odd length is copied, not refused", () => {
  const { arrays } = decode(encode({ a: Uint8Array.of(1), b: Float32Array.of(1.5) }, {}));
  assert.deepEqual([...arrays.get("b")], [1.5]);
});

test("an aligned array is a view, not a copy", () => {
  const buffer = encode({ a: Float32Array.of(1, 2) }, {});
  assert.equal(decode(buffer).arrays.get("a").buffer, buffer);
});

test("a message cut short, and one with a strange type, say so", () => {
  const whole = encode({ a: Uint8Array.of(1) }, {});
  assert.throws(() => decode(whole.slice(0, 20)), /header of \d+ bytes does not fit in 20 bytes/);
  const text = new TextDecoder().decode(whole).replace('"U8"', '"F8"');
  assert.throws(() => decode(new TextEncoder().encode(text).buffer), /array a is of the type F8.*U8, I16, I32, F32, F16/);
});

test("halves become floats: normal, subnormal, zero of either sign, infinite, not a number", () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x0000, 0x8000, 0x7c00, 0xfc00, 0x7e01);
  bits.shape = [11, 1];
  const found = decode(encode({ a: bits }, {})).arrays.get("a");
  assert.ok(found instanceof Float32Array);
  assert.deepEqual([...found], [1, -2, 0.333251953125, 65504, 2 ** -24, 1023 * 2 ** -24, 0, -0, Infinity, -Infinity, NaN]);
  assert.deepEqual(found.shape, [11, 1]);
});
