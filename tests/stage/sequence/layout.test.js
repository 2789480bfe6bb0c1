import assert from "node:assert/strict";
import { test } from "node:test";
import { gatesOf, pick, place, stepAt } from "../../../playground/ui/stage/sequence/layout.js";
import { markup, subOf } from "../../../playground/ui/stage/sequence/heads.js";
import { layer, sceneOf, seriesOf, textOf } from "./scenes.js";

test("gates of the forward half come first, and each knows its half", () => {
  const found = gatesOf(layer("gru", 2, 0, true));
  const names = ["reset", "update", "candidate", "hidden"];
  assert.deepEqual(found.map(({ half, gate }) => [half, gate]), [...names.map(name => [0, name]), ...names.map(name => [1, name])]);
  assert.equal(found[0].name, "Reset");
});

test("bands lie below each other, none over another, and within the height where there is room", () => {
  for (const scene of [sceneOf([layer("lstm", 32)]), textOf([layer("gru", 64)]), seriesOf()]) {
    const layout = place(scene, 880, 560), bands = layout.columns.flatMap(column => [...column.bands, ...column.bars]);
    for (let k = 1; k < bands.length; k++) assert.ok(bands[k].y >= bands[k - 1].y + bands[k - 1].height, scene.sequence.kind);
    assert.equal(layout.height, 560);
    assert.ok(bands.at(-1).y + bands.at(-1).height <= 560);
    assert.ok(layout.left + layout.step * layout.steps <= layout.width);
  }
});

test("with more layers fewer units are shown, and at last the ground is higher than its box", () => {
  const rows = layers => place(sceneOf(layers), 880, 480).columns[1].rows, lstm = layer("lstm", 64);
  assert.ok(rows([lstm]) > rows([lstm, lstm]));
  assert.ok(place(sceneOf([lstm, lstm, lstm]), 880, 480).height > 480);
  assert.equal(place(sceneOf([layer("lstm", 2)]), 880, 480).columns[1].rows, 2);
});

test("many steps on a narrow screen make the ground wider than its box", () => {
  const scene = sceneOf();
  scene.sequence.steps = 60;
  const narrow = place(scene, 346, 400), wide = place(scene, 1200, 400);
  assert.ok(narrow.width > 346 && narrow.narrow);
  assert.equal(wide.width, 1200);
});

test("what is pointed at: step, column, half and unit", () => {
  const layout = place(sceneOf([layer("lstm", 2, 0, true)]), 880, 700), { bands, bars } = layout.columns[1], x = layout.left + 2.5 * layout.step;
  assert.deepEqual(pick(layout, x, bands[0].y + 1), { column: 1, half: 0, unit: 0, step: 2 });
  assert.deepEqual(pick(layout, x, bands[7].y + 0.75 * bands[7].height), { column: 1, half: 1, unit: 1, step: 2 });
  assert.deepEqual(pick(layout, x, bars[0].y + 2), { column: 1, half: 0, unit: null, step: 2 });
  assert.equal(pick(layout, layout.left - 3, bands[0].y), null);
  assert.equal(stepAt(layout, layout.left + layout.step * 4 + 0.5), null);
});

test("names say what is shown of a layer, and lead to settings where there are some", () => {
  const scene = textOf([layer("gru", 64)]), layout = place(scene, 880, 480), html = markup(scene, layout);
  assert.match(subOf(scene, layout, 1), /^\d+ of 64 units shown$/);
  assert.equal(subOf(scene, layout, 2), "3 likeliest");
  assert.match(html, /data-name="1" aria-haspopup="dialog"/);
  assert.equal(html.match(/data-insert/g).length, 2);
  assert.equal(html.match(/data-handle/g).length, 1);
});
