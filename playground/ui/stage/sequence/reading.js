// What is read, on top of the steps: characters, symbols, or the series as a curve.
import { blank, clamp, fillRound, fit, text } from "../canvas.js";
import { number } from "../format.js";
import { theme } from "../theme.js";
import { Draft, heightAt, valueAt } from "./draft.js";
import { xOf } from "./layout.js";
import { sign, symbolsOf } from "./symbols.js";
import { inputOf, lengthOf } from "./values.js";

const LARGEST = 14.5;
/** Room above and below a curve, and what is left empty so that one may draw beyond it. */
const ABOVE = 7, BELOW = 8, MARGIN = 0.12;

export class Reading {
  #store; #canvas; #draft; #room = null; #layout = null;

  constructor(canvas, store, send) {
    this.#canvas = canvas;
    this.#store = store;
    this.#draft = new Draft(canvas, send, event => this.#spot(event), () => [Float32Array.from(windowOf(store)), heightsOf(windowOf(store))]);
  }

  /** The step and the value under the pointer. */
  #spot({ offsetX, offsetY }) {
    const { scene, slow } = this.#store, layout = this.#layout;
    if (scene.sequence.kind !== "series" || slow || !windowOf(this.#store)) return null;
    const step = clamp(Math.floor((offsetX - layout.left) / layout.step), 0, layout.steps - 1);
    const heights = this.#draft.heights ?? heightsOf(windowOf(this.#store));
    return { step, value: valueAt(heights, ABOVE, layout.reading - BELOW, offsetY) };
  }

  /** Whether somebody draws now. */
  drafted = now => this.#draft.settle(now);

  destroy() {
    this.#draft.end();
  }

  arrange(layout) {
    this.#layout = layout;
    this.#canvas.style.height = `${layout.reading}px`;
    this.#room = fit(this.#canvas, true);
  }

  /** `at` is the step at hand. */
  draw(at) {
    const { context, width, height } = this.#room;
    blank(context, width, height);
    context.fillStyle = theme.line;
    context.fillRect(0, height - 1, width, 1);
    const symbols = readSymbols(this.#store);
    if (symbols) this.#symbols(context, symbols, at);
    else if (this.#store.scene.sequence.kind === "series") this.#curve(context, height, at);
  }

  #symbols(context, symbols, at) {
    const layout = this.#layout, size = Math.min(LARGEST, layout.step * 1.55);
    symbols.forEach((symbol, t) => {
      const here = t === at, x = xOf(layout, t);
      if (here) fillRound(context, x - 1, 3, layout.step + 1, 21, 4, theme.ink);
      text(context, sign(symbol), x + layout.step / 2, 18, { size, weight: here ? 600 : 400, fill: here ? theme.paper : theme.ink, align: "center" });
    });
  }

  #curve(context, height, at) {
    const layout = this.#layout, values = this.#draft.values ?? windowOf(this.#store);
    if (!values) return;
    const heights = this.#draft.heights ?? heightsOf(values), y = v => heightAt(heights, ABOVE, height - BELOW, v);
    const x = t => xOf(layout, t) + layout.step / 2;
    context.beginPath();
    values.forEach((v, t) => (t ? context.lineTo(x(t), y(v)) : context.moveTo(x(t), y(v))));
    context.lineWidth = 1.6;
    context.lineJoin = "round";
    context.strokeStyle = theme.ink;
    context.stroke();
    const v = values[at], right = x(at) > layout.width - 60;
    if (v === undefined) return;
    context.beginPath();
    context.arc(x(at), y(v), 3.6, 0, 2 * Math.PI);
    context.fillStyle = theme.ink;
    context.fill();
    const look = { size: 12.5, weight: 600, fill: theme.ink, halo: true, align: right ? "right" : "left" };
    text(context, number(v), x(at) + (right ? -8 : 8), y(v) < 22 ? y(v) + 14 : y(v) - 5, look);
  }
}

/** Lowest and highest of values, with a margin. */
function heightsOf(values) {
  const low = Math.min(...values), high = Math.max(...values), margin = MARGIN * (high - low || 1);
  return [low - margin, high + margin];
}

/** The symbols that are read, as many as there are; null for a series. */
export function readSymbols(store) {
  const { scene, frame, slow } = store, { text: read } = frame.sequence ?? {};
  if (scene.sequence.kind === "text" && !slow && read) return [...read].slice(0, scene.sequence.steps);
  return symbolsOf(scene.sequence, inputOf(store))?.slice(0, lengthOf(store)) ?? null;
}

/** A series' values in its own units, as they are read. */
export function windowOf(store) {
  const { mean = 0, scale = 1 } = store.scene.sequence, given = store.slow ? undefined : store.arrays.get("sequence/window");
  return given ?? inputOf(store)?.map(v => v * scale + mean);
}
