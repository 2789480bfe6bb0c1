import assert from "node:assert/strict";
import { test } from "node:test";
import { said } from "../../../playground/ui/stage/sequence/ahead.js";
import { heightAt, stroke, valueAt } from "../../../playground/ui/stage/sequence/draft.js";
import { compared, Course, forecastAt, heights, rowFor, rowsOf, span } from "../../../playground/ui/stage/sequence/series.js";
import { seriesOf, shaped, slow, slowAt, storeOf } from "./scenes.js";

test("a thinned series has values between those that are there", () => {
  const course = new Course([0, 10, 20], 5);
  assert.deepEqual([0, 5, 7, 10].map(time => course.at(time)), [0, 10, 14, 20]);
  assert.equal(course.end, 10);
  assert.equal(course.at(15), undefined);
});

test("the row whose answer is for a time, within those there are", () => {
  const sequence = { window: 4, ahead: 2 };
  assert.equal(rowsOf(sequence, 20), 15);
  assert.equal(rowFor(sequence, 9, 15), 4);
  assert.equal(rowFor(sequence, 0, 15), 0);
  assert.equal(rowFor(sequence, 19, 15), 14);
});

test("the nearest forecast, and the times and heights that are seen", () => {
  const forecast = [10, 1, 14, 2, 18, 3];
  assert.deepEqual(forecastAt(forecast, 13), { time: 14, value: 2 });
  assert.deepEqual(forecastAt(forecast, 99), { time: 18, value: 3 });
  assert.equal(forecastAt(undefined, 3), null);
  const course = new Course(Array.from({ length: 20 }, (_, k) => k));
  assert.deepEqual(span({ window: 4 }, forecast, course), [6, 18]);
  assert.deepEqual(span({ window: 4 }, undefined, course), [0, 19]);
  const [low, high] = heights(course, [6, 18]);
  assert.ok(low < 6 && low > 4 && high > 18 && high < 20);
});

test("the answer and what came in units of the data, in slow motion too", () => {
  const store = storeOf({ scene: seriesOf(), frame: { sequence: { answer: "12.5", target: 11 } } });
  assert.deepEqual(said(store), { answer: 12.5, target: 11 });
  const followed = storeOf({ scene: seriesOf(), frame: { slow: { ...slow, target: 0.5 } }, arrays: { "slow/outputs/2": shaped([-1], [1]) } });
  assert.deepEqual(said(slowAt(followed, 1)), { answer: 8, target: 11 });
});

test("an error against persistence in words", () => {
  assert.match(compared(0.4), /^better/);
  assert.match(compared(1.2), /^no better/);
  assert.equal(compared(null), "");
});

test("a stroke draws every value between two spots, and heights stand for values", () => {
  const values = new Float32Array(6);
  stroke(values, { step: 1, value: 1 }, { step: 4, value: 4 });
  assert.deepEqual([...values], [0, 1, 2, 3, 4, 0]);
  stroke(values, { step: 2, value: 9 }, { step: 2, value: 7 });
  stroke(values, { step: 5, value: 0 }, { step: 3, value: 2 });
  assert.deepEqual([...values], [0, 1, 7, 2, 1, 0]);
  assert.equal(valueAt([-1, 1], 10, 50, 30), 0);
  assert.equal(valueAt([-1, 1], 10, 50, 90), -1);
  assert.equal(heightAt([-1, 1], 10, 50, 1), 10);
});
