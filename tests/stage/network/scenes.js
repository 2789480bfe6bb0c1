// Scenes as the plane lab makes them, as small as the tests need.

/** Candidates of which the first `on` are on, hidden layers of the given units, outputs. */
export function sceneOf(hidden = [8, 8], { features = 9, on = 7, outputs = 1, classes = ["0", "1"], layers, paths } = {}) {
  const shown = count => Array.from({ length: Math.min(count, 64) }, (_, k) => k);
  const tanh = { kind: "tanh", symbol: "tanh", title: "Tanh" };
  return {
    classes, tile: 4,
    activations: [tanh, { kind: "relu", symbol: "ReLU", title: "ReLU" }],
    experiment: { layers: layers ?? hidden.map(units => ({ kind: "dense", units, activation: { kind: "tanh" } })) },
    features: Array.from({ length: features }, (_, k) => ({ name: `x${k + 1}`, label: `x${k + 1}`, on: k < on, locked: on === 1 && k === 0 })),
    columns: [
      { name: "features", title: "Features", units: on, shown: shown(on), from: null },
      ...hidden.map((units, k) => ({
        name: `dense_${k + 1}`, path: paths?.[k] ?? ["layers", k], title: `Hidden ${k + 1}`, units, shown: shown(units), activation: tanh, from: k, notes: [],
      })),
      { name: "head", path: null, title: "Head", units: outputs, shown: shown(outputs), activation: { kind: "sigmoid", symbol: "σ", title: "Sigmoid" }, from: hidden.length },
    ],
  };
}
