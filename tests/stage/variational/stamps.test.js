import assert from "node:assert/strict";
import { test } from "node:test";
import { blended, Stamps } from "../../../playground/ui/stage/variational/stamps.js";

/** A canvas of pixels: as much of one as stamps need. */
class Bitmap {
  canvas = { width: 0, height: 0, getContext: () => this };
  words = new Map();

  at = (x, y) => this.words.get(`${x},${y}`) ?? 0;

  getImageData(left, top, width, height) {
    const data = new Uint8Array(4 * width * height), words = new Uint32Array(data.buffer);
    words.forEach((_, k) => (words[k] = this.at(left + (k % width), top + Math.floor(k / width))));
    return { data, width, height };
  }

  putImageData({ data, width }) {
    new Uint32Array(data.buffer).forEach((word, k) => this.words.set(`${k % width},${Math.floor(k / width)}`, word));
  }
}

/** A stamp of one pixel in the middle of three. */
const dot = colour => (context, x, y) => context.words.set(`${Math.floor(x)},${Math.floor(y)}`, colour);

function ground(width, height) {
  const made = new Bitmap();
  Object.assign(made.canvas, { width, height });
  for (let k = 0; k < width * height; k++) made.words.set(`${k % width},${Math.floor(k / width)}`, 0xff000000);
  return made;
}

function stamps(colours) {
  globalThis.document = { createElement: () => new Bitmap().canvas };
  return new Stamps(3, colours.map(dot));
}

test("a colour over another is between them, and what hides all is itself", () => {
  assert.equal(blended(0xffff8040, 0xff000000, 0), 0xff000000);
  assert.equal(blended(0xffff8040, 0xff000000, 128), 0xff804020);
  assert.equal(blended(0xff112233, 0xffffffff, 255), 0xff112233);
});

test("each point gets the stamp of its kind, in device pixels, and the next picture begins on the ground again", () => {
  const map = ground(8, 6), made = stamps([0xff0000ff, 0xff00ff00]);
  made.keep(map);
  made.paint(map, Float32Array.from([1.25, 1.25, 2.75, 1.25, NaN, NaN]), [0, 1, 0], 2);
  assert.deepEqual([map.at(2, 2), map.at(5, 2), map.at(3, 2)], [0xff0000ff, 0xff00ff00, 0xff000000]);
  made.paint(map, Float32Array.from([1.25, 1.25]), [1], 2);
  assert.deepEqual([map.at(2, 2), map.at(5, 2)], [0xff00ff00, 0xff000000]);
});

test("what reaches over the edge is cut off", () => {
  const map = ground(4, 4), made = stamps([0xff0000ff]);
  made.keep(map);
  made.paint(map, Float32Array.from([0.5, 0.5, 3.5, 3.5, -9, 2]), [0, 0, 0], 1);
  assert.deepEqual([map.at(0, 0), map.at(3, 3), map.at(1, 1), map.words.size], [0xff0000ff, 0xff0000ff, 0xff000000, 16]);
});
