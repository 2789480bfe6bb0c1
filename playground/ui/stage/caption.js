// Slow motion in a sentence and a formula with the numbers of the followed sample and the marked neuron.
import { escape, number, tiny } from "./format.js";
import { layout } from "./store.js";

/** Numbers as HTML: by sign, plain, gradients. */
export const signed = v => `<b class="${v < 0 ? "n" : "p"}">${number(v)}</b>`;
export const plain = (v, digits = 2) => `<b>${number(v, digits)}</b>`;
export const slope = v => `<b class="g">${tiny(v)}</b>`;
export const op = sign => `<span class="op">${sign}</span>`;
export const sub = (...indices) => `<sub>${indices.some(k => k > 8) ? indices.map(k => k + 1).join(",") : indices.map(k => k + 1).join("")}</sub>`;
export const sum = terms => terms.join(op("+"));
export const equal = (...sides) => sides.join(op("="));

/** Everything a formula may need, read from the store once. */
function facts(store) {
  const { scene, frame, arrays, mark, stage } = store, places = layout(scene.columns), last = scene.columns.length - 1;
  const values = arrays.get("slow/values"), width = places[0].units;
  const c = stage.column ?? (stage.segment === "loss" ? last : Math.min(mark.column, last)), place = places[c];
  return {
    scene, frame, places, last, c, column: scene.columns[c], place,
    weights: arrays.get("network/weights"), before: arrays.get("slow/before"),
    unit: mark.column === c ? Math.min(mark.unit, place.units - 1) : 0,
    value: (column, unit) => values?.[column === 0 ? unit : width + places[column].unit + unit] ?? NaN,
    sums: arrays.get("slow/sums"), deltas: arrays.get("slow/deltas"),
  };
}

/** Where the weight from input `i` lies. */
const weightAt = ({ place }, i, j) => place.weight + i * place.units + j;

const called = ({ scene, last }, c) => (c === last ? "the head" : escape(scene.columns[c].title.toLowerCase()));

/** The sum w·a + w·a + ... + b with the two strongest terms in numbers. */
function strongest(f) {
  const term = (_, i) => [f.weights[weightAt(f, i, f.unit)], f.value(f.column.from, i)];
  const terms = Array.from({ length: f.place.inputs }, term);
  terms.sort((p, q) => Math.abs(q[0] * q[1]) - Math.abs(p[0] * p[1]));
  const shown = terms.slice(0, 2).map(([w, a]) => signed(w) + op("·") + plain(a));
  return sum([...shown, ...(terms.length > 2 ? ["…"] : []), signed(f.weights[f.place.bias + f.unit])]);
}

function forward(f) {
  const { c, last, unit, place, column, scene } = f, total = f.sums?.[place.unit + unit] ?? NaN, value = f.value(c, unit);
  const title = c === last ? "Forward to the head." : `Forward into ${called(f, c)}.`, symbol = column.activation.symbol;
  if (column.activation.kind === "softmax") {
    const p = equal(`p${sub(unit)}`, `softmax(z)${sub(unit)}`, plain(value));
    return [title, `${equal(`z${sub(unit)}`, strongest(f), signed(total))}${op(",")} ${p}`];
  }
  const name = c < last ? `a${sub(unit)}` : scene.task === "regression" ? "ŷ" : symbol ? "p" : "z";
  if (!symbol) return [title, equal(name, strongest(f), signed(value))];
  return [title, equal(name, `${escape(symbol)}(${strongest(f)})`, `${escape(symbol)}(${plain(total)})`, signed(value))];
}

const focal = (p, ln) => `−${p}<sup>γ</sup> ln ${ln}`;

/** Losses by kind: what stands for L, from the output p or z (ŷ) and the target; of several classes p is the target's. */
export const LOSSES = {
  binary_cross_entropy: (p, y) => (y ? ["−ln p", `−ln ${plain(p)}`] : ["−ln (1 − p)", `−ln ${plain(1 - p)}`]),
  softmax_cross_entropy: (p, y) => [`−ln p${sub(y)}`, `−ln ${plain(p)}`],
  focal: (p, y, several) =>
    several || y ? [focal("(1 − p)", "p"), focal(plain(1 - p), plain(p))] : [focal("p", "(1 − p)"), focal(plain(p), plain(1 - p))],
  hinge: (z, y, several) => (several ? [] : ["max(0, 1 − t z)", `max(0, 1 ${op("−")} ${y ? "" : "−"}1${op("·")}${signed(z)})`]),
  mse: (z, y) => ["(ŷ − y)<sup>2</sup>", `(${signed(z)}${op("−")}${signed(y)})<sup>2</sup>`],
  mae: (z, y) => ["|ŷ − y|", `|${signed(z)}${op("−")}${signed(y)}|`],
  huber: (z, y) => ["H(ŷ − y)", `H(${signed(z)}${op("−")}${signed(y)})`],
  log_cosh: (z, y) => ["ln cosh(ŷ − y)", `ln cosh(${signed(z)}${op("−")}${signed(y)})`],
};

