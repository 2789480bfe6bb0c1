import assert from "node:assert/strict";
import { test } from "node:test";
import { caption, progress } from "../../playground/ui/stage/caption.js";
import { Store } from "../../playground/ui/stage/store.js";

const stages = [
  { segment: "forward", column: 1 }, { segment: "forward", column: 2 }, { segment: "loss" },
  { segment: "backward", column: 2 }, { segment: "backward", column: 1 }, { segment: "update" },
];
const words = html => html.replace(/<sup>(.*?)<\/sup>/g, "^$1").replace(/<[^>]*>/g, "");

/** 2 features, 2 tanh neurons, a head; weights 0.72, -0.64, ...: round numbers that can be checked by hand. */
function given(index, { scene = {}, slow = {}, head = {}, values = [2, -1, 0.5, -0.9, 0.8], frame = {}, mark } = {}) {
  const store = new Store();
  const columns = [
    { title: "Features", units: 2, shown: [0, 1] },
    { title: "Hidden 1", units: 2, shown: [0, 1], from: 0, activation: { kind: "tanh", symbol: "tanh" } },
    { title: "Head", units: 1, shown: [0], from: 1, activation: { kind: "sigmoid", symbol: "σ" }, ...head },
  ];
  const whole = {
    revision: 1, columns, task: "classification", classes: ["0", "1"], loss: { kind: "binary_cross_entropy" },
    optimizer: { kind: "adam", title: "Adam" }, ...scene,
  };
  const motion = { index, stages, elapsed: 0, duration: 1, sample: 0, batch: [0], loss: 0.223, target: 1, ...slow };
  const f = { revision: 1, state: "paused", step: 0, rate: 0.1, slow: motion, ...frame };
  const arrays = {
    "network/weights": Float32Array.of(0.72, -0.64, 1.5, 0.25, -0.16, 0.5, 1, -1, 0.1), "slow/values": Float32Array.from(values),
    "slow/sums": Float32Array.of(-0.22, -1.03, 1.386), "slow/deltas": Float32Array.of(-0.3, 0.057, -0.2),
    "slow/before": Float32Array.of(0.74, -0.64, 1.5, 0.25, -0.16, 0.5, 1, -1, 0.1),
  };
  store.accept({ frame: f, scene: whole, arrays: new Map(Object.entries(arrays)) }, 0);
  if (mark) store.setMark(mark);
  return store;
}
const said = (...args) => caption(given(...args)).map(words);

test("outside of slow motion there is no caption", () => assert.equal(caption(new Store()), null));

test("forward: the two strongest terms, the bias, the sum and its activation", () => {
  const formula = "a2=tanh(−0.64·2.00+0.25·−1.00+0.50)=tanh(−1.03)=−0.90";
  assert.deepEqual(said(0, { mark: { column: 1, unit: 1 } }), ["Forward into hidden 1.", formula]);
  assert.deepEqual(said(1), ["Forward to the head.", "p=σ(−1.00·−0.90+1.00·0.50+0.10)=σ(1.39)=0.80"]);
});

test("a linear head is its sum, a softmax one says both", () => {
  const linear = { head: { activation: { kind: "linear", symbol: "" } }, scene: { task: "regression" } };
  assert.match(said(1, linear)[1], /^ŷ=−1\.00·−0\.90\+.*\+0\.10=0\.80$/);
  assert.match(said(1, { head: { activation: { kind: "softmax", symbol: "softmax" } } })[1], /^z1=.*=1\.39, p1=softmax\(z\)1=0\.80$/);
});

test("the loss by its kind and target", () => {
  assert.deepEqual(said(2), ["Loss of this point, class 1.", "L=−ln p=−ln 0.80=0.223"]);
  assert.equal(said(2, { slow: { target: 0, loss: 1.609 } })[1], "L=−ln (1 − p)=−ln 0.20=1.609");
  const regression = kind => ({ scene: { task: "regression", loss: { kind } }, slow: { target: -0.5, loss: 1.69 } });
  assert.deepEqual(said(2, regression("mse")), ["Loss of this point, target −0.50.", "L=(ŷ − y)^2=(0.80−−0.50)^2=1.690"]);
  assert.equal(said(2, regression("mae"))[1], "L=|ŷ − y|=|0.80−−0.50|=1.690");
  assert.equal(said(2, { scene: { loss: { kind: "focal" } } })[1], "L=−(1 − p)^γ ln p=−0.20^γ ln 0.80=0.223");
  assert.match(said(2, { scene: { loss: { kind: "hinge" } } })[1], /^L=max\(0, 1 − t z\)=max\(0, 1 − 1·0\.80\)=/);
  assert.equal(said(2, { scene: { loss: { kind: "of_tomorrow" } } })[1], "L=0.223");
});

test("backward: delta, and the gradient of the strongest weight", () => {
  assert.deepEqual(said(3), ["Backward from the loss.", "δ=p − y=−0.20, ∂L/∂w21=δ·a2=−0.20·−0.90=0.18"]);
  assert.deepEqual(said(4, { mark: { column: 1, unit: 1 } }), ["Backward through hidden 1.", "δ2=0.057, ∂L/∂w12=δ·a1=0.057·2.00=0.11"]);
});

test("update: the optimizer's formula, and the numbers that add up", () => {
  assert.deepEqual(said(5), ["Update, Adam.", "w11←w − η m̂ ∕ (√v̂ + ε)=0.74−0.100·0.20=0.72"]);
  assert.equal(said(5, { frame: { rate: 0 } })[1], "w11←w − η m̂ ∕ (√v̂ + ε)");
});

test("a class's name cannot bring markup along", () => {
  assert.match(caption(given(2, { scene: { classes: ["a", "<img>"] } }))[0], /class &#60;img&#62;/);
});

test("bars fill by the stages of their segment", () => {
  const at = (index, clock) => progress({ stages, index }, clock);
  assert.deepEqual(at(0, 0.5), { running: "forward", forward: 0.25, loss: 0, backward: 0, update: 0 });
  assert.deepEqual(at(3, 1), { running: "backward", forward: 1, loss: 1, backward: 0.5, update: 0 });
  assert.deepEqual(at(5, 0), { running: "update", forward: 1, loss: 1, backward: 1, update: 0 });
});
