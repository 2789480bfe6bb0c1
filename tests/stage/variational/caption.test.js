import assert from "node:assert/strict";
import { test } from "node:test";
import { caption } from "../../../playground/ui/stage/variational/caption.js";
import { sceneOf, storeAt } from "./scenes.js";

const plain = html => html.replace(/<[^>]*>/g, "");
const said = store => caption(store).map(plain);
const sampled = { z: [0.8, 1], epsilon: [-0.4, 0.5], log_variance: [Math.log(0.25), 0], reconstruction: 2.5, kl: 0.5, log_variance_gradient: [0.02, 0] };

test("outside of slow motion nothing is said", () => {
  const store = storeAt("forward", 1);
  store.frame = { ...store.frame, slow: null };
  assert.equal(caption(store), null);
});

test("each half's blocks are encoded into, or decoded into", () => {
  assert.equal(said(storeAt("forward", 1, { arrays: { "slow/maps/1": [1, 0] } }))[0], "Encode into dense.");
  assert.equal(said(storeAt("forward", 4, { arrays: { "slow/maps/4": [1, 0] } }))[0], "Decode into dense.");
});

test("a sample is its mean and its deviation times chance, in numbers", () => {
  const [title, formula] = said(storeAt("forward", 3, { sampled, arrays: { "slow/maps/2": [1, 0.5] } }));
  assert.equal(title, "Sample a place of the cloud.");
  assert.equal(formula, "z1=μ1+σ1·ε1=1.00+0.50·−0.40=0.80");
  assert.match(said(storeAt("forward", 3))[1], /^z1=μ1\+σ1·ε1$/);
});

test("the loss has both parts, and they add up", () => {
  assert.match(said(storeAt("loss", undefined, { sampled }))[1], /=2\.5\+2\.0·0\.50=3\.5$/);
  const scene = sceneOf({ kind: "autoencoder" });
  assert.match(said(storeAt("loss", undefined, { scene }))[1], /^L=−Σ .*=3\.5$/);
});

test("the way back through sample and mean says what each adds", () => {
  const arrays = { "slow/gradients/3": [0.3, 0], "slow/gradients/2": [0.5, 0], "slow/maps/2": [1, 1] };
  assert.match(said(storeAt("backward", 3, { sampled, arrays }))[1], /=0\.020?,? ?.*∂L\/∂z1=0\.30$/);
  assert.match(said(storeAt("backward", 2, { sampled, arrays }))[1], /^∂L\/∂μ1=∂L\/∂z1\+β·μ1=0\.50$/);
});

test("the picture's pixels are chances, and their gradients are differences", () => {
  assert.match(said(storeAt("forward", 5, { arrays: { "slow/maps/5": [0.1, 0.9, 0, 0] } }))[1], /0\.90 at its brightest pixel/);
  assert.match(said(storeAt("backward", 5, { arrays: { "slow/gradients/5": [0.1, -0.7, 0, 0] } }))[1], /p − x=−0\.70/);
});

test("the update is the optimizer's", () => {
  assert.equal(said(storeAt("update", undefined))[0], "Update, SGD.");
});
