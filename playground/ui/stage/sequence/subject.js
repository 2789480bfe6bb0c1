// What is looked at in the sequence lab, as the run's memory calls it.
import { clamp } from "../canvas.js";
import { source, stepAtHand, telling, unitAtHand } from "./values.js";

/** The name of a gate or state of a recurrent column; `half` 1 reads backward. */
export const nameOf = ({ scopes }, gate, half) => `${scopes[half]}/states/${gate}`;

/** A symbol's chance, which the head says at each step or at the end; of two classes one number says both. */
export function chanceOf({ scene: { columns, sequence } }, step, symbol) {
  const { name, units } = columns.at(-1), unit = Math.min(symbol, units - 1);
  return [`${name}/output`, sequence.each_step ? [step, unit] : [unit]];
}

/** What was picked of the unrolled network, as store.inspect takes it: [name, index]; null beside all. */
function subjectAt(store, { column: c, half, gate, row, step }) {
  const column = store.scene.columns[c];
  if (!column || (!gate && row === null)) return null;
  if (gate) return [nameOf(column, gate, half), row === null ? null : [step, column.shown[row]]];
  const last = c === store.scene.columns.length - 1;
  if (last && store.scene.sequence.each_step) return likeliest(store, step, row);
  return [`${column.name}/output`, column.shape.length === 2 ? [step, column.shown[row]] : [column.shown[row]]];
}

/** The rows of a head that answers each step are its likeliest symbols there. */
function likeliest(store, step, row) {
  const symbol = store.arrays.get(`${source(store)}/chosen`)?.[3 * step + row];
  return symbol === undefined ? null : chanceOf(store, step, symbol);
}

/** Of what is pointed at, or else of the unit at hand the state that remembers, at its step. */
export function subject(store) {
  const { hover, scene } = store, unit = unitAtHand(store);
  if (hover?.type === "step" && hover.at) return subjectAt(store, hover.at);
  if (hover?.type !== "step" || !unit) return null;
  const column = scene.columns[unit.column];
  return [nameOf(column, telling(column), unit.half), [stepAtHand(store), column.shown[unit.unit]]];
}
