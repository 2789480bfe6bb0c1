// The bands: gates and states of each layer over time as heat maps, thin rows of other layers, bars of gradients.
import { fillRound, hatch, text } from "../canvas.js";
import { scales, theme } from "../theme.js";
import { shareOf } from "../vision/blocks.js";
import { largest } from "../vision/values.js";
import { widthOf } from "./layout.js";
import { written } from "./series.js";
import { Sheet } from "./sheet.js";
import { arrived, bandOf, gradientOf, gradientsOf, lengthOf, outputsOf, reached } from "./values.js";

/** Room between cells where there is some for it: pixels of a step and of a unit from which on gaps are drawn, and how wide units' are. */
const ROOMY = [5, 3.4], GAP = 0.6;
/** What has no time left is drawn as cells of at most so many pixels. */
const CELL = 15;
const LEAST = 0.25, LEAST_GRADIENT = 1e-12;

export class Bands {
  #store; #layout; #sheets = [];

  constructor(store) {
    this.#store = store;
  }

  /** Takes in a new scene, size or theme; the caller paints afterwards. */
  arrange(layout) {
    this.#layout = layout;
    this.#sheets = layout.columns.map(({ form, bands, rows }) =>
      (form === "recurrent" || form === "steps" ? bands.map(() => ({ sheet: new Sheet(layout.steps, rows), key: [] })) : []));
  }

  /** Makes those pictures anew whose values are, or which slow motion uncovers; returns whether any is. `run` is slow motion's place in time. */
  update(run) {
    let any = false;
    this.#sheets.forEach((sheets, c) => sheets.forEach((it, k) => (any = this.#renew(c, k, it, run) || any)));
    return any;
  }

  #renew(c, k, it, run) {
    const band = this.#layout.columns[c].bands[k], store = this.#store, hot = hotOf(store, c, band), values = hot ?? bandOf(store, c, band);
    const [first, last] = run?.column === c && run.backward === Boolean(hot) ? reached(run, band.half, this.#layout.steps) : [0, lengthOf(store)];
    const key = [values, first, last];
    if (key.every((part, n) => part === it.key[n])) return false;
    it.key = key;
    const known = values && (!store.slow || arrived(values)), range = hot ? "gradient" : rangeOf(store.scene, c, band);
    if (!known) it.sheet.clear();
    else it.sheet.write(values, widthOf(store.scene, c), range, 1 / this.#reach(c, band, values, hot), first, last);
    return true;
  }

  /** What has the full colour: gates and states have it at 1, a larger state and all else at the largest among the shown. */
  #reach(c, band, values, hot) {
    const { scene } = this.#store, range = rangeOf(scene, c, band), { rows } = this.#layout.columns[c];
    const most = least => largestOf(values, widthOf(scene, c), rows, least);
    if (hot) return most(LEAST_GRADIENT);
    return range === "unit" || range === "chance" ? 1 : most(band.gate ? 1 : LEAST);
  }

  /** What a state has the full colour at: 1, or the largest where that is more. */
  full(c, k) {
    const values = this.#sheets[c]?.[k]?.key[0];
    return values ? this.#reach(c, this.#layout.columns[c].bands[k], values) : 1;
  }

  // ---------------------------------------------------------------- painting

  /** Paints all of a column. `share` is what is left of its opacity. */
  paint(context, c, run) {
    const { columns } = this.#layout, column = columns[c], share = shareOf(this.#store.stage, c);
    context.imageSmoothingEnabled = false;
    context.globalAlpha = share;
    if (column.form === "units") this.#cells(context, c, column);
    else {
      column.bands.forEach((band, k) => this.#band(context, column, band, this.#sheets[c][k].sheet));
      this.#gaps(context, column);
    }
    for (const bars of column.bars) this.#bars(context, c, bars, run);
    context.globalAlpha = 1;
  }

  #band(context, { rows }, { y, height }, sheet) {
    const { left, step, steps } = this.#layout, width = step * steps;
    context.fillStyle = theme.sunk;
    context.fillRect(left, y, width, height);
    sheet.draw(context, left, y, width, height);
    if (sheet.broken >= 0) hatch(context, left + sheet.broken * step, y, width - sheet.broken * step, height, 0);
    context.fillStyle = theme.paper;
    if (height / rows >= ROOMY[1]) for (let k = 1; k < rows; k++) context.fillRect(left, y + k * height / rows - GAP, width, GAP);
  }

  /** Between steps, through all bands at once, on whole pixels: they are many. */
  #gaps(context, { bands }) {
    const { left, step, steps } = this.#layout, from = bands[0].y, low = bands.at(-1).y + bands.at(-1).height;
    if (step < ROOMY[0]) return;
    context.fillStyle = theme.paper;
    for (let t = 1; t < steps; t++) context.fillRect(Math.round(left + t * step) - 1, from, 1, low - from);
  }

  /** Units of a layer that has no time left, side by side. */
  #cells(context, c, { bands: [{ y, height }] }) {
    const store = this.#store, values = outputsOf(store, c), { left, step, steps } = this.#layout, count = store.scene.columns[c].shown.length;
    const pitch = Math.min(CELL + 3, step * steps / count), size = Math.min(CELL, height - 4), top = y + (height - size) / 2;
    if (!values && store.frame.sequence?.answer && c === store.scene.columns.length - 1)
      return text(context, written(Number(store.frame.sequence.answer)), left, y + height / 2, { size: 14, weight: 600, fill: theme.ink, base: "middle" });
    const range = rangeOf(store.scene, c, {}), gain = values ? 1 / this.#reach(c, {}, values) : 1;
    for (let k = 0; k < count; k++) {
      const v = values?.[k], known = v !== undefined && !Number.isNaN(v), shade = range === "chance" ? scales.picture.unit : scales.value.signed;
      fillRound(context, left + k * pitch, top, Math.max(2, pitch - 2), size, 3, known ? shade(v * gain) : theme.sunk);
    }
  }

  /** How much of the loss's gradient comes back to each step, the largest as high as there is room. */
  #bars(context, c, { half, y, height }, run) {
    const { left, step, steps } = this.#layout, values = gradientOf(this.#store, c, half), base = y + height;
    context.fillStyle = theme.line;
    context.fillRect(left, base, step * steps, 1);
    if (!values) return;
    const [first, last] = run?.column === c && run.backward ? reached(run, half, steps) : [0, steps], most = largest(values, LEAST_GRADIENT);
    const share = context.globalAlpha, gap = step >= ROOMY[0] ? 2 : 0.5;
    context.fillStyle = theme.grad;
    for (let t = first; t < last; t++) {
      const size = values[t] / most;
      if (!(size > 0)) continue;
      context.globalAlpha = share * (0.3 + 0.7 * size);
      context.fillRect(left + t * step + gap / 2, base - Math.max(1, size * height), step - gap, Math.max(1, size * height));
    }
    context.globalAlpha = share;
  }
}

/** In slow motion's way back the state that carries the gradient gives its place to it. */
export const hotOf = (store, c, { gate, half }) => {
  const hot = gate && gate === store.scene.columns[c].gradient_of ? gradientsOf(store, c, half) : undefined;
  return arrived(hot) ? hot : undefined;
};

/** What a band's numbers mean: gates 0..1, states -1..1, probabilities, or any values. */
export function rangeOf(scene, c, { gate, range }) {
  if (gate) return range;
  return c === scene.columns.length - 1 && scene.task === "classification" ? "chance" : "signed";
}

/** The largest size among the first `rows` of `units` at every step, at least `least`. */
export function largestOf(values, units, rows, least) {
  let most = least;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k]);
    if (k % units < rows && size > most && size < Infinity) most = size;
  }
  return most;
}
