// The numbers of one recurrent unit at one step, as its equations name them.
import { valueAt as recordAt } from "../network/order.js";
import { numberOf, stepAtHand, unitAtHand, valueAt } from "./values.js";

/** "lstm", "gru" or "rnn", by what a column remembers. */
export function cellOf({ gates }) {
  const has = name => gates.some(gate => gate.name === name);
  return has("cell") ? "lstm" : has("update") ? "gru" : "rnn";
}

/** What equations call gates and states. */
const LETTERS = {
  lstm: { f: "forget", i: "input", o: "output", g: "candidate", c: "cell", h: "hidden" }, gru: { r: "reset", z: "update", n: "candidate", h: "hidden" },
  rnn: { h: "hidden" },
};

/** Whether a half of a column reads from the end. */
function readsBackward(scene, column, half) {
  return half === 1 || (column.path && !column.backward_gates?.length && recordAt(scene.experiment, column.path)?.reverse === true);
}

/**
 * @returns {object|null} {cell, column, half, unit, step, number, title} and the values that the cell's kind has: lstm f, i, o, g, c, h and
 *   `before` (the cell's last state), gru r, z, n, h and `before` (the last hidden state), rnn h, `before` and `sum`. NaN: not known yet.
 */
export function numbers(store, calm = false) {
  const at = unitAtHand(store);
  if (!at) return null;
  const { scene } = store, column = scene.columns[at.column], step = stepAtHand(store, calm), cell = cellOf(column);
  const last = step + (readsBackward(scene, column, at.half) ? 1 : -1);
  const value = (gate, t = step) => valueAt(store, at.column, gate, at.half, at.unit, t) ?? NaN;
  const { activation } = recordAt(scene.experiment, column.path) ?? {};
  const about = { cell, ...at, step, number: numberOf(column, at.unit), title: column.title, activation };
  const named = Object.fromEntries(Object.entries(LETTERS[cell]).map(([letter, gate]) => [letter, value(gate)]));
  const before = value(cell === "lstm" ? "cell" : "hidden", last), sum = about.activation === "relu" ? named.h : sumOf(named.h);
  return { ...about, ...named, before, ...(cell === "rnn" && { sum }) };
}

/** What tanh made h of; beyond about 3.5 a half float no longer tells. */
export const sumOf = h => (Math.abs(h) < 0.998 ? Math.atanh(h) : h * 3.5);
