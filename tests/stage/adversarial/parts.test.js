import assert from "node:assert/strict";
import { test } from "node:test";
import { bright, inputs, STILL, turnShare } from "../../../playground/ui/stage/adversarial/duel.js";
import { markup } from "../../../playground/ui/stage/adversarial/heads.js";
import { place } from "../../../playground/ui/stage/adversarial/layout.js";
import { columnOf, rangeOf } from "../../../playground/ui/stage/adversarial/losses.js";
import { axesOf, lengthsOf } from "../../../playground/ui/stage/adversarial/marks.js";
import { linesOf, quantile } from "../../../playground/ui/stage/adversarial/noise.js";
import { balance, RULES, verdictOf } from "../../../playground/ui/stage/adversarial/rules.js";
import { firstSentence } from "../../../playground/ui/stage/adversarial/titles.js";
import { pickWall, placeWall } from "../../../playground/ui/stage/adversarial/wall.js";
import { insertion } from "../../../playground/ui/stage/network/order.js";
import { hue } from "../../../playground/ui/stage/network/rail.js";
import { marks } from "../../../playground/ui/stage/network/waves.js";
import { layout as places, phaseOf, turnOf } from "../../../playground/ui/stage/store.js";
import { theme } from "../../../playground/ui/stage/theme.js";
import { at, sceneOf, STAGES, storeOf } from "./scenes.js";

const near = (a, b, slack) => assert.ok(Math.abs(a - b) <= slack, `${a} is not ${b}`);

test("a segment's name says whose turn it is and what is done", () => {
  assert.deepEqual([turnOf("generator/loss"), phaseOf("generator/loss"), turnOf("forward"), phaseOf("forward"), turnOf(undefined)], ["generator", "loss", "", "forward", ""]);
});

test("who learns is bright, who stands still is not; noise serves both", () => {
  const scene = sceneOf(), shares = segment => scene.columns.map((_, c) => bright({ segment }, c, scene));
  assert.deepEqual(shares("discriminator/backward"), [1, STILL, STILL, STILL, 1, 1, 1]);
  assert.deepEqual(shares("generator/update"), [1, 1, 1, 1, STILL, STILL, STILL]);
  assert.deepEqual(scene.columns.map((_, c) => bright(null, c, scene)), Array(7).fill(1));
  assert.deepEqual([turnShare(null, "generator"), turnShare({ segment: "discriminator/loss" }, "generator")], [1, STILL]);
});

test("noise of many numbers shows the followed one, and the class that is asked for; of two the square does", () => {
  const of = (given, chosen) => inputs({ scene: { ...sceneOf(given), tile: 1 }, frame: { chosen }, slow: null, arrays: new Map() });
  assert.deepEqual([...of({ noise: 3, classes: 2 }, { z: [0, 2.5, -9], class: 1 })], [127, 254, 0, 127, 178]);
  assert.equal(of({ noise: 2 }, { z: [0, 0] }), null);
});

test("players have their colours", () => {
  const scene = sceneOf({ generator: [2], discriminator: [2] });
  assert.deepEqual(scene.columns.map((_, c) => hue(scene, c)), [theme.ink3, theme.fake, theme.fake, theme.real, theme.ink3]);
});

test("rings follow the pass of the turn that is played: those of the last turn are gone", () => {
  const reached = index => {
    const store = storeOf(index);
    return marks(store, store.scene, places(store.scene.columns), 1).map(mark => (mark === null ? "-" : mark.hot ? "back" : "there"));
  };
  assert.deepEqual(reached(at("discriminator/forward", 3)), ["there", "there", "there", "there", "-"]);
  assert.deepEqual(reached(at("discriminator/backward", 4)), ["there", "there", "there", "there", "back"]);
  assert.deepEqual(reached(at("generator/forward", 1)), ["there", "there", "-", "-", "-"]);
  assert.deepEqual(reached(STAGES.length - 1), ["there", "back", "back", "back", "back"]);
});

test("a new layer goes to the player whose side the plus is on", () => {
  const scene = sceneOf(), paths = scene.columns.map((_, c) => c && insertion(scene, c).path);
  assert.deepEqual(paths.slice(1), [
    ["task", "generator", 0], ["task", "generator", 1], ["task", "generator", 2], ["layers", 0], ["layers", 1], ["layers", 2],
  ]);
  assert.deepEqual(insertion(sceneOf({ generator: [] }), 1).path, ["task", "generator", 0]);
});

test("each layer of both players can be changed, a plus is before each", () => {
  const scene = sceneOf({ generator: [6, 1] }), html = markup(scene, place(scene, 1235, 542));
  assert.equal(html.match(/data-insert/g).length, 6);
  assert.equal(html.match(/data-more/g).length, 4);
  assert.match(html, /aria-label="Remove Generator 2"/);
  assert.match(html, /2-D, normal/);
});

