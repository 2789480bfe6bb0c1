import assert from "node:assert/strict";
import { test } from "node:test";
import { alpha, luminance, oklab, parse, ramp, srgb, theme } from "../../playground/ui/stage/theme.js";

test("colours are read as CSS writes them", () => {
  assert.deepEqual(parse("#fff"), [1, 1, 1]);
  assert.deepEqual(parse(" #0877bd ").map(v => Math.round(255 * v)), [8, 119, 189]);
  assert.deepEqual(parse("rgb(8, 119, 189)").map(v => Math.round(255 * v)), [8, 119, 189]);
  assert.equal(parse("transparent"), undefined);
  assert.equal(alpha("#0877bd", 0.5), "rgba(8,119,189,0.5)");
});

test("OKLab is Ottosson's: white, black, and red from his table", () => {
  for (const [rgb, lab] of [[[1, 1, 1], [1, 0, 0]], [[0, 0, 0], [0, 0, 0]], [[1, 0, 0], [0.628, 0.2249, 0.1258]]])
    oklab(rgb).forEach((v, k) => assert.ok(Math.abs(v - lab[k]) < 1e-3));
  assert.deepEqual(srgb(oklab([0.2, 0.4, 0.6])), [51, 102, 153]);
});

test("a scale keeps its stops, and 255 is no colour", () => {
  const scale = ramp(["#f59322", "#e8eaeb", "#0877bd"]);
  assert.equal(scale.signed(-1), "rgb(245,147,34)");
  assert.equal(scale.signed(0), "rgb(232,234,235)");
  assert.equal(scale.signed(9), "rgb(8,119,189)");
  assert.equal(scale.unit(0), scale.signed(-1));
  assert.equal(scale.words[127], 0xffebeae8);
  assert.equal(scale.words[255], 0);
});

test("equal steps of a scale look equal: lightness is linear between stops", () => {
  const scale = ramp(["#000000", "#ffffff"]), light = [0, 127, 254].map(k => oklab(parse(scale.css[k]))[0]);
  assert.ok(Math.abs(light[1] - (light[0] + light[2]) / 2) < 0.01);
});

test("layers' colours come again after four, and of two classes the second is blue", () => {
  assert.equal(theme.layer(5), theme.layer(1));
  assert.equal(theme.classOf(1, 2), theme.pos);
  assert.equal(theme.classOf(0, 2), theme.neg);
  assert.equal(theme.classOf(0, 3), theme.classes[0]);
  assert.equal(theme.classOf(6, 10), theme.classes[0]);
});

test("luminance tells light from dark", () => {
  assert.ok(luminance("#fbfbfa") > 0.9);
  assert.ok(luminance("#14171c") < 0.02);
});
