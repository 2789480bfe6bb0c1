import assert from "node:assert/strict";
import { test } from "node:test";
import { caption } from "../../../playground/ui/stage/vision/caption.js";
import { arraysOf, pixel, storeOf } from "./scenes.js";

const stages = [
  ...[1, 2, 3, 4].map(column => ({ segment: "forward", column })), { segment: "loss" },
  ...[4, 3, 2, 1].map(column => ({ segment: "backward", column })), { segment: "update" },
];
const words = html => html.replace(/<sup>(.*?)<\/sup>/g, "^$1").replace(/<[^>]*>/g, "");
const gradients = {
  "slow/gradients/1": Float32Array.from([-0.02, ...Array(17).fill(0)]), "slow/gradients/2": Float32Array.of(-0.02, 0),
  "slow/gradients/3": Float32Array.of(-0.02, 0), "slow/gradients/4": Float32Array.of(-0.2, 0.2),
};

function said(index, { arrays = {}, hover = null, scene = {} } = {}) {
  const slow = { index, stages, elapsed: 0, duration: 1, sample: 0, batch: [0], loss: 0.223, target: 0 };
  const store = storeOf({ frame: { slow }, arrays: { ...arraysOf("slow"), ...gradients, ...arrays }, scene });
  store.setHover(hover);
  return caption(store).map(words);
}

test("outside of slow motion there is none", () => assert.equal(caption(storeOf()), null));

test("forward: the sum of a pixel, what a window keeps, a unit's terms", () => {
  assert.deepEqual(said(0), ["Forward into conv 2 × 2.", "a1(0, 0)=ReLU(Σ w·x+b)=ReLU(2.00+0.10)=2.10"]);
  assert.deepEqual(said(1), ["Forward into max pool 3.", "a1(0, 0)=max(2.10, 1.10, 0.00, …)=2.10"]);
  assert.deepEqual(said(2), ["Forward into flatten.", "a1=2.10"]);
  assert.deepEqual(said(3), ["Forward to the head.", "z1=0.50·2.10+1.00·0.00+0.25, p1=softmax(z)1=0.80"]);
});

test("forward: the pixel that is looked at goes before the brightest", () => {
  assert.match(said(0, { hover: pixel(1, 0, 1, 1) })[1], /^a1\(1, 1\)=.*=1\.10$/);
  assert.match(said(0, { hover: pixel(2, 0) })[1], /^a1\(0, 0\)=/);
});

test("before numbers have come there is the formula alone", () => {
  const nothing = { "slow/maps/1": Object.assign(new Float32Array(18).fill(NaN), { shape: [2, 3, 3] }) };
  assert.deepEqual(said(0, { arrays: nothing }), ["Forward into conv 2 × 2.", "a=ReLU(w ∗ x + b)"]);
});

test("the loss of the followed picture", () => {
  assert.deepEqual(said(4), ["Loss of this picture, round.", "L=−ln p1=−ln 0.80=0.223"]);
  assert.match(said(4, { scene: { classes: ["<b>", "c"] } })[0], /&#60;b&#62;/);
});

test("backward: the largest gradient, and what the block does with it", () => {
  assert.deepEqual(said(5), ["Backward from the loss.", "∂L/∂a1=p − y=−0.20"]);
  assert.deepEqual(said(7), ["Backward through max pool 3.", "∂L/∂a1(0, 0)=−0.020, handed to the pixel that won"]);
  assert.match(said(8)[1], /^∂L\/∂a1\(0, 0\)=−0\.020, ∂L\/∂w=Σ δ·x/);
});

test("update: the optimizer's formula with its rate", () => {
  assert.deepEqual(said(9), ["Update, SGD.", "w←w − η g, η=0.100"]);
});
