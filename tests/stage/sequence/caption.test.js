import assert from "node:assert/strict";
import { test } from "node:test";
import { caption } from "../../../playground/ui/stage/sequence/caption.js";
import { kindsFor, insertions } from "../../../playground/ui/stage/sequence/insertions.js";
import { layer, LSTM, sceneOf, seriesOf, shaped, slow, slowAt, statesOf, storeOf, textOf } from "./scenes.js";

const bare = html => html.replace(/<[^>]*>/g, "");
const at = (store, index, step) => {
  if (step !== undefined) store.setHover({ type: "step", x: step });
  const [sentence, formula] = caption(slowAt(store, index));
  return [bare(sentence), bare(formula)];
};
const codes = Object.assign(Int32Array.of(0, 1, 2, 0), { shape: [4] });
const following = () => storeOf({
  frame: { slow: { ...slow } },
  arrays: {
    ...statesOf(LSTM, "slow/states/1/"), "slow/input": codes, "slow/probabilities": shaped([0.25, 0.5, 0.25], [3]),
    "slow/gradients/1": shaped([0.5, 0, 0.25, 0, 0.02, 0, 0.01, 0], [4, 2]),
  },
});
const of = (kind, states) =>
  storeOf({ scene: sceneOf([layer(kind, 2)]), frame: { slow: { ...slow } }, arrays: statesOf(states, "slow/states/1/") });

test("outside of slow motion there is nothing to say", () => assert.equal(caption(storeOf()), null));

test("an LSTM's equations with the numbers of the unit and step at hand", () => {
  const [sentence, formula] = at(following(), 0, 1);
  assert.equal(sentence, "Forward in time, step 2, “B”, unit 1.");
  assert.match(formula, /^ct=f·ct−1\+i·g=0.50·0.25\+0.50·0.50=0.38, ht=o·tanh ct=0.50·0.36=0.18$/);
});

test("a GRU's, a simple network's", () => {
  const gru = of("gru", { reset: [1, 1, 1, 1], update: [0.5, 0.75, 0, 0], candidate: [0.5, -0.5, 0, 0], hidden: [0.25, 0.0625, 0, 0] });
  assert.match(at(gru, 0, 1)[1], /=0.25·−0.50\+0.75·0.25=0.06$/);
  const rnn = of("simple_rnn", { hidden: [0.5, 0, 0, 0] });
  assert.match(at(rnn, 0, 0)[1], /=tanh\(0.55\)=0.50$/);
});

test("head, loss, and what comes back", () => {
  const store = following();
  assert.match(at(store, 1)[1], /p\(B\)=0.50$/);
  assert.deepEqual(at(store, 2), ["Loss of this sequence, B.", "L=−ln p2=−ln 0.50=0.500"]);
  assert.deepEqual(at(store, 3), ["Backward from the loss.", "δ=p − y"]);
  assert.deepEqual(at(store, 4, 1), ["Backward in time, step 2, “B”, unit 1.", "∂L/∂ct=0.25, ∂ct/∂ct−1=f=0.50"]);
  assert.deepEqual(at(store, 5), ["Update, SGD.", "w←w − η g, η=0.100"]);
});

test("a text's loss is a mean over the steps, a series' in its own units", () => {
  const text = storeOf({ scene: textOf(), frame: { slow: { ...slow } } });
  assert.match(at(text, 2)[1], /=0.500$/);
  const series = storeOf({ scene: seriesOf(), frame: { slow: { ...slow, target: 0.5 } }, arrays: { "slow/outputs/2": shaped([1], [1]) } });
  assert.deepEqual(at(series, 2), ["Loss of this window, 11.00.", "L=(ŷ − y)2=(1.00−0.50)2=0.500"]);
});

test("a layer that is put in reads whole sequences where others need them", () => {
  const scene = sceneOf();
  assert.deepEqual(insertions(scene, 1, "gru"), [{ do: "insert", path: ["layers", 0], value: { kind: "gru", sequence: true } }]);
  assert.deepEqual(insertions(scene, 2, "gru"), [
    { do: "set", path: ["layers", 0, "sequence"], value: true }, { do: "insert", path: ["layers", 1], value: { kind: "gru", sequence: false } },
  ]);
  assert.deepEqual(insertions(scene, 2, "dense"), [{ do: "insert", path: ["layers", 1], value: { kind: "dense" } }]);
  assert.deepEqual(insertions(textOf(), 2, "bidirectional").at(-1).value, { kind: "bidirectional", layer: { kind: "lstm", sequence: true } });
});

test("the menu offers what reads sequences first", () => {
  const kinds = ["dense", "gru", "embedding", "conv2d", "lstm"].map(kind => ({ kind }));
  assert.deepEqual(kindsFor({ layer_kinds: kinds }).map(({ kind }) => kind), ["embedding", "lstm", "gru", "dense", "conv2d"]);
});
