import assert from "node:assert/strict";
import { test } from "node:test";
import { caption } from "../../../playground/ui/stage/adversarial/caption.js";
import { Store } from "../../../playground/ui/stage/store.js";
import { at, storeOf } from "./scenes.js";

const words = html => html.replace(/<sup>(.*?)<\/sup>/g, "^$1").replace(/<[^>]*>/g, "");
const said = (...given) => caption(storeOf(...given)).map(words);

test("outside of slow motion there is no caption", () => assert.equal(caption(new Store()), null));

test("forward: noise becomes a sample, the sample a verdict; the discriminator is told of both", () => {
  assert.deepEqual(said(at("generator/forward", 1)), ["The generator's turn. Forward into generator 1.", "a1=tanh(0.50·1.00+−1.00·−0.50+0.25)=0.85"]);
  assert.deepEqual(said(at("generator/forward", 2)), ["The generator's turn. Noise becomes a sample.", "x̂=G(z)=G(1.00, −0.50)=(1.80, −1.50)"]);
  assert.deepEqual(said(at("generator/forward", 4)), ["The generator's turn. Its verdict.", "D(G(z))=σ(−1.10)=0.25"]);
  assert.deepEqual(said(at("discriminator/forward", 4)), ["The discriminator's turn. Its verdict on both.", "D(x)=σ(1.39)=0.80, D(G(z))=σ(−1.10)=0.25"]);
});

test("what the turn has not come to is left open", () => {
  const open = { scores: { real: null, generated: null } };
  assert.equal(said(at("discriminator/forward", 4), open)[1], "D(x)=σ(…), D(G(z))=σ(…)");
  assert.equal(said(at("generator/loss"), open)[1], "LG=−ln D(G(z))");
  assert.equal(said(at("generator/backward", 2), { arrays: { "slow/deltas": Float32Array.of(NaN, NaN, NaN, NaN, NaN) } })[1], "−∂LG/∂x̂=…");
});

const LOSSES = {
  minimax: [["½ (−ln D(x) − ln(1 − D(G(z))))=½ (−ln 0.80−ln 0.75)=0.255"], ["ln(1 − D(G(z)))=ln 0.75=−0.288"]],
  non_saturating: [["½ (−ln D(x) − ln(1 − D(G(z))))=½ (−ln 0.80−ln 0.75)=0.255"], ["−ln D(G(z))=−ln 0.25=1.386"]],
  least_squares: [["½ ((D(x) − 1)^2 + D(G(z))^2)=½ ((1.39−1)^2+(−1.10)^2)=0.678"], ["(D(G(z)) − 1)^2=(−1.10−1)^2=4.404"]],
  hinge: [["½ (max(0, 1 − D(x)) + max(0, 1 + D(G(z))))=½ (max(0, 1 − 1.39)+max(0, 1 + −1.10))=0.000"], ["−D(G(z))=−(−1.10)=1.099"]],
  wasserstein: [["½ (D(G(z)) − D(x))=½ (−1.10 −1.39)=−1.242"], ["−D(G(z))=−(−1.10)=1.099"]],
};
for (const [loss, [[discriminator], [generator]]] of Object.entries(LOSSES))
  test(`both players' losses in numbers: ${loss}`, () => {
    const scene = { loss };
    assert.deepEqual(said(at("discriminator/loss"), { scene }), ["Loss of the discriminator. It wants D(x) high and D(G(z)) low.", `LD=${discriminator}`]);
    assert.deepEqual(said(at("generator/loss"), { scene }), ["Loss of the generator. It wants D(G(z)) high.", `LG=${generator}`]);
  });

test("backward: from the loss, through the discriminator that stands still, into the sample, through the generator", () => {
  assert.deepEqual(said(at("discriminator/backward", 4)), ["Backward from the discriminator's loss.", "δ(x)=D(x) − 1=−0.20, δ(G(z))=D(G(z))=0.25"]);
  assert.deepEqual(said(at("generator/backward", 4)), ["Backward from the generator's loss.", "δ=D(G(z)) − 1=−0.75"]);
  assert.deepEqual(said(at("generator/backward", 3)), ["Backward through discriminator 1, which stands still.", "δ1=∂LG/∂s1=0.12, ∂LG/∂w21=−0.60"]);
  assert.deepEqual(said(at("generator/backward", 2)), ["Backward into the sample: where it is pulled.", "−∂LG/∂x̂=(0.20, −0.30)"]);
  assert.deepEqual(said(at("generator/backward", 1)), ["Backward through generator 1.", "δ1=∂LG/∂s1=0.050, ∂LG/∂w21=0.20"]);
});

test("update: the weight of the player that moves most, in numbers that add up; clipped where the loss asks for it", () => {
  assert.deepEqual(said(at("discriminator/update")), ["Update of the discriminator, Adam; the generator stands still.", "w←w − η m̂ ∕ (√v̂ + ε)=1.00−0.0020·1.00=1.00"]);
  assert.deepEqual(said(at("generator/update")), ["Update of the generator, SGD; the discriminator stands still.", "w←w − η g"]);
  assert.match(said(at("discriminator/update"), { scene: { loss: "wasserstein", clip: 0.1 } })[1], /, \|w\| ≤ 0\.10$/);
});

test("pictures are not written out", () => {
  const scene = { data: "picture", pixels: 2 };
  assert.equal(said(at("generator/forward", 2), { scene })[1], "x̂=G(z)");
});
