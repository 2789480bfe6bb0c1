// Small networks of the variational lab, with numbers that can be checked by hand.
import { Store } from "../../../playground/ui/stage/store.js";

const shown = count => Array.from({ length: count }, (_, k) => k);
const unit = (kind, title, units, path = null, more = {}) => ({ name: title, kind, title, path, shape: [units], shown: shown(units), units, ...more });
const relu = { kind: "relu", symbol: "ReLU", title: "ReLU" };

/** 2 x 2 pixels, two units, a code of `latent`, two units, 2 x 2 pixels; `hidden` more dense layers on either side. */
export function sceneOf({ latent = 2, kind = "variational", noise = null, hidden = 1, maps = 0, classes = ["0", "1"], ...changes } = {}) {
  const dense = (list, k) => unit("dense", "Dense", 2, [...list, k], { activation: relu });
  const conv = (list, k) => ({ ...unit("conv2d", "8 filters 3×3", 8, [...list, k]), shape: [14, 14, 8], window: { taps: [3, 3], stride: 1, dilation: 1, before: [1, 1] } });
  const half = list => [...Array.from({ length: hidden }, (_, k) => dense(list, k)), ...Array.from({ length: maps }, (_, k) => conv(list, hidden + k))];
  const codes = [unit("code", "Latent map", latent), ...(kind === "variational" ? [unit("sample", "Sample", latent)] : [])];
  const columns = [
    { name: "features", kind: "picture", title: "Picture", path: null, shape: [2, 2, 1], shown: [0], units: 1 },
    ...half(["layers"]), ...codes, ...half(["task", "decoder"]),
    { name: "decoder/head", kind: "head", title: "Again", path: null, list: ["task", "decoder"], shape: [2, 2, 1], shown: [0], units: 1 },
  ].map((column, k) => ({ ...column, from: k ? k - 1 : null }));
  return {
    revision: 1, lab: "variational", stage: "variational", columns, classes, image: [2, 2, 1], samples: [{ row: 4, class: 1 }], task: "classification",
    experiment: { layers: shown(hidden + maps), task: { kind, decoder: shown(hidden + maps) } }, optimizer: { kind: "sgd", title: "SGD" }, loss: { kind: "" },
    variational: { kind, latent, beta: 2, noise, grid: 15, reconstruction: "cross_entropy" }, layer_kinds: [], ...changes,
  };
}

const shaped = (values, shape) => Object.assign(Float32Array.from(values), { shape });

/** A store in slow motion at the stage of that segment and column. */
export function storeAt(segment, column, { scene = sceneOf(), sampled = {}, arrays = {} } = {}) {
  const stages = [
    ...scene.columns.slice(1).map((_, k) => ({ segment: "forward", column: k + 1 })), { segment: "loss" },
    ...scene.columns.slice(1).map((_, k) => ({ segment: "backward", column: scene.columns.length - 1 - k })), { segment: "update" },
  ];
  const index = stages.findIndex(stage => stage.segment === segment && (stage.column === column || stage.column === undefined));
  const store = new Store(), slow = { index, stages, elapsed: 1, duration: 1, running: false, sample: 0, batch: [0], loss: 3.5, target: 0 };
  const frame = { seq: 1, revision: 1, step: 5, state: "paused", rate: 0.1, slow, sampled, latent: { axes: [0, 1], reach: 3, z: [0, 0] } };
  store.accept({ frame, scene, arrays: Object.entries(arrays).map(([name, values]) => [name, shaped(values, [values.length])]) }, 0);
  return store;
}
