import assert from "node:assert/strict";
import { test } from "node:test";
import { paceInWords, paceOf, placeOf, stopOf } from "../../playground/ui/stage/pace.js";

test("the slider goes from stages over one step a second to full speed", () => {
  assert.deepEqual(paceOf(0), { stage: true });
  assert.deepEqual(paceOf(0.169), { stage: true });
  assert.deepEqual(paceOf(0.17), { stage: false, steps_per_second: 1 });
  assert.deepEqual(paceOf(1), { stage: false, steps_per_second: 0 });
});

test("between them it is a log scale that never falls", () => {
  const speeds = Array.from({ length: 80 }, (_, k) => paceOf(0.17 + k / 100).steps_per_second);
  speeds.slice(1).forEach((speed, k) => assert.ok(speed >= speeds[k]));
  assert.ok(speeds.at(-1) > 5000);
  assert.equal(paceOf(0.57).steps_per_second, 100);
});

test("a pace that comes back finds its place", () => {
  for (let k = 0; k <= 100; k++) assert.deepEqual(paceOf(placeOf(paceOf(k / 100))), paceOf(k / 100));
});

test("a pace beyond the slider's stays below full speed", () => {
  assert.notEqual(paceOf(placeOf({ steps_per_second: 1e6 })).steps_per_second, 0);
});

test("paces have names", () => {
  assert.equal(paceInWords({ stage: true }), "one stage at a time");
  assert.equal(paceInWords({ steps_per_second: 1 }), "1 step a second");
  assert.equal(paceInWords({ steps_per_second: 40 }), "40 steps a second");
  assert.equal(paceInWords({ steps_per_second: 0 }), "full speed");
  assert.deepEqual([0, 0.33, 0.6, 0.9].map(stopOf), ["stage", "batch", "epoch", "full speed"]);
});
