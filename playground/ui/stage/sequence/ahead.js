// What a series' window leads to: the network's answer some steps ahead, what came, and the last value said again.
import { blank, fit, mix, text } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { number } from "../format.js";
import { theme } from "../theme.js";
import { dot, nameAll } from "./forecast.js";
import { windowOf } from "./reading.js";
import { written } from "./series.js";

const TOP = 16, BOTTOM = 22, RIGHT = 78;

export class Ahead {
  #store; #host; #canvas; #room = null; #stale = true;

  constructor(root, store) {
    [this.#store, this.#host] = [store, root.querySelector(".ahead")];
    this.#canvas = this.#host.querySelector("canvas");
  }

  resize() {
    this.#room = this.#canvas.clientWidth ? fit(this.#canvas, true) : null;
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { scene } = this.#store;
    if (changed.scene) this.#arrange(scene.sequence);
    if (scene.sequence.kind !== "series") return;
    if (!this.#room) this.resize();
    if (!this.#room || !(changed.words || this.#stale)) return;
    this.#stale = false;
    this.#paint();
  }

  #arrange({ kind, ahead }) {
    this.#host.hidden = kind !== "series";
    setText(this.#host.querySelector("h2"), ahead === 1 ? "The next value" : `In ${ahead} steps`);
    this.#stale = true;
  }

  #paint() {
    const { context, width, height } = this.#room, store = this.#store, values = windowOf(store), { answer, target } = said(store);
    blank(context, width, height);
    if (!values) return;
    const all = [...values, answer, target].filter(Number.isFinite), low = Math.min(...all), high = Math.max(...all);
    const { ahead } = store.scene.sequence, last = values.length - 1, end = last + ahead;
    const x = t => mix(4, width - RIGHT, t / end), y = v => mix(height - BOTTOM, TOP, (v - low) / (high - low || 1));
    context.setLineDash([3, 3]);
    line(context, [[x(last), y(values[last])], [x(end), y(values[last])]], theme.line2, 1.2);
    context.setLineDash([]);
    line(context, Array.from(values, (v, t) => [x(t), y(v)]), theme.ink3, 1.5);
    dot(context, x(last), y(values[last]), 3, theme.ink3);
    text(context, "now", x(last), height - 5, { size: 11.5, fill: theme.ink3, align: "center" });
    text(context, `+${ahead}`, x(end), height - 5, { size: 11.5, fill: theme.ink3, align: "center" });
    this.#marks(context, x(end), y, { answer, target, persisted: values[last] }, height);
    const known = Number.isFinite(target) ? `, it came ${written(target)}` : "", off = Math.abs(answer - target);
    setText(this.#host.querySelector(".aside"), Number.isNaN(off) ? "" : `off by ${off < 0.1 ? number(off, 3) : written(off)}`);
    setAttribute(this.#canvas, "aria-label", `The network says ${written(answer)}${known}; the last value is ${written(values[last])}.`);
  }

  /** The answer filled, what came hollow, what persistence says small; their names beside them, apart. */
  #marks(context, x, y, { answer, target, persisted }, height) {
    const all = [
      { value: persisted, name: "last value", fill: theme.ink3 }, { value: target, name: `came ${written(target)}`, fill: theme.ink2 },
      { value: answer, name: `says ${written(answer)}`, fill: theme.ink, weight: 600 },
    ], named = all.filter(({ value }) => Number.isFinite(value));
    for (const { value, fill } of named) dot(context, x, y(value), value === answer ? 5 : 4, fill);
    if (Number.isFinite(target)) dot(context, x, y(target), 2.2, theme.paper);
    nameAll(context, named.map(it => ({ ...it, y: y(it.value) })), x + 10, TOP, height - BOTTOM);
  }
}

/** The answer and what came, in units of the data; in slow motion the followed row's, once the pass has come to the head. */
export function said({ slow, scene, frame, arrays }) {
  const { mean = 0, scale = 1 } = scene.sequence, last = scene.columns.length - 1;
  if (slow) return { answer: (arrays.get(`slow/outputs/${last}`)?.[0] ?? NaN) * scale + mean, target: slow.target * scale + mean };
  return { answer: Number(frame.sequence?.answer ?? NaN), target: frame.sequence?.target ?? NaN };
}

function line(context, points, colour, width) {
  context.beginPath();
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.lineWidth = width;
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.stroke();
}
