import assert from "node:assert/strict";
import test from "node:test";
import { word } from "../../../playground/ui/stage/network/health.js";
import { layout as placesOf } from "../../../playground/ui/stage/store.js";
import { sceneOf } from "./scenes.js";

const places = placesOf(sceneOf([2, 3]).columns);
const say = (means, flats, c = 2) => word(places, new Map([["network/means", Float32Array.from(means)], ["network/saturation", Float32Array.from(flats)]]), c);

test("a layer that learns needs no word", () => assert.equal(say([0, 0, 0.1, 0.2, 0.3], [1, 1, 0.5, 0, 0.9]), ""));

test("neurons that are 0 everywhere are dead, those at their limit everywhere are saturated", () => {
  assert.equal(say([0, 0, 0, 0.2, 0], [0, 0, 1, 0, 1]), "2 dead");
  assert.equal(say([0, 0, -1, 0, 1], [0, 0, 1, 1, 1]), "1 dead, 2 saturated");
  assert.equal(say([0, 1, 0, 0, 0], [1, 1, 0, 0, 0], 1), "1 dead, 1 saturated");
});

test("what is not a number comes first", () => {
  assert.equal(say([0, 0, NaN, 0, 0], [0, 0, 0, 1, 1]), "1 not a number");
  assert.equal(say([0, 0, NaN, NaN, NaN], [0, 0, 0, 0, 0]), "not a number");
});

test("before the first frame there is nothing to say", () => assert.equal(word(places, new Map(), 1), ""));
