// What is inspected, in words and written numbers.
import { bytes, compact, number, percent, thousands, tiny } from "../format.js";

const NONE = "–";
const NAMES = { loss: "Loss", optimizer: "Optimizer", sample: "Data", numbers: "Memory" };

/** A number that may have any size. */
export function figure(value) {
  const size = Math.abs(value);
  if (Number.isFinite(value) && size > 0 && size < 0.001) return tiny(value);
  return size >= 1e6 ? compact(value) : number(value, size >= 100 ? 1 : 3);
}

const FORMS = {
  number: figure, gradient: tiny, small: tiny, percent, bytes, text: String,
  count: value => (value < 1e5 ? thousands(value) : compact(value)),
  shape: value => value.map(thousands).join(" × ") || "one number",
};

/** A value as its form writes it; what is not known is a dash. */
export const written = (value, form) => (value === null || value === undefined ? NONE : FORMS[form](value));

/** What stands above: the column's title as the scene has it, and what of it is shown. */
export function titles(scene, { layer, kind, part }) {
  const title = scene.columns.find(column => column.name === layer)?.title ?? layer ?? NAMES[kind] ?? "";
  return { title, part };
}

/** The row of a history (step, value, gradient) nearest to `share` of the way from its first step to its last. */
export function rowAt(history, share) {
  const rows = history.length / 3, first = history[0], step = first + share * (history[3 * (rows - 1)] - first);
  let best = 0;
  for (let k = 1; k < rows; k++) if (Math.abs(history[3 * k] - step) < Math.abs(history[3 * best] - step)) best = k;
  return best;
}

/** Lowest and highest finite value of a history's column, 0 with them where that takes little room; null when there is none. */
export function extent(history, column) {
  let low = Infinity, high = -Infinity;
  for (let k = column; k < history.length; k += 3) {
    if (!Number.isFinite(history[k])) continue;
    low = Math.min(low, history[k]);
    high = Math.max(high, history[k]);
  }
  if (low === Infinity) return null;
  if (low > 0 && low < 0.5 * high) low = 0;
  if (high < 0 && high > 0.5 * low) high = 0;
  const least = Math.max(1e-12, 1e-3 * Math.max(Math.abs(low), Math.abs(high)));
  return high - low > least ? { low, high } : { low: low - least, high: high + least };
}