test("the station says what is wrong, in one sentence", () => {
  assert.equal(firstSentence("It makes 3 of 8 clouds. Let the discriminator learn more often."), "It makes 3 of 8 clouds.");
  assert.equal(firstSentence("no gradient"), "no gradient");
  assert.equal(firstSentence(""), "");
});

test("losses: each player's balance is on the axis, where it has one", () => {
  assert.deepEqual(["minimax", "non_saturating", "hinge", "wasserstein", "least_squares"].map(loss => balance(loss, "generator")?.value.toFixed(3)), ["-0.693", "0.693", undefined, undefined, undefined]);
  assert.equal(balance("minimax", "discriminator").value, Math.LN2);
  near(RULES.minimax.discriminator.value(0.5, 0.5), Math.LN2, 1e-12);
  near(RULES.minimax.generator.value(0.5, 0.5), -Math.LN2, 1e-12);
});

test("the slopes of the rules are the derivatives of an example's loss by the sum", () => {
  const eps = 1e-6;
  for (const [loss, { generator, slopes }] of Object.entries(RULES)) {
    for (const sum of [-2.3, -0.4, 0.7, 1.9]) {
      const of = s => generator.value(0, verdictOf(loss, s)), pair = (x, g) => RULES[loss].discriminator.value(verdictOf(loss, x), verdictOf(loss, g));
      near(slopes.generator[1](verdictOf(loss, sum)), (of(sum + eps) - of(sum - eps)) / (2 * eps), 1e-5);
      near(slopes.real[1](verdictOf(loss, sum)), (pair(sum + eps, 0) - pair(sum - eps, 0)) / eps, 1e-5);
      near(slopes.generated[1](verdictOf(loss, sum)), (pair(0, sum + eps) - pair(0, sum - eps)) / eps, 1e-5);
    }
  }
});

test("an axis holds 0 and the balance, and a step far off does not flatten the rest", () => {
  const { low, high } = rangeOf(Float32Array.from([...Array(400).fill(0.7), 90]), Math.LN2);
  assert.equal(low, 0);
  assert.ok(high > 0.7 && high < 2);
  assert.ok(rangeOf([-0.2, -0.5], -Math.LN2).low < -Math.LN2);
  assert.deepEqual([...columnOf([0, 1, 2, NaN, 10, 3, 4, NaN], 2)], [2, 4]);
  assert.ok(rangeOf([], null).high > 0);
});

test("marks: data's corners are the square's, strokes grow with the pull, and where there is none there is no stroke", () => {
  const to = axesOf(sceneOf().adversarial.axes, 400);
  assert.deepEqual([to.x(-6), to.x(6), to.y(3), to.y(-3)], [0, 400, 0, 400]);
  const [none, small, large] = lengthsOf([0, 0, 0.01, 0, 0, -1]);
  assert.equal(none, 0);
  assert.ok(small > 5 && small < large && large <= 24);
  assert.deepEqual([...lengthsOf([0, 0])], [0]);
});

test("the square's lines have equal chances between them", () => {
  near(quantile(0.975), 1.96, 0.01);
  near(quantile(0.5), 0, 1e-9);
  const lines = linesOf(9, "normal");
  assert.equal(lines.length, 9);
  for (const k of lines.keys()) near(lines[k], -lines[8 - k], 1e-9);
  assert.deepEqual(linesOf(4, "uniform"), [-0.75, -0.25, 0.25, 0.75]);
});

test("the wall fits its square, and pictures are found where they are drawn", () => {
  for (const size of [296, 354, 402, 760]) {
    for (const [rows, columns, named] of [[8, 8, false], [10, 8, true], [4, 6, false]]) {
      const wall = placeWall(size, rows, columns, named), { cell, pitch, left, top, real } = wall;
      assert.ok(real + 2 * pitch[0] - 4 <= size + 1, `${real} + 2 x ${pitch[0]} in ${size}`);
      assert.ok(top + rows * pitch[1] <= size + 4);
      const middle = (start, column, row) => [start + column * pitch[0] + cell / 2, top + row * pitch[1] + cell / 2];
      assert.deepEqual(pickWall(wall, ...middle(left, columns - 1, rows - 1)), { kind: "fake", row: rows - 1, column: columns - 1 });
      assert.deepEqual(pickWall(wall, ...middle(real, 1, 0)), { kind: "real", row: 0, column: 1 });
      assert.equal(pickWall(wall, real - 8, top + 3), null);
    }
  }
});
