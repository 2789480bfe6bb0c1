// Layers that are put between others, so that sequences stay sequences as far up as layers want them.
import { insertionPath, valueAt } from "../network/order.js";

const RECURRENT = ["lstm", "gru", "simple_rnn"], READERS = [...RECURRENT, "bidirectional", "conv1d", "attention"];

/** What the menu offers, layers that read sequences first. */
export function kindsFor({ layer_kinds: kinds }) {
  const first = ["embedding", ...RECURRENT, "bidirectional"], rank = ({ kind }) => (first.indexOf(kind) + first.length + 1) % (first.length + 1);
  return [...kinds].sort((a, b) => rank(a) - rank(b));
}

/** The commands that put a layer of that kind before column c: a recurrent one before it hands on the whole sequence from now on. */
export function insertions(scene, c, kind) {
  const path = insertionPath(scene, c), before = scene.columns[c - 1];
  const whole = scene.sequence.each_step || scene.columns.slice(c).some(({ kind }) => READERS.includes(kind));
  const insert = { do: "insert", path, value: made(kind, whole) };
  if (!READERS.includes(kind) || !before.path) return [insert];
  const flag = [...before.path, ...(before.kind === "bidirectional" ? ["layer"] : []), "sequence"];
  return valueAt(scene.experiment, flag) === false ? [{ do: "set", path: flag, value: true }, insert] : [insert];
}

function made(kind, sequence) {
  if (kind === "bidirectional") return { kind, layer: { kind: "lstm", sequence } };
  return RECURRENT.includes(kind) ? { kind, sequence } : { kind };
}
