import assert from "node:assert/strict";
import test from "node:test";
import { groups, insertion, insertionPath, moves, removals } from "../../../playground/ui/stage/network/order.js";
import { target } from "../../../playground/ui/stage/network/reorder.js";
import { unwrapped } from "../../../playground/ui/stage/network/settings.js";
import { place } from "../../../playground/ui/stage/network/layout.js";
import { sceneOf } from "./scenes.js";

const dense = (units, kind = "tanh") => ({ kind: "dense", units, activation: { kind } }), dropout = { kind: "dropout", rate: 0.2 };
/** dense, dropout, residual(dense, dense), dense */
const rich = () => sceneOf([4, 8, 8, 2], {
  layers: [dense(4), dropout, { kind: "residual", layers: [dense(8, "relu"), dense(8)] }, dense(2)],
  paths: [["layers", 0], ["layers", 2, "layers", 0], ["layers", 2, "layers", 1], ["layers", 3]],
});

/** What the run does with the commands. */
function obey(layers, commands) {
  const list = [...layers];
  for (const { do: what, path, to } of commands) {
    const [layer] = list.splice(path.at(-1), 1);
    if (what === "move") list.splice(to, 0, layer);
  }
  return list;
}

test("a new layer goes between its neighbours, in the innermost list that holds both", () => {
  const scene = rich();
  assert.deepEqual([1, 2, 3, 4, 5].map(c => insertionPath(scene, c)), [["layers", 0], ["layers", 2], ["layers", 2, "layers", 1], ["layers", 3], ["layers", 4]]);
});

test("a new layer has four neurons, inside a residual block as many as fit, and its neighbour's activation", () => {
  const scene = rich();
  assert.deepEqual(insertion(scene, 1).value, { kind: "dense", units: 4, activation: { kind: "tanh" } });
  assert.equal(insertion(scene, 3).value.units, 8);
  assert.deepEqual(insertion(scene, 2).value.activation, { kind: "relu" });
  assert.deepEqual(insertion(sceneOf([]), 1), { do: "insert", path: ["layers", 0], value: { kind: "dense", units: 4, activation: "tanh" } });
});

test("a dropout travels with the layer before it", () => {
  const scene = rich(), { layers } = scene.experiment, found = groups(scene, ["layers", 0]);
  assert.deepEqual(found.map(({ start, count, columns }) => [start, count, columns]), [[0, 2, [1]], [2, 1, [2, 3]], [3, 1, [4]]]);
  assert.deepEqual(obey(layers, moves(scene, 1, 1)), [layers[2], layers[0], dropout, layers[3]]);
  assert.deepEqual(obey(layers, moves(scene, 1, 2)), [layers[2], layers[3], layers[0], dropout]);
  assert.deepEqual(obey(layers, moves(scene, 4, 0)), [layers[3], layers[0], dropout, layers[2]]);
});

test("moving left over a group with a dropout keeps that group whole", () => {
  const scene = sceneOf([4, 8], { layers: [dense(4), dropout, dense(8), dropout], paths: [["layers", 0], ["layers", 2]] }), { layers } = scene.experiment;
  assert.deepEqual(obey(layers, moves(scene, 2, 0)), [layers[2], dropout, layers[0], dropout]);
});

test("inside a residual block layers move within it", () => {
  assert.deepEqual(moves(rich(), 3, 0), [{ do: "move", path: ["layers", 2, "layers", 1], to: 0 }]);
});

test("there is nothing to do beyond the ends", () => {
  assert.deepEqual(moves(rich(), 1, -1), []);
  assert.deepEqual(moves(rich(), 4, 3), []);
  assert.deepEqual(moves(rich(), 1, 0), []);
});

test("a removed layer takes its dropout along", () => {
  const scene = rich(), { layers } = scene.experiment;
  assert.deepEqual(obey(layers, removals(scene, 1)), [layers[2], layers[3]]);
});

test("a dragged station falls where the nearest layer is", () => {
  const scene = sceneOf([4, 4, 4]), layout = place(scene, 898, 492), step = layout.columns[2].station - layout.columns[1].station;
  assert.deepEqual([0, 0.4 * step, 0.6 * step, 2 * step, -step].map(by => target(scene, layout, 1, by)), [0, 0, 1, 2, 0]);
});

test("unwrapping puts a residual block's layers in its place", () => {
  const scene = rich(), column = { residual: ["layers", 2] }, { path, value } = unwrapped(scene, column);
  assert.deepEqual(path, ["layers"]);
  assert.deepEqual(value.map(layer => layer.kind), ["dense", "dropout", "dense", "dense", "dense"]);
});
