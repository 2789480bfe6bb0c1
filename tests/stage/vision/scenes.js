// A small network of the vision lab, with numbers that can be checked by hand.
import { Store } from "../../../playground/ui/stage/store.js";

const relu = { kind: "relu", symbol: "ReLU", title: "ReLU" };
const shown = count => Array.from({ length: count }, (_, k) => k);
const window = (taps, stride = 1, before = [0, 0]) => ({ taps, stride, dilation: 1, before, groups: 1 });

/** A picture of 4 x 4, two maps of 3 x 3 by kernels of 2 x 2, pooled to 1 x 1 by windows of 3, flattened, a head of two. */
export function sceneOf(changes = {}) {
  const columns = [
    { name: "picture", kind: "picture", title: "Picture", path: null, shape: [4, 4, 1], shown: [0], units: 1, from: null },
    {
      name: "conv2d_1", kind: "conv2d", title: "Conv 2 × 2", path: ["layers", 0], shape: [3, 3, 2], shown: shown(2), units: 2, from: 0,
      activation: relu, window: window([2, 2]), parameters: 10, multiply_adds: 72, receptive: [2, 2],
    },
    {
      name: "max_pool2d_1", kind: "max_pool2d", title: "Max pool 3", path: ["layers", 1], shape: [1, 1, 2], shown: shown(2), units: 2, from: 1,
      activation: null, window: window([3, 3], 3),
    },
    { name: "flatten_1", kind: "flatten", title: "Flatten", path: ["layers", 2], shape: [2], shown: shown(2), units: 2, from: 2, activation: null, window: null },
    {
      name: "head", kind: "head", title: "Head", path: null, shape: [2], shown: shown(2), units: 2, from: 3, window: null,
      activation: { kind: "softmax", symbol: "softmax", title: "Softmax" },
    },
  ];
  return {
    revision: 1, lab: "vision", classes: ["round", "square"], columns, image: [4, 4, 1], samples: [], task: "classification",
    loss: { kind: "softmax_cross_entropy" }, optimizer: { kind: "sgd", title: "SGD" }, experiment: { layers: [{ kind: "conv2d" }, { kind: "max_pool2d" }, { kind: "flatten" }] },
    data: {}, layer_kinds: [], ...changes,
  };
}

const shaped = (values, shape) => Object.assign(Float32Array.from(values), { shape });

/** Map 1 is what its kernel makes of the picture's top left; map 2 is nothing. */
export function arraysOf(prefix = "vision") {
  return {
    [`${prefix}/picture`]: shaped([1, 0.5, 0, 0, 0.25, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [4, 4, 1]),
    [`${prefix}/maps/0`]: shaped([1, 0.5, 0, 0, 0.25, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 4, 4]),
    [`${prefix}/maps/1`]: shaped([2.1, 0, 0, 0, 1.1, 0, 0, 0, 0, ...Array(9).fill(0)], [2, 3, 3]),
    [`${prefix}/maps/2`]: shaped([2.1, 0], [2, 1, 1]),
    [`${prefix}/maps/3`]: shaped([2.1, 0], [2]),
    [`${prefix}/maps/4`]: shaped([0.8, 0.2], [2]),
    "vision/kernels/1": shaped([1, 0, 0, 0, 0, 0, 1, 0], [2, 2, 1, 2]),       // (kh, kw, in, out): 1 0 / 0 1, and nothing
    "vision/biases/1": shaped([0.1, -0.2], [2]),
    "vision/weights/4": shaped([0.5, -0.5, 1, -1], [2, 2]),
    "vision/biases/4": shaped([0.25, 0], [2]),
  };
}

export function storeOf({ scene = {}, frame = {}, arrays = {} } = {}) {
  const store = new Store();
  const whole = { revision: 1, state: "paused", step: 0, rate: 0.1, slow: null, picture: { row: 1, class: 0 }, ...frame };
  store.accept({ frame: whole, scene: sceneOf(scene), arrays: new Map(Object.entries({ ...arraysOf(), ...arrays })) }, 0);
  return store;
}

export const pixel = (column, unit, x = 0, y = 0) => ({ type: "pixel", column, unit, x, y });
