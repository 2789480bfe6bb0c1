// What the network holds likely, as bars show it: the next character, or the class.
import { ranked, verdict } from "../vision/bars.js";
import { readSymbols } from "./reading.js";
import { sign, word } from "./symbols.js";
import { lengthOf, source, stepAtHand, told } from "./values.js";

/** Most bars. */
export const MOST = 8;

/** Probabilities as they are drawn from: temperature 0 leaves the likeliest, 1 all as they are; of `topK` only so many (0: all). */
export function tempered(probabilities, { temperature, topK }) {
  const order = Array.from(probabilities, (_, k) => k).sort((a, b) => probabilities[b] - probabilities[a]), kept = new Set(order.slice(0, topK || undefined));
  if (temperature === 0) return Float32Array.from(probabilities, (_, k) => (k === order[0] ? 1 : 0));
  const highest = probabilities[order[0]], powers = Float64Array.from(probabilities, (p, k) => (kept.has(k) ? (p / highest) ** (1 / temperature) : 0));
  const total = powers.reduce((sum, p) => sum + p, 0);
  return Float32Array.from(powers, p => p / total);
}

/**
 * The bars: {key, name, p, hit}, `hit` what was right, or where nobody knows the likeliest. Of a text the likeliest first, and only three
 * at steps before the newest.
 */
export function entriesOf(store, manner, at = stepAtHand(store)) {
  const { scene, slow } = store, { alphabet, kind } = scene.sequence, newest = lengthOf(store) - 1;
  const given = store.arrays.get(`${source(store)}/probabilities`), names = kind === "text" ? alphabet : scene.classes;
  if (kind === "text" && told(store) && at < newest) return passed(store, at);
  if (!given || !told(store) || given.every(Number.isNaN)) return names.slice(0, MOST).map((name, k) => ({ key: k, name: word(name), p: 0, hit: false }));
  const p = kind === "text" && !slow ? tempered(given, manner) : given, best = p.indexOf(Math.max(...p)), right = targetOf(store) ?? best;
  return ranked(p, MOST).map(k => ({ key: k, name: word(names[k]), p: p[k], hit: k === right }));
}

/** What was held likely at a step that has passed; right was what then came. */
function passed(store, at) {
  const [chances, chosen] = ["chances", "chosen"].map(name => store.arrays.get(`${source(store)}/${name}`)), { alphabet } = store.scene.sequence;
  if (!chances || !chosen) return [];
  const came = readSymbols(store)?.[at + 1];
  return [0, 1, 2].map(k => {
    const symbol = alphabet[chosen[3 * at + k]];
    return { key: chosen[3 * at + k], name: word(symbol ?? ""), p: chances[3 * at + k], hit: symbol === came };
  });
}

/** The class that is right, where somebody knows it. */
export function targetOf({ frame, slow, scene }) {
  if (slow) return scene.sequence.each_step ? null : slow.target;
  return frame.sequence?.target ?? null;
}

/** What stands beside the title. */
export function sayingOf(store, entries, at) {
  const { scene } = store, { kind } = scene.sequence, best = entries.reduce((a, b) => (b.p > a.p ? b : a), { p: 0, name: "" });
  if (entries.some(({ p }) => Number.isNaN(p))) return "not a number";
  if (kind === "text") return `after “${sign(readSymbols(store)?.[at] ?? "")}”`;
  const said = verdict(best.name, best.p), target = targetOf(store);
  return target !== null && best.p > 0 && scene.classes[target] !== best.name ? `${said}; it was ${scene.classes[target]}` : said;
}
