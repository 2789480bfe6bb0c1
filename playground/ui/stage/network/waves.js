// Slow motion on the network: what travels along the links, what the update changes, and which columns have been reached.
import { at, clamp, cut, ease, trace } from "../canvas.js";
import { number, tiny } from "../format.js";
import { phaseOf, shownUnits, turnOf } from "../store.js";
import { theme } from "../theme.js";
import { width } from "./links.js";
import { arrival, hue } from "./rail.js";

/** Length of a wave's tail, as a share of the link. */
const TAIL = 0.34;
/** Waves arrive before their stage ends. */
const ARRIVAL = 1.15;
const PEARL = [0, 0];

/** How far the wave of a stage is, 0..1; with less motion it has arrived at once. */
export const progress = (clock, still) => (still ? 1 : ease(clamp(clock * ARRIVAL, 0, 1)));

/** What remains of a link's opacity: other layers' links step back while a wave runs. */
export function backdrop(stage, column) {
  const phase = phaseOf(stage?.segment), wave = phase === "forward" || phase === "backward";
  return wave && stage.column !== column ? 0.35 : 1;
}

/** Forward and backward waves of the present stage along the drawn links of its column. */
export function drawWaves(context, store, links, scene, t, share) {
  const { stage } = store, phase = phaseOf(stage?.segment);
  if (t <= 0.001 || t >= 0.999 || (phase !== "forward" && phase !== "backward")) return;
  const forward = phase === "forward", sizes = forward ? carried(store, links, scene) : blamed(store, links);
  const colour = forward ? arrival(scene, stage.column) : theme.grad;
  context.lineCap = "round";
  for (const k of links.drawn) {
    if (links.columns[k] !== stage.column) continue;
    const size = sizes(k);
    if (Number.isFinite(size)) wave(context, links.curve(k), forward, t, clamp(size, 0, 1), colour, share(k) < 1 ? 0.2 : 1);
  }
  context.setLineDash([]);
  context.lineCap = "butt";
  context.globalAlpha = 1;
}

/** What a link carries: its weight times the sample's value at its start. */
function carried(store, links, scene) {
  const weights = store.arrays.get("network/weights"), values = store.arrays.get("slow/values");
  const { from } = scene.columns[store.stage.column];
  const start = from === 0 ? 0 : shownUnits(scene.columns[0]) + links.places[from].unit;
  return k => 0.55 * Math.abs(weights[links.weights[k]] * (values?.[start + links.sources[k]] ?? 0));
}

/** The share of the column's largest gradient. */
function blamed(store, links) {
  const gradients = store.arrays.get("network/gradients"), { weight, inputs, units } = links.places[store.stage.column];
  let largest = 1e-12;
  for (let k = weight; k < weight + inputs * units; k++) largest = Math.max(largest, Math.abs(gradients?.[k] ?? 0));
  return k => Math.abs(gradients?.[links.weights[k]] ?? 0) / largest;
}

/** One tail with its head; backward it is a row of pearls, so that gradients are told apart without their colour. */
export function wave(context, c, forward, t, size, colour, share) {
  const line = 1.2 + 4.2 * size, head = forward ? t : 1 - t;
  trace(context, forward ? cut(c, Math.max(0, t - TAIL), head) : cut(c, head, Math.min(1, head + TAIL)));
  context.globalAlpha = share * (0.2 + 0.8 * size);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = line;
  PEARL[0] = 0.1;
  PEARL[1] = line * 1.7;
  context.setLineDash(forward ? [] : PEARL);
  context.stroke();
  if (size < 0.12) return;
  const [x, y] = at(c, head);
  context.beginPath();
  context.arc(x, y, 1.8 + 2.4 * size, 0, 2 * Math.PI);
  context.fill();
}

/** The update: two lines of ink beside each link that changes, closing on its new width. */
export function drawUpdate(context, store, links, clock) {
  const before = store.arrays.get("slow/before"), after = store.arrays.get("network/weights");
  if (phaseOf(store.stage?.segment) !== "update" || !before) return;
  const change = k => Math.abs(after[links.weights[k]] - before[links.weights[k]]);
  const largest = links.drawn.reduce((most, k) => Math.max(most, change(k)), 1e-12), shown = Math.sin(Math.PI * clock);
  context.lineWidth = 1;
  context.strokeStyle = theme.ink;
  for (const k of links.drawn) {
    const strength = change(k) / largest;
    if (!(strength > 0.02)) continue;
    context.globalAlpha = 0.8 * shown * strength;
    outline(context, links, k, width(after[links.weights[k]]) / 2 + 2 * (1 - shown));
  }
  context.globalAlpha = 1;
}

function outline(context, links, k, distance) {
  const [x, y] = links.layout.turned ? [distance, 0] : [0, distance];
  for (const side of [-1, 1]) {
    context.save();
    context.translate(side * x, side * y);
    trace(context, links.curve(k));
    context.restore();
    context.stroke();
  }
}

/**
 * The ring and number of each column that the pass has reached, null for the others: of values on the way forward, of the loss's
 * derivative by the sum (hot) on the way back.
 * @returns {({hue: string, hot: boolean, number: (unit: number) => string}|null)[]|null}
 */
export function marks(store, scene, places, t) {
  const { slow } = store;
  if (!slow) return null;
  const values = store.arrays.get("slow/values"), deltas = store.arrays.get("slow/deltas"), inputs = shownUnits(scene.columns[0]);
  return scene.columns.map((_, c) => {
    const start = c === 0 ? 0 : inputs + places[c].unit, back = deltas && c > 0 && reached(slow, "backward", c, t, 0.05);
    if (back) return { hue: theme.grad, hot: true, number: unit => known(deltas[places[c].unit + unit], tiny) };
    if (!values || (c > 0 && !reached(slow, "forward", c, t, 0.85))) return null;
    return { hue: hue(scene, c), hot: false, number: unit => known(values[start + unit], number) };
  });
}

/** Nothing is written for what the run has not computed yet. */
const known = (value, write) => (Number.isNaN(value) ? "" : write(value));

/** In the turn that is played now. */
function reached(slow, phase, column, t, share) {
  const segment = [turnOf(slow.stages[slow.index].segment), phase].filter(Boolean).join("/");
  const index = slow.stages.findIndex(stage => stage.segment === segment && stage.column === column);
  return index >= 0 && (slow.index > index || (slow.index === index && t > share));
}
