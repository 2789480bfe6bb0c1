// Slow motion in a sentence and a formula with the numbers of the unit and the step at hand.
import { equal, LOSSES, op, OUTPUT_DELTAS, plain, signed, slope, STEPS } from "../caption.js";
import { escape, number } from "../format.js";
import { still } from "../theme.js";
import { recurrent } from "./layout.js";
import { numbers } from "./numbers.js";
import { readSymbols } from "./reading.js";
import { word } from "./symbols.js";
import { arrived, gradientsOf, outputsOf, stepAtHand } from "./values.js";

/** The present stage as [sentence, formula as HTML]; null outside of slow motion. */
export function caption(store) {
  const { stage, scene } = store;
  if (!stage) return null;
  return { forward, loss, backward, update }[stage.segment](store, stage.column ?? scene.columns.length - 1);
}

const t = "<sub>t</sub>", before = "<sub>t−1</sub>", after = "<sub>t+1</sub>";
const called = (scene, c) => (c === scene.columns.length - 1 ? "the head" : escape(scene.columns[c].title));
const signOf = ({ activation }) => escape(activation?.kind === "linear" ? "" : activation?.symbol ?? "");
const applied = (column, inside) => (signOf(column) ? `${signOf(column)}(${inside})` : inside);
const times = (a, b) => a + op("·") + b;

/** "step 12, “e”" */
function where(store, step) {
  const symbol = readSymbols(store)?.[step];
  return `step ${step + 1}${symbol ? `, “${escape(word(symbol))}”` : ""}`;
}

// ---------------------------------------------------------------- forward

function forward(store, c) {
  const { scene } = store, column = scene.columns[c], head = c === scene.columns.length - 1;
  if (!recurrent(column)) return [`Forward ${head ? "to" : "into"} ${called(scene, c)}.`, head ? answer(store, c) : mapped(store, column)];
  const it = numbers(store, still());
  return [`Forward in time, ${where(store, it.step)}, unit ${it.number}.`, FORWARD[it.cell](it)];
}

const FORWARD = {
  lstm({ f, i, o, g, c, h, before: last }) {
    const rule = `${times("f", `c${before}`)}${op("+")}${times("i", "g")}`, terms = `${times(plain(f), signed(last))}${op("+")}${times(plain(i), signed(g))}`;
    const cell = equal(`c${t}`, rule, terms, signed(c));
    return `${cell}${op(",")} ${equal(`h${t}`, times("o", `tanh c${t}`), times(plain(o), signed(Math.tanh(c))), signed(h))}`;
  },
  gru({ z, n, h, before: last }) {
    const rule = `${times("(1 − z)", "n")}${op("+")}${times("z", `h${before}`)}`;
    return equal(`h${t}`, rule, `${times(plain(1 - z), signed(n))}${op("+")}${times(plain(z), signed(last))}`, signed(h));
  },
  rnn({ sum, h, activation }) {
    const name = activation === "relu" ? "ReLU" : "tanh";
    return equal(`h${t}`, `${name}(x${t} W + h${before} U + b)`, `${name}(${signed(sum)})`, signed(h));
  },
};

function mapped(store, column) {
  if (column.kind === "embedding") return equal(`x${t}`, `E<b>[${escape(word(readSymbols(store)?.[stepAtHand(store, still())] ?? ""))}]</b>`);
  return column.kind === "dense" ? equal("a", applied(column, "W a + b")) : "";
}

/** What the head says at the step at hand, or of the whole sequence. */
function answer(store, c) {
  const { scene } = store, values = outputsOf(store, c), classified = scene.task === "classification", each = scene.sequence.each_step;
  const rule = classified ? equal(each ? `p${t}` : "p", `softmax(h${each ? t : ""} W + b)`) : equal("ŷ", "h w + b");
  if (!arrived(values) || values === undefined) return rule;
  if (!classified) return `${rule}${op("=")}${signed(values[0])}`;
  const at = each ? 3 * stepAtHand(store, still()) : values.indexOf(Math.max(...values)), best = each ? store.arrays.get("slow/chosen")?.[at] : at;
  return `${rule}${op(",")} ${equal(`p<b>(${escape(word(scene.classes[best] ?? ""))})</b>`, plain(values[at]))}`;
}

// ---------------------------------------------------------------- loss, backward, update

function loss(store, c) {
  const { scene, slow } = store, { target, loss: value } = slow;
  if (scene.sequence.each_step) return ["Loss, the mean over all steps.", equal("L", `1∕T Σ −ln p${t}(x${after})`, plain(value, 3))];
  const classified = scene.task === "classification", last = outputsOf(store, c) ?? [], p = last[classified ? target : 0] ?? NaN;
  const { mean = 0, scale = 1 } = scene.sequence, y = classified ? target : target * scale + mean;
  const title = classified ? `Loss of this sequence, ${escape(scene.classes[target] ?? target)}.` : `Loss of this window, ${number(y)}.`;
  const sides = LOSSES[scene.loss.kind]?.(p, target, scene.classes.length > 2) ?? [];
  return [title, equal("L", ...sides, plain(value, 3))];
}

function backward(store, c) {
  const { scene } = store, column = scene.columns[c], head = c === scene.columns.length - 1;
  if (head) return ["Backward from the loss.", equal("δ", OUTPUT_DELTAS[scene.loss.kind] ?? "∂L/∂z")];
  if (!recurrent(column)) return [`Backward through ${called(scene, c)}.`, RULES[column.kind] ?? ""];
  const it = numbers(store, still()), gradients = gradientsOf(store, c, it.half), value = gradients?.[it.step * column.shown.length + it.unit];
  const letter = column.gradient_of === "cell" ? "c" : "h";
  const first = value === undefined || Number.isNaN(value) ? "" : `${equal(`∂L/∂${letter}${t}`, slope(value))}${op(",")} `;
  return [`Backward in time, ${where(store, it.step)}, unit ${it.number}.`, first + BACKWARD[it.cell](it)];
}

/** By how much a unit hands its gradient to the step before. */
const BACKWARD = {
  lstm: ({ f }) => equal(`∂c${t}/∂c${before}`, "f", plain(f)),
  gru: ({ z }) => equal(`∂h${t}/∂h${before}`, `z + …`, `${plain(z)} + …`),
  rnn({ h, activation }) {
    const slope = activation === "relu" ? [h > 0 ? "U" : "<b>0</b>"] : [times("U", `(1 − h${t}²)`), times("U", plain(1 - h * h))];
    return equal(`∂h${t}/∂h${before}`, ...slope);
  },
};

const RULES = { embedding: equal("∂L/∂E", "Σ δ at the symbol’s row"), dense: equal("∂L/∂w", times("δ", "a")), dropout: "0 where it was dropped" };

function update({ scene, frame: { rate } }) {
  const step = STEPS[scene.optimizer.kind] ?? "η Δ", numbers = rate ? `${op(",")} ${equal("η", `<b>${number(rate, rate < 0.01 ? 4 : 3)}</b>`)}` : "";
  return [`Update, ${escape(scene.optimizer.title)}.`, `w${op("←")}w − ${step}${numbers}`];
}
