// Small networks of the sequence lab, with numbers that can be checked by hand.
import { Store } from "../../../playground/ui/stage/store.js";
import { decode, encode } from "../../../playground/ui/stage/wire.js";

const gate = (name, symbol, range = "unit") => ({ name, symbol, range });
export const GATES = {
  lstm: [
    gate("forget", "f"), gate("input", "i"), gate("output", "o"), gate("candidate", "g", "signed"), gate("cell", "c", "signed"), gate("hidden", "h", "signed"),
  ],
  gru: [gate("reset", "r"), gate("update", "z"), gate("candidate", "n", "signed"), gate("hidden", "h", "signed")],
  simple_rnn: [gate("hidden", "h", "signed")],
};
const shown = count => Array.from({ length: count }, (_, k) => k);

/** A recurrent layer of `units` in the i-th place; `both`: it reads both ways. */
export const layer = (kind, units, i = 0, both = false) => ({
  name: `${kind}_1`, path: ["layers", i], kind: both ? "bidirectional" : kind, title: `${kind.toUpperCase()} ${units}`, shape: [4, units], units,
  shown: shown(Math.min(units, 32)), from: i, gates: GATES[kind], backward_gates: both ? GATES[kind] : [], parameters: 12, activation: null,
  gradient_of: kind === "lstm" ? "cell" : "hidden",
});
const read = { name: "features", path: null, kind: "sequence", title: "Sequence", shape: [4, 3], shown: [0, 1, 2], units: 3, from: null, gates: [], backward_gates: [] };
const head = (from, shape = [3]) => ({
  name: "head", path: null, kind: "head", title: "Head", shape, shown: [0, 1, 2], units: 3, from, gates: [], backward_gates: [], activation: null,
  parameters: 6,
});

/** Four symbols of "ABC" through these layers; the first of them is asked for. */
export function sceneOf(layers = [layer("lstm", 2)], changes = {}) {
  return {
    revision: 1, lab: "sequence", classes: ["A", "B", "C"], columns: [read, ...layers, head(layers.length)], task: "classification",
    sequence: { kind: "symbols", steps: 4, alphabet: ["A", "B", "C"], window: 4, ahead: 1, each_step: false }, data: { kind: "remember" },
    loss: { kind: "softmax_cross_entropy" }, optimizer: { kind: "sgd", title: "SGD" }, samples: [], layer_kinds: [],
    experiment: { layers: layers.map(({ kind }) => ({ kind, sequence: false })) }, ...changes,
  };
}

/** The same as a text of which every next character is to be told. */
export const textOf = (layers = [layer("lstm", 2)]) => {
  const scene = sceneOf(layers);
  return { ...scene, columns: [...scene.columns.slice(0, -1), head(layers.length, [4, 3])], sequence: { ...scene.sequence, kind: "text", each_step: true } };
};

/** A series, whose values have mean 10 and scale 2. */
export const seriesOf = () => sceneOf([layer("gru", 2)], {
  task: "regression", classes: [], loss: { kind: "mse" },
  sequence: { kind: "series", steps: 4, alphabet: [], window: 4, ahead: 2, each_step: false, mean: 10, scale: 2 },
});

export const shaped = (values, shape) => Object.assign(Float32Array.from(values), { shape });

/** Two units over four steps: the second one's values are the first one's, and 0.1 more. */
const states = first => shaped(first.flatMap(v => [v, v + 0.1]), [4, 2]);

/** c = f c + i g: 0.25, 0.5·0.25 + 0.5·0.5, ... */
export const LSTM = {
  forget: [0.5, 0.5, 1, 0], input: [0.5, 0.5, 0, 1], output: [1, 0.5, 1, 1], candidate: [0.5, 0.5, 0.75, -0.5],
  cell: [0.25, 0.375, 0.375, -0.5], hidden: [0.24, 0.18, 0.36, -0.46],
};

export const statesOf = (values, prefix = "sequence/states/1/") =>
  Object.fromEntries(Object.entries(values).map(([name, first]) => [prefix + name, states(first)]));

/** A store that took in one message, which went over the wire. */
export function storeOf({ scene = sceneOf(), frame = {}, arrays = statesOf(LSTM) } = {}) {
  const store = new Store(), sequence = { row: 1, text: "", target: 0, answer: "A" };
  const whole = { revision: 1, state: "paused", step: 0, rate: 0.1, slow: null, sequence, writing: null, ...frame };
  store.accept(decode(encode(arrays, whole, scene)), 0);
  return store;
}

/** Slow motion at one of its stages, so far through it. */
export function slowAt(store, index, clock = 0) {
  store.frame.slow.index = index;
  store.stageClock = clock;
  return store;
}

export const STAGES = [
  { segment: "forward", column: 1 }, { segment: "forward", column: 2 }, { segment: "loss" },
  { segment: "backward", column: 2 }, { segment: "backward", column: 1 }, { segment: "update" },
];
export const slow = { index: 0, stages: STAGES, elapsed: 0, duration: 1, running: false, sample: 0, batch: [0], loss: 0.5, target: 1 };
