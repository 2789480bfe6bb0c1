// What the network's columns hold for the sequence that is looked at; in slow motion for the one that is followed.
import { ease } from "../canvas.js";
import { recurrent } from "./layout.js";

/** What arrays' names begin with. */
export const source = store => (store.slow ? "slow" : "sequence");
const way = half => (half ? "backward/" : "");

/** A gate or state of column c, (steps, shown). */
export const statesOf = (store, c, gate, half = 0) => store.arrays.get(`${source(store)}/states/${c}/${way(half)}${gate}`);

/**
 * What a column that is not recurrent makes of it: (steps, shown) or (shown,). Of the head it is what a person reads: probabilities, and where
 * each step is answered how likely its three likeliest symbols are (steps, 3).
 */
export function outputsOf(store, c) {
  const { scene, arrays } = store, head = c === scene.columns.length - 1 && scene.task === "classification";
  if (head && !told(store)) return undefined;
  if (head && scene.sequence.each_step) return arrays.get(`${source(store)}/chances`);
  return arrays.get(head && store.slow ? "slow/probabilities" : `${source(store)}/outputs/${c}`);
}

/** Whether the head has said something: in slow motion once the pass has come there. What it said before that is of another sequence. */
export function told({ slow, scene }) {
  return !slow || slow.stages.some(({ segment, column }, k) => k <= slow.index && segment === "forward" && column === scene.columns.length - 1);
}

/** What a column shows in a band. */
export const bandOf = (store, c, { gate, half }) => (gate ? statesOf(store, c, gate, half) : outputsOf(store, c));

/** What is fed: codes, or values. */
export const inputOf = store => store.arrays.get(`${source(store)}/input`);

/** The gradient of the loss by the state that carries it (`gradient_of`), step by step: of the newest batch its mean size, in slow motion that of the followed row. */
export function gradientOf(store, c, half = 0) {
  if (!store.slow) return store.arrays.get(`sequence/gradient/${c}${half ? "/backward" : ""}`);
  const whole = gradientsOf(store, c, half);
  return whole && norms(whole, store.scene.columns[c].shown.length);
}

/** In slow motion: the gradient by each shown unit's state (steps, shown), once the way back has come there. */
export const gradientsOf = (store, c, half = 0) => (store.slow ? store.arrays.get(`slow/gradients/${c}${half ? "/backward" : ""}`) : undefined);

/** The length of each step's vector. */
export function norms(values, units) {
  return Float32Array.from({ length: values.length / units }, (_, t) => {
    let sum = 0;
    for (let k = 0; k < units; k++) sum += values[t * units + k] ** 2;
    return Math.sqrt(sum);
  });
}

/** Slow motion sends what has not been computed yet as not a number throughout. */
export const arrived = values => values !== undefined && !values.every(Number.isNaN);

/** One value: of a gate of column c, its shown unit, at a step. Before the first step a state is 0. Undefined before it came. */
export function valueAt(store, c, gate, half, unit, step) {
  if (step < 0 || step >= store.scene.sequence.steps) return 0;
  return statesOf(store, c, gate, half)?.[step * store.scene.columns[c].shown.length + unit];
}

// ---------------------------------------------------------------- what is at hand

/** The recurrent unit that is looked at: {column, half, unit}, or null where no column is recurrent. */
export function unitAtHand({ scene, mark, stage }) {
  const own = recurrent(scene.columns[mark.column] ?? {}), staged = stage && recurrent(scene.columns[stage.column] ?? {});
  const column = staged ? stage.column : own ? mark.column : scene.columns.findIndex(recurrent);
  if (column < 0) return null;
  const half = mark.half && scene.columns[column].backward_gates?.length ? 1 : 0;
  return { column, half, unit: Math.min(mark.unit, scene.columns[column].shown.length - 1) };
}

/** How many of the steps have something in them: a text that is shorter than the window has not filled it. */
export function lengthOf({ scene, frame, slow }) {
  const { kind, steps } = scene.sequence, text = frame.sequence?.text;
  return !slow && kind === "text" && text ? Math.min(steps, [...text].length) : steps;
}

/** The step that is looked at: the pointer's; else in slow motion the one that is being computed; else the newest. */
export function stepAtHand(store, calm = false) {
  const { hover } = store, newest = lengthOf(store) - 1;
  if (hover?.type === "step") return Math.min(hover.x, store.slow ? store.scene.sequence.steps - 1 : newest);
  const run = running(store, calm);
  return run ? run.step : newest;
}

/**
 * Slow motion's place in time: {column, half, step, backward}, while it runs through a recurrent column; null otherwise. Half 1 is read
 * from the end. Of two halves both run at once.
 */
export function running(store, calm = false) {
  const { stage, scene, stageClock } = store;
  if (!stage || (stage.segment !== "forward" && stage.segment !== "backward") || !recurrent(scene.columns[stage.column] ?? {})) return null;
  const share = calm ? 1 : ease(stageClock), { steps } = scene.sequence, done = Math.min(steps - 1, Math.floor(share * steps));
  const backward = stage.segment === "backward";
  return { column: stage.column, done, step: backward ? steps - 1 - done : done, backward };
}

/** The steps of a half that the run has come to, as [first, last + 1]. A half that reads backward goes the other way. */
export function reached({ done, backward }, half, steps) {
  return backward !== Boolean(half) ? [steps - 1 - done, steps] : [0, done + 1];
}

/** The state that remembers, and colours text: the cell where there is one, else the hidden state. */
export const telling = column => column.gradient_of;

/** A unit's own number, counted from 1. */
export const numberOf = (column, unit) => (column.shown?.[unit] ?? unit) + 1;
