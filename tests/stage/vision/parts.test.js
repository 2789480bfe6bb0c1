import assert from "node:assert/strict";
import { test } from "node:test";
import { brightest, moved, turned } from "../../../playground/ui/stage/vision/attention.js";
import { likelihoods, ranked, verdict } from "../../../playground/ui/stage/vision/bars.js";
import { shareOf } from "../../../playground/ui/stage/vision/blocks.js";
import { facts } from "../../../playground/ui/stage/vision/cards.js";
import { pairs } from "../../../playground/ui/stage/vision/confusion.js";
import { roomOf } from "../../../playground/ui/stage/vision/heads.js";
import { stroke } from "../../../playground/ui/stage/vision/stroke.js";
import { gradientsOf, largest, reached, valueOf } from "../../../playground/ui/stage/vision/values.js";
import { pixelName, sourceName } from "../../../playground/ui/stage/vision/words.js";
import { pixel, sceneOf, storeOf } from "./scenes.js";

test("a stroke inks a soft line, and what is dark stays dark", () => {
  const pixels = new Uint8Array(100), image = [10, 10, 1];
  assert.ok(stroke(pixels, image, 2.5, 5.5, 7.5, 5.5));
  assert.equal(pixels[52], 255);
  assert.equal(pixels[57], 255);
  assert.ok(pixels[42] > 0 && pixels[42] < 255);
  assert.equal(pixels[22], 0);
  const before = [...pixels];
  assert.equal(stroke(pixels, image, 5, 5.5, 6, 5.5), false);
  assert.deepEqual([...pixels], before);
  assert.ok(stroke(pixels, image, -3, -3, 0, 0));
});

test("keys go from pixel to pixel inside a map, and from map to map through the blocks", () => {
  const scene = sceneOf();
  assert.deepEqual(moved(scene, pixel(1, 0, 2, 0), [1, 0]), pixel(1, 0, 2, 0));
  assert.deepEqual(moved(scene, pixel(1, 0, 1, 0), [0, 1]), pixel(1, 0, 1, 1));
  assert.deepEqual(moved(scene, pixel(4, 0), [0, 1]), pixel(4, 1));
  assert.deepEqual(turned(scene, pixel(1, 0, 2, 2), 1), pixel(1, 1, 2, 2));
  assert.deepEqual(turned(scene, pixel(1, 1, 2, 2), 1), pixel(2, 0));
  assert.deepEqual(turned(scene, pixel(2, 0), -1), pixel(1, 1, 1, 1));
  assert.deepEqual(turned(scene, pixel(1, 0), -1), pixel(1, 0));
  assert.deepEqual(turned(scene, pixel(4, 1), 1), pixel(4, 1));
});

test("the brightest pixel, and the first known one among numbers that are none", () => {
  assert.deepEqual(brightest({ shape: [2, 2, 2] }, [0, 1, 0, 0, 0, 0, -3, 0]), { unit: 1, x: 0, y: 1 });
  assert.deepEqual(brightest({ shape: [3] }, [0.1, 0.7, 0.2]), { unit: 1, x: 0, y: 0 });
});

test("classes in their order, or the likeliest where there are many", () => {
  assert.deepEqual(ranked([0.1, 0.7, 0.2], 3), [0, 1, 2]);
  assert.deepEqual(ranked([0.1, 0.7, 0.2], 2), [1, 2]);
  assert.deepEqual([0.95, 0.6, 0.3, 0].map(p => verdict("3", p)), ["3, surely", "3, probably", "not sure yet", "nothing yet"]);
});

test("in slow motion nothing is likely before the pass has come to the head", () => {
  const slow = { index: 0, stages: [{ segment: "forward", column: 1 }], elapsed: 0, duration: 1 };
  const at = values => likelihoods(storeOf({ frame: { slow }, arrays: { "slow/maps/4": values } }));
  assert.deepEqual(at(Float32Array.of(NaN, NaN)), [0, 0]);
  assert.deepEqual(at(Float32Array.of(0.25, 0.75)), [0.25, 0.75]);
});

test("the most confused pairs, without the diagonal", () => {
  assert.deepEqual(pairs([9, 2, 0, 5, 9, 1, 0, 0, 9], 3, 2), [{ truth: 1, found: 0, count: 5 }, { truth: 0, found: 1, count: 2 }]);
});

test("blocks the pass has nothing to do with step back", () => {
  const forward = { segment: "forward", column: 2 }, backward = { segment: "backward", column: 2 };
  assert.deepEqual([1, 2, 3].map(c => shareOf(forward, c)), [1, 1, 0.35]);
  assert.deepEqual([1, 2, 3].map(c => shareOf(backward, c)), [0.35, 1, 1]);
  assert.deepEqual([1, 2].map(c => shareOf({ segment: "update" }, c)), [1, 1]);
  assert.equal(shareOf(null, 1), 1);
});

test("gradients are shown where the way back has come", () => {
  const stages = [{ segment: "forward", column: 1 }, { segment: "backward", column: 4 }, { segment: "backward", column: 1 }];
  assert.ok(reached({ stages, index: 1 }, "backward", 4));
  assert.ok(!reached({ stages, index: 1 }, "backward", 1));
  const arrays = { "slow/gradients/1": Float32Array.of(1) }, slow = { index: 1, stages, elapsed: 0, duration: 1 };
  assert.equal(gradientsOf(storeOf({ frame: { slow }, arrays }), 1), undefined);
  assert.ok(gradientsOf(storeOf({ frame: { slow: { ...slow, index: 2 } }, arrays }), 1));
});

test("values by place; outside of a map they are zero", () => {
  const store = storeOf();
  assert.equal(valueOf(store, 0, 0, 1, 0), 0.5);
  assert.equal(valueOf(store, 1, 0, -1, 0), 0);
  assert.equal(valueOf(store, 4, 1, 0, 0), Math.fround(0.2));
  assert.equal(largest([1, -4, NaN, -Infinity], 0.1), 4);
});

test("a station's card says what its block gives, costs and sees", () => {
  const rows = Object.fromEntries(facts(sceneOf(), 1));
  assert.deepEqual(rows, { output: "3 × 3 × 2", activation: "ReLU", parameters: "10", "multiply-adds": "72", "sees of the picture": "2 × 2" });
});

test("names of pixels and of what windows look at", () => {
  const scene = sceneOf();
  assert.equal(pixelName(scene, pixel(1, 1, 2, 0)), "map 2, pixel (2, 0)");
  assert.equal(pixelName(scene, pixel(4, 1)), "square");
  assert.equal(sourceName(scene, 0, 0), "the picture");
  assert.equal(sourceName(scene, 1, 1), "map 2");
});

test("a name at a station leaves its neighbours room", () => {
  const layout = { width: 500, columns: [{ station: 84 }, { station: 140 }, { station: 300 }] };
  assert.equal(roomOf(layout, 1), 46);
  assert.ok(roomOf(layout, 2) <= 150);
});
