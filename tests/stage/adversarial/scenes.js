// Scenes of two networks as the adversarial lab makes them, as small as the tests need.
import { Store } from "../../../playground/ui/stage/store.js";

const tanh = { kind: "tanh", symbol: "tanh", title: "Tanh" };
const shown = count => Array.from({ length: Math.min(count, 64) }, (_, k) => k);
const dense = units => ({ kind: "dense", units, activation: { kind: "tanh" } });

/** Noise, a generator and a discriminator of the given units, a sample of two numbers or of a picture's pixels. */
export function sceneOf({ noise = 2, classes = 0, generator = [6, 6], discriminator = [6, 6], data = "plane", pixels = 64, ...more } = {}) {
  const units = [noise + classes, ...generator, data === "plane" ? 2 : pixels, ...discriminator, 1];
  const players = ["noise", ...generator.map(() => "generator"), "sample", ...discriminator.map(() => "discriminator"), "verdict"];
  const number = c => players.slice(0, c + 1).filter(player => player === players[c]).length, name = c => players[c][0].toUpperCase() + players[c].slice(1);
  const path = { generator: c => ["task", "generator", c - 1], discriminator: c => ["layers", c - generator.length - 2] };
  const columns = players.map((player, c) => ({
    name: `column ${c}`, player, kind: "dense", title: path[player] ? `${name(c)} ${number(c)}` : name(c), path: path[player]?.(c) ?? null, units: units[c], shown: shown(units[c]), shape: [units[c]],
    list: player === "sample" ? ["task", "generator"] : ["layers"], from: c ? c - 1 : null, activation: path[player] ? tanh : null, notes: [], ...(player === "sample" && data === "plane" && { names: ["x", "y"] }),
    ...(player === "verdict" && { names: ["D"], activation: { kind: "sigmoid", symbol: "σ", title: "Sigmoid" } }),
  }));
  return {
    revision: 1, columns, tile: 4, classes: [], data: {}, activations: [tanh, { kind: "relu", symbol: "ReLU", title: "ReLU" }],
    features: shown(noise + classes).map(k => ({ name: `z${k + 1}`, label: `z${k + 1}`, on: true, locked: true, aside: "noise", hint: "Drag the ring." })),
    experiment: { layers: discriminator.map(dense), task: { kind: "adversarial", distribution: "normal", generator: generator.map(dense) } },
    adversarial: {
      data, noise, loss: "non_saturating", conditional: false, clip: null, net: 17, axes: { x: { low: -6, high: 6 }, y: { low: -3, high: 3 } },
      optimizers: { generator: { kind: "sgd", title: "SGD", learning_rate: 0.1 }, discriminator: { kind: "adam", title: "Adam", learning_rate: 0.002 } }, ...more,
    },
  };
}

/** z of two, one hidden unit each, a sample of two: numbers that can be checked by hand. */
export function storeOf(index, { stages = STAGES, scene = {}, scores = { real: Math.log(4), generated: -Math.log(3) }, arrays = {} } = {}) {
  const store = new Store();
  const given = {
    // weights: generator 1 (2 x 1) and bias | sample (1 x 2) and biases | discriminator 1 (2 x 1) and bias | verdict (1 x 1) and bias
    "network/weights": Float32Array.of(0.5, -1, 0.25, 2, -2, 0.1, 0.2, 1, 0.5, -0.5, 3, 0), "network/gradients": Float32Array.of(0.1, 0.2, 0, 0.3, 0.4, 0, 0, 0.5, -0.6, 0, 0.7, 0),
    "slow/values": Float32Array.of(1, -0.5, 0.848, 1.8, -1.5, 0.537, 0.25), "slow/deltas": Float32Array.of(0.05, -0.2, 0.3, 0.12, -0.75),
    "slow/before": Float32Array.of(0.5, -1, 0.25, 2, -2, 0.1, 0.2, 1.002, 0.5, -0.5, 3, 0), ...arrays,
  };
  const slow = { index, stages, elapsed: 0, duration: 1, scores }, frame = { revision: 1, state: "paused", step: 0, slow };
  store.accept({ frame, scene: sceneOf({ generator: [1], discriminator: [1], ...scene }), arrays: new Map(Object.entries(given)) }, 0);
  return store;
}

const pass = (name, columns) => columns.map(column => ({ segment: name, column }));
export const STAGES = [
  ...pass("discriminator/forward", [1, 2, 3, 4]), { segment: "discriminator/loss" }, ...pass("discriminator/backward", [4, 3]), { segment: "discriminator/update" },
  ...pass("generator/forward", [1, 2, 3, 4]), { segment: "generator/loss" }, ...pass("generator/backward", [4, 3, 2, 1]), { segment: "generator/update" },
];

/** The number of a stage. */
export const at = (segment, column) => STAGES.findIndex(stage => stage.segment === segment && stage.column === column);
