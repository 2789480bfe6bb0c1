// The sum behind one pixel or unit, in numbers: window x kernel = products, the other maps, bias, activation.
import { convolves, inputOf, weighs } from "./strengths.js";
import { valueOf } from "./values.js";
import { windowOf, winner } from "./window.js";

/** So many inputs of a unit are written out, the strongest. */
const TERMS = 9;

/**
 * What makes the value under the pointer.
 * @returns {object|null} {form, column, unit, x, y, value} and by `form`
 *   "conv": rows, across, source (the strongest input map), window, kernel, products, part (their sum), others (what `more` maps add,
 *     undefined when not known), more, bias, total, activation;
 *   "units": the same with the strongest inputs in place of a window, `terms` their numbers;
 *   "max", "mean": rows, across, source, window (null outside of the map), won (the place of the largest);
 *   "map": input, when a value is made of the one before it alone.
 *   Null when there is nothing to say yet.
 */
export function explain(store, hover) {
  if (hover?.type !== "pixel" || hover.column === 0) return null;
  const column = store.scene.columns[hover.column], value = valueOf(store, hover.column, hover.unit, hover.x, hover.y);
  if (value === undefined) return null;
  const about = { ...hover, column: hover.column, value, activation: column.activation };
  if (convolves(column)) return conv(store, column, about);
  if (column.kind.includes("pool")) return pool(store, column, about);
  if (weighs(column)) return units(store, column, about);
  return mapped(store, column, about);
}

function conv(store, column, about) {
  const kernels = store.arrays.get(`vision/kernels/${about.column}`), window = windowOf(column, about.x, about.y);
  if (!kernels || !window) return mapped(store, column, about);
  const [, , given, outputs] = kernels.shape, before = store.scene.columns[column.from], total = column.from === 0 ? before.shape[2] : before.units;
  const inputs = Array.from({ length: given }, (_, i) => {
    const source = column.from === 0 ? i : inputOf(column, before, i, about.unit, given);
    const values = window.places.map(({ x, y }) => valueOf(store, column.from, source, x, y) ?? 0);
    const kernel = window.places.map((_, t) => kernels[(t * given + i) * outputs + about.unit]);
    const products = values.map((v, t) => v * kernel[t]);
    return { source, window: values, kernel, products, part: sum(products) };
  });
  const best = inputs.reduce((a, b) => (Math.abs(b.part) > Math.abs(a.part) ? b : a));
  const groups = column.window.groups ?? 1, more = Math.round(total / groups) - 1;
  const known = inputs.length === more + 1 ? sum(inputs.map(input => input.part)) : undefined;
  return { ...about, form: "conv", rows: window.rows, across: window.across, ...best, more, ...added(store, about, best.part, known) };
}

/** Bias, whole sum, and what is not written out: from the run's sums where they have come, else from ours where it is complete. */
function added(store, { column, unit, x, y }, part, known) {
  const bias = store.arrays.get(`vision/biases/${column}`)?.[unit] ?? 0, { shape } = store.scene.columns[column];
  const sent = store.slow ? undefined : store.arrays.get(`vision/sums/${column}`);
  const given = sent && (shape.length === 1 ? sent[unit] : sent[(unit * shape[0] + y) * shape[1] + x]);
  const total = known !== undefined ? known + bias : given;
  return { bias, total, others: total === undefined ? undefined : total - bias - part };
}

function pool(store, column, about) {
  const window = windowOf(column, about.x, about.y), before = store.scene.columns[column.from];
  if (!window) return mapped(store, column, about);
  const values = window.places.map(({ x, y }) =>
    x < 0 || y < 0 || x >= before.shape[1] || y >= before.shape[0] ? null : valueOf(store, column.from, about.unit, x, y));
  const form = column.kind.includes("max") ? "max" : "mean";
  return { ...about, form, rows: window.rows, across: window.across, source: about.unit, window: values, won: form === "max" ? winner(values) : -1 };
}

function units(store, column, about) {
  const weights = store.arrays.get(`vision/weights/${about.column}`), outputs = column.shown.length;
  if (!weights) return mapped(store, column, about);
  const before = store.scene.columns[column.from], count = weights.length / outputs, whole = before.units === count;
  const read = inputsOf(store, column.from, count);
  if (!read) return mapped(store, column, about);
  const terms = Array.from({ length: count }, (_, i) => ({ i, product: weights[i * outputs + about.unit] * read(i) }));
  const strong = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, TERMS);
  const known = whole ? sum(terms.map(term => term.product)) : undefined, across = Math.min(3, strong.length), part = sum(strong.map(t => t.product));
  return {
    ...about, form: "units", rows: Math.ceil(strong.length / across), across, source: 0, terms: strong.map(term => term.i),
    window: strong.map(({ i }) => read(i)), kernel: strong.map(({ i }) => weights[i * outputs + about.unit]),
    products: strong.map(term => term.product), part, more: before.units - strong.length, ...added(store, about, part, known),
  };
}

/** How the i-th input of a dense block is read: of a flattened picture of which all was sent, from the maps it was made of. */
function inputsOf(store, from, count) {
  const column = store.scene.columns[from];
  if (column.shown?.length === count) return i => valueOf(store, from, i, 0, 0) ?? 0;
  const maps = column.from === null ? null : store.scene.columns[column.from];
  if (column.units !== count || column.shape.length !== 1 || maps?.shape.length !== 3 || maps.shown?.length !== maps.shape[2]) return null;
  const [, w, c] = maps.shape;
  return i => valueOf(store, column.from, i % c, Math.floor(i / c) % w, Math.floor(i / c / w)) ?? 0;
}

function mapped(store, column, about) {
  const before = store.scene.columns[column.from], same = String(before.shape) === String(column.shape) && column.from !== 0;
  return { ...about, form: "map", input: same ? valueOf(store, column.from, about.unit, about.x, about.y) : undefined };
}

const sum = values => values.reduce((total, v) => total + v, 0);
