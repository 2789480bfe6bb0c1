// Slow motion in a sentence and a formula with the numbers of the followed picture, at the pixel that is looked at or says most.
import { equal, LOSSES, op, OUTPUT_DELTAS, plain, signed, slope, STEPS, sub, sum } from "../caption.js";
import { escape, number } from "../format.js";
import { brightest } from "./attention.js";
import { explain } from "./explain.js";
import { gradientsOf, mapsOf, valueOf } from "./values.js";

/** Terms and window values written out at most. */
const TERMS = 2, WINDOW = 4;

/** The present stage as [sentence, formula as HTML]; null outside of slow motion. */
export function caption(store) {
  const { stage, scene } = store;
  if (!stage) return null;
  const last = scene.columns.length - 1, c = stage.column ?? last;
  if (stage.segment === "loss") return loss(store, last);
  if (stage.segment === "update") return update(store);
  return stage.segment === "forward" ? forward(store, c, c === last) : backward(store, c, c === last);
}

const called = (scene, c) => (c === scene.columns.length - 1 ? "the head" : escape(scene.columns[c].title.toLowerCase()));

/** The pixel the words are about: the one looked at, else the block's largest value, or gradient. */
export function focus(store, c, values) {
  const { hover, scene } = store;
  if (hover?.type === "pixel" && hover.column === c) return hover;
  return { type: "pixel", column: c, ...brightest(scene.columns[c], values) };
}

/** a with the map's number, and the pixel's place. */
const at = (column, { unit, x, y }) => `a${index(column, unit)}${column.shape.length === 3 ? `<b>(${x}, ${y})</b>` : ""}`;

/** A unit's own number as an index, also where not all are shown. */
const index = (column, unit) => sub(column.shown?.[unit] ?? unit);

// ---------------------------------------------------------------- forward

function forward(store, c, head) {
  const { scene } = store, column = scene.columns[c], values = mapsOf(store, c), title = `Forward ${head ? "to" : "into"} ${called(scene, c)}.`;
  if (!values || values.every(Number.isNaN)) return [title, general(column, head)];
  const spot = focus(store, c, values), what = explain(store, spot);
  if (!what) return [title, general(column, head)];
  return [title, FORWARD[what.form](what, column, at(column, spot), head)];
}

/** Before there are numbers. */
function general(column, head) {
  if (head) return `p${op("=")}softmax(W a + b)`;
  if (column.kind.startsWith("conv")) return `a${op("=")}${signOf(column)}(w ∗ x + b)`;
  if (column.kind.includes("max")) return `a${op("=")}max of the window`;
  if (column.kind.includes("average")) return `a${op("=")}mean of the window`;
  return column.kind === "dense" ? `a${op("=")}${signOf(column)}(W a + b)` : "";
}

const signOf = ({ activation }) => escape(activation?.kind === "linear" ? "" : activation?.symbol ?? "");
const applied = (column, inside) => (signOf(column) ? `${signOf(column)}(${inside})` : inside);

const FORWARD = {
  conv(what, column, name) {
    const whole = sum([plain(what.part), ...(what.more > 0 ? [what.others === undefined ? "…" : signed(what.others)] : []), signed(what.bias)]);
    const formula = applied(column, `Σ w${op("·")}x${op("+")}b`);
    return equal(name, formula, ...(signOf(column) || what.more > 0 || what.bias ? [applied(column, whole)] : []), signed(what.value));
  },
  units(what, column, name, head) {
    const terms = what.products.slice(0, TERMS).map((_, k) => signed(what.kernel[k]) + op("·") + plain(what.window[k]));
    const rest = what.more > 0 || what.products.length > TERMS ? ["…"] : [], inside = sum([...terms, ...rest, signed(what.bias)]);
    if (!head) return equal(name, applied(column, inside), signed(what.value));
    const own = index(column, what.unit);
    return `${equal(`z${own}`, inside)}${op(",")} ${equal(`p${own}`, `softmax(z)${own}`, plain(what.value))}`;
  },
  max: (what, column, name) => equal(name, `max(${listed(what.window)})`, signed(what.value)),
  mean: (what, column, name) => equal(name, `mean(${listed(what.window)})`, signed(what.value)),
  map: (what, column, name) => equal(name, ...(what.input === undefined ? [] : [applied(column, plain(what.input))]), signed(what.value)),
};

/** A window's values, the largest ones where there are many. */
function listed(window) {
  const known = window.filter(v => v !== null);
  const shown = known.length <= WINDOW ? known : [...known].sort((a, b) => b - a).slice(0, WINDOW - 1);
  return [...shown.map(v => plain(v)), ...(shown.length < known.length ? ["…"] : [])].join(", ");
}

// ---------------------------------------------------------------- loss, backward, update

function loss(store, last) {
  const { scene, slow } = store, { target, loss: value } = slow, shown = scene.columns[last].shown ?? [], at = Math.max(0, shown.indexOf(target));
  const p = valueOf(store, last, at, 0, 0) ?? NaN, sides = LOSSES[scene.loss.kind]?.(p, target, true) ?? [];
  return [`Loss of this picture, ${escape(scene.classes[target] ?? target)}.`, equal("L", ...sides, plain(value, 3))];
}

function backward(store, c, head) {
  const { scene } = store, column = scene.columns[c], gradients = gradientsOf(store, c);
  const title = head ? "Backward from the loss." : `Backward through ${called(scene, c)}.`;
  const rule = head ? OUTPUT_DELTAS[scene.loss.kind] : RULES.find(([kind]) => column.kind.includes(kind))?.[1];
  if (!gradients || gradients.every(Number.isNaN)) return [title, rule ? `δ${op("=")}${rule}` : ""];
  const spot = focus(store, c, gradients), value = gradients[placeOf(column, spot)], name = `∂L/∂${at(column, spot)}`;
  const words = head ? [rule] : [];
  const after = !head && rule ? `${op(",")} ${rule}` : "";
  return [title, `${equal(name, ...words.filter(Boolean), slope(value))}${after}`];
}

/** What a kind of block does with gradients. */
const RULES = [
  ["conv", `∂L/∂w${op("=")}Σ δ${op("·")}x over all places`], ["max", "handed to the pixel that won"], ["average", "shared out evenly over the window"],
  ["dense", `∂L/∂w${op("=")}δ${op("·")}a`], ["flatten", "put back into maps"], ["dropout", "0 where it was dropped"],
];

const placeOf = ({ shape }, { unit, x, y }) => (shape.length === 3 ? (unit * shape[0] + y) * shape[1] + x : unit);

function update({ scene, frame }) {
  const step = STEPS[scene.optimizer.kind] ?? "η Δ", { rate } = frame;
  const numbers = rate ? `${op(",")} ${equal("η", `<b>${number(rate, rate < 0.01 ? 4 : 3)}</b>`)}` : "";
  return [`Update, <button data-inspect="optimizer">${escape(scene.optimizer.title)}</button>.`, `w${op("←")}w − ${step}${numbers}`];
}
