import assert from "node:assert/strict";
import test from "node:test";
import { markup } from "../../../playground/ui/stage/network/settings.js";
import { sceneOf } from "./scenes.js";

const layer = { kind: "dense", units: 4, activation: { kind: "relu", slope: 0.1 }, initializer: { kind: "glorot", distribution: "uniform" } };
const scene = { ...sceneOf([4], { layers: [layer] }), layer_kinds: [
  { kind: "dense", title: "Dense", fields: { units: { title: "Neurons", text: "How many.", low: 1, high: 1024, whole: true } } },
  { kind: "dropout", title: "Dropout", fields: { rate: { title: "Rate", low: 0, high: 0.95 } } },
] };
const family = { initializers: [{ kind: "glorot", title: "Glorot", fields: { distribution: { title: "Form", options: ["uniform", "normal"] } } }] };

test("every field of a layer's record has an input, a choice its own fields under it", () => {
  const html = markup(scene, 1);
  for (const path of [["units"], ["activation"], ["activation", "slope"]]) assert.ok(html.includes(JSON.stringify(["layers", 0, ...path])), path.join());
});

test("titles, texts and limits are the record's own", () => {
  const html = markup(scene, 1);
  assert.match(html, /<label title="How many\."><span>Neurons<\/span><input type="number" value="4" step="1" min="1" max="1024"/);
  assert.match(html, /<span>Dropout after it<\/span><input type="number" value="0" step="0.1" min="0" max="0.95"/);
});

test("a choice is a menu where its family is known", () => {
  assert.ok(!markup(scene, 1).includes("initializer"));
  const html = markup({ ...scene, ...family }, 1);
  assert.match(html, /<option value="glorot" selected>Glorot<\/option>/);
  assert.match(html, /<span>Form<\/span><select [^>]*><option value="uniform" selected>Uniform<\/option><option value="normal" >Normal<\/option>/);
});

test("a layer in a residual block can leave it", () => {
  assert.match(markup(scene, 1), /Wrap in a residual block/);
  scene.columns[1].residual = ["layers", 0];
  assert.match(markup(scene, 1), /Leave the residual block/);
});
