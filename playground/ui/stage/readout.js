// What the output picture's colours and values mean, in words.
import { escape, number } from "./format.js";
import { sigmoid, softmax } from "./picture.js";
import { theme } from "./theme.js";

/** A regression's targets as the network sees them are (value - mean) / scale, and colours show them divided by the largest. */
const targetOf = scene => ({ mean: 0, scale: 1, largest: 1, ...scene.target });

/** A regression's outputs times this lie in -1..1; logits stay as they are. */
export const shadeOf = scene => (scene.task === "regression" ? 1 / targetOf(scene).largest : 1);

/** A shade in -1..1 of a regression in the target's own units. */
export function unshaded(scene, shade) {
  const { mean, scale, largest } = targetOf(scene);
  return shade * largest * scale + mean;
}

/** What the output's codes (outputs, n, n) mean: "logit", "classes" or "value". */
export function kindOf(scene, codes) {
  if (codes.shape.length === 3 && codes.shape[0] > 1) return "classes";
  return scene.task === "classification" ? "logit" : "value";
}

const numbered = scene => scene.classes.every((name, k) => name === String(k));
/** The network's last layer gives probabilities, unless the loss wants bare scores (hinge). */
const bare = scene => scene.columns.at(-1).activation.kind === "linear";

/** Name and value at a place of the output: [name, text]. */
export function reading(scene, values) {
  if (scene.task === "regression") return [scene.targets?.[0] ?? "value", number(unshaded(scene, values[0]))];
  if (bare(scene)) return ["score", number(values[0])];
  const p = values.length > 1 ? softmax(values) : [1 - sigmoid(values[0]), sigmoid(values[0])];
  if (p.length === 2 && numbered(scene)) return ["p", number(p[1])];
  const best = p.indexOf(Math.max(...p));
  return [`p(${scene.classes[best]})`, number(p[best])];
}

/** The coordinates (x, y) and what is there, over a single input only x; `peeked` when a neuron is looked at instead of the output. */
export function readout(scene, peeked, [x, y], values) {
  const item = (name, value) => `<span>${escape(name)} <b>${escape(value)}</b></span>`, { axes } = scene;
  const items = [item(axes.x.label, number(x))];
  if (axes.mode !== "curve") items.push(item(axes.y.label, number(y)));
  if (values.length) items.push(peeked ? item("a", number(values[0])) : item(...reading(scene, values)));
  return `<span class="readout">${items.join("")}</span>`;
}

/** The key below the picture. */
export function keyOf(scene, peeked) {
  if (peeked) return bar("−1", "+1");
  if (scene.task === "regression") return bar(number(unshaded(scene, -1), 1), number(unshaded(scene, 1), 1));
  if (scene.classes.length <= 2) return bar(...scene.classes.map(escape));
  const { length } = scene.classes, shape = k => Math.floor(k / theme.classes.length) % 3;
  return scene.classes.map((name, k) => swatch(name, theme.classOf(k, length), shape(k))).join("");
}

/** Round, then square, then triangular, as the points are. */
const swatch = (name, colour, shape) =>
  `<span class="swatch"><i data-shape="${shape}" style="background:${colour}"></i>${escape(name)}</span>`;
const bar = (low, high) => `${low}<i class="bar"></i>${high}`;