function loss(f) {
  const { scene, frame, last, places } = f, { target, loss: value } = frame.slow, classified = scene.task === "classification";
  const title = `Loss of this point, ${classified ? `class ${escape(scene.classes[target] ?? target)}` : `target ${number(target)}`}.`;
  const shown = scene.columns[last].shown ?? [], several = places[last].units > 1 && classified;
  const at = several ? Math.max(0, shown.indexOf(target)) : 0, sides = LOSSES[scene.loss.kind]?.(f.value(last, at), target, several) ?? [];
  return [title, equal("L", ...sides, plain(value, 3))];
}

/** Derivatives of a loss by the last sum, where they are as short as this. */
export const OUTPUT_DELTAS = {
  binary_cross_entropy: "p − y", softmax_cross_entropy: "p − y", mse: "2 (ŷ − y)", log_cosh: "tanh(ŷ − y)", mae: "sign(ŷ − y)",
};

function backward(f) {
  const { c, last, unit, place, scene } = f, delta = f.deltas?.[place.unit + unit] ?? NaN, single = c === last && place.units === 1;
  const i = largest(place.inputs, k => Math.abs(f.weights[weightAt(f, k, unit)] * f.value(f.column.from, k)));   // the one that says most
  const a = f.value(f.column.from, i), reason = c === last ? OUTPUT_DELTAS[scene.loss.kind] : undefined;
  const name = single ? "δ" : `δ${sub(unit)}`, title = c === last ? "Backward from the loss." : `Backward through ${called(f, c)}.`;
  const first = equal(name, ...(reason ? [reason] : []), slope(delta)), product = `${slope(delta)}${op("·")}${plain(a)}`;
  return [title, `${first}${op(",")} ${equal(`∂L/∂w${sub(i, unit)}`, `δ${op("·")}a${sub(i)}`, product, slope(delta * a))}`];
}

/** The number below `count` for which `size` is largest. */
function largest(count, size) {
  let best = 0;
  for (let i = 1; i < count; i++) if (size(i) > size(best)) best = i;
  return best;
}

/** What an optimizer takes from a weight, in units of the learning rate η. */
export const STEPS = {
  sgd: "η g", momentum: "η v", nesterov: "η (g + μ v)", adagrad: "η g ∕ √Σg²", adadelta: "η Δ", rmsprop: "η g ∕ (√v + ε)",
  adam: "η m̂ ∕ (√v̂ + ε)", adamw: "η (m̂ ∕ (√v̂ + ε) + λ w)", nadam: "η m̄ ∕ (√v̂ + ε)", adamax: "η m̂ ∕ u", lion: "η sign c",
};

function update(f) {
  const { scene, frame: { rate }, place, unit, before, weights } = f, at = i => weightAt(f, i, unit);
  const change = i => Math.abs(before?.[at(i)] - weights[at(i)]);
  const i = largest(place.inputs, change), k = at(i);
  const title = `Update, <button data-inspect="optimizer">${escape(scene.optimizer.title)}</button>.`, step = STEPS[scene.optimizer.kind] ?? "η Δ";
  const head = `w${sub(i, unit)}${op("←")}w − ${step}`;
  if (!before || !rate) return [title, head];
  const taken = `<b class="g">${number((before[k] - weights[k]) / rate)}</b>`;
  const numbers = `${signed(before[k])}${op("−")}${plain(rate, rate < 0.01 ? 4 : 3)}${op("·")}${taken}`;
  return [title, equal(head, numbers, signed(weights[k]))];
}

const BY_SEGMENT = { forward, loss, backward, update };

/** The present stage of slow motion as [sentence, formula as HTML]; null outside of slow motion. */
export function caption(store) {
  if (!store.stage || !store.arrays.has("network/weights")) return null;
  const f = facts(store);
  if (f.c === 0) Object.assign(f, { c: 1, column: f.scene.columns[1], place: f.places[1], unit: 0 });
  return BY_SEGMENT[store.stage.segment](f);
}

/** How far each segment's bar is filled, 0..1, by its name, and which one is `running`. */
export function progress({ stages, index }, clock) {
  const filled = { running: stages[index].segment };
  for (const segment of new Set(stages.map(stage => stage.segment))) {
    const own = stages.map((stage, k) => (stage.segment === segment ? k : -1)).filter(k => k >= 0);
    const done = own.reduce((total, k) => total + (k < index ? 1 : k === index ? clock : 0), 0);
    filled[segment] = done / own.length;
  }
  return filled;
}
