import assert from "node:assert/strict";
import { test } from "node:test";
import { written as parsed } from "../../playground/ui/stage/field.js";
import { bytes } from "../../playground/ui/stage/format.js";
import { extent, figure, rowAt, titles, written } from "../../playground/ui/stage/inspector/model.js";
import { placePanel, within } from "../../playground/ui/stage/inspector/place.js";
import { placePictures } from "../../playground/ui/stage/inspector/plots.js";
import { commandOf } from "../../playground/ui/stage/keyboard.js";
import { subject, target } from "../../playground/ui/stage/network/subject.js";
import { pickKernel } from "../../playground/ui/stage/vision/layout.js";
import { subject as seen } from "../../playground/ui/stage/vision/subject.js";
import { sceneOf } from "./network/scenes.js";
import { pixel, sceneOf as pictures } from "./vision/scenes.js";

test("numbers are written by their form, and what is not known is a dash", () => {
  assert.equal(written(null, "number"), "–");
  assert.equal(written(NaN, "number"), "NaN");
  assert.equal(written(1234.5, "number"), "1234.5");
  assert.equal(written(-0.25, "number"), "−0.250");
  assert.equal(written(0.00004, "number"), "4e−5");
  assert.equal(written([3, 3, 8], "shape"), "3 × 3 × 8");
  assert.equal(written([], "shape"), "one number");
  assert.equal(written(250000, "count"), "250\u202fk");
  assert.equal(written(0.123, "percent"), "12.3\u202f%");
  assert.deepEqual([40, 1234, 2.5e6].map(bytes), ["40 bytes", "1.23\u202fkB", "2.50\u202fMB"]);
  assert.equal(figure(3.2e7), "32.0\u202fM");
});

test("what is inspected has its column's title, or a name of its own", () => {
  const scene = sceneOf();
  assert.deepEqual(titles(scene, { layer: "dense_2", kind: "unit", part: "neuron 3" }), { title: "Hidden 2", part: "neuron 3" });
  assert.equal(titles(scene, { layer: null, kind: "loss", part: "" }).title, "Loss");
  assert.equal(titles(scene, { layer: "lstm_9", kind: "layer" }).title, "lstm_9");
});

test("a history is read at the nearest step, and its extent holds zero where that is near", () => {
  const history = Float32Array.of(0, 1, NaN, 10, 3, 0.5, 100, 2, -0.5);
  assert.deepEqual([0, 0.04, 0.06, 0.5, 0.6, 1].map(share => rowAt(history, share)), [0, 0, 1, 1, 2, 2]);
  assert.deepEqual(extent(history, 1), { low: 0, high: 3 });
  assert.deepEqual(extent(history, 2), { low: -0.5, high: 0.5 });
  assert.equal(extent(Float32Array.of(0, NaN, NaN), 1), null);
  const flat = extent(Float32Array.of(0, 0.5, 0, 9, 0.5, 0), 1);
  assert.ok(flat.low < 0.5 && flat.high > 0.5);
  assert.deepEqual(extent(Float32Array.of(0, 10, 0, 9, 11, 0), 1), { low: 10, high: 11 });
});

test("the panel stands beside the output unless that covers what was clicked", () => {
  const room = { top: 60, right: 946, height: 676 }, size = { width: 320, height: 400 };
  const usual = placePanel(null, size, room);
  assert.ok(usual.left + size.width < room.right && usual.top > room.top);
  assert.deepEqual(placePanel({ left: 100, top: 200, right: 130, bottom: 230 }, size, room), usual);
  const other = placePanel({ left: 700, top: 100, right: 930, bottom: 670 }, size, room);
  assert.ok(other.left + size.width < 700);
  const lower = placePanel({ left: 300, top: 80, right: 800, bottom: 160 }, size, room);
  assert.ok(lower.top > 160);
});

test("a dragged panel can always be taken hold of again", () => {
  const room = { width: 1200, height: 676 }, size = { width: 320, height: 400 };
  assert.deepEqual(within(-1000, -50, size, room), { left: -260, top: 0 });
  assert.deepEqual(within(5000, 5000, size, room), { left: 1140, top: 636 });
  assert.deepEqual(within(10, 20, size, room), { left: 10, top: 20 });
});

test("pictures have square pixels and room for all of them", () => {
  assert.deepEqual(placePictures([1, 3, 3], 138), { pixel: 22, across: 1, height: 66 });
  const many = placePictures([16, 3, 3], 138);
  assert.equal(many.across, 4);
  assert.ok(4 * 3 * many.pixel + 3 * 4 <= 138.01);
  assert.ok(placePictures([1, 64, 2], 138).height <= 132);
});

test("what is hovered has a name in memory, by its own number", () => {
  const scene = sceneOf([8, 100]), of = hover => subject({ scene, hover });
  scene.columns[2].shown = [4, 9, 70];
  assert.equal(of(null), null);
  assert.equal(of({ type: "feature", unit: 8 }), null);
  assert.deepEqual(of({ type: "neuron", column: 0, unit: 1 }), ["input", [1]]);
  assert.deepEqual(of({ type: "neuron", column: 2, unit: 2 }), ["dense_2/output", [70]]);
  assert.deepEqual(of({ type: "bias", column: 2, unit: 1 }), ["dense_2/bias", [9]]);
  assert.deepEqual(of({ type: "link", column: 3, from: 2, to: 0 }), ["head/weight", [70, 0]]);
});

test("what is inspected is found in the picture, where it is drawn", () => {
  const scene = sceneOf([8, 100]), of = (name, index) => target({ scene, inspected: name && { name, index } });
  scene.columns[2].shown = [4, 9, 70];
  assert.deepEqual(of("dense_2/output", [70]), { type: "neuron", column: 2, unit: 2 });
  assert.deepEqual(of("head/weight", [70, 0]), { type: "link", column: 3, from: 2, to: 0 });
  for (const [name, index] of [["dense_2/output", [5]], ["head/weight", [5, 0]], ["dense_1", null], ["loss", null], ["dense_1/weight", null], ["dense_9/output", [0]], [null]])
    assert.equal(of(name, index), null, name);
});

test("maps and kernels are found under the pointer", () => {
  const scene = pictures();
  assert.deepEqual(seen({ scene, hover: pixel(1, 1, 2, 0) }), ["conv2d_1/output", [1]]);
  assert.equal(seen({ scene, hover: null }), null);
  const layout = { columns: [{ kernel: 0 }, { kernel: 28, size: 50, tiles: [{ x: 200, y: 100 }, { x: 200, y: 180 }] }] };
  assert.deepEqual(pickKernel(layout, 160, 185), { column: 1, unit: 1 });
  assert.equal(pickKernel(layout, 190, 185), null);
  assert.equal(pickKernel(layout, 160, 140), null);
});

test("a field takes commas and true minuses, and nothing that is no number", () => {
  assert.deepEqual(["1,5", "−2", " 3 ", "", "x", "1e400"].map(parsed), [1.5, -2, 3, null, null, null]);
});

test("the key I inspects, but not where somebody types", () => {
  const on = (...matching) => ({ closest: selector => (matching.some(m => selector.includes(m)) ? {} : null) });
  assert.equal(commandOf("i", on()), "inspect");
  assert.equal(commandOf("I", on("textarea")), undefined);
});
