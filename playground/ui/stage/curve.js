// The loss over the steps: train and test, on a log or a linear axis, with the values at the cursor.
import { ticks } from "./axes.js";
import { blank, clamp, fit, mix, text } from "./canvas.js";
import { pointer, segmented, setAttribute } from "./dom.js";
import { loss, number, percent, thousands } from "./format.js";
import { theme } from "./theme.js";

const COLUMNS = 4, STEP = 0, TRAIN = 1, TEST = 2, ACCURACY = 3;
const FLOOR = 1e-8, FEWEST_STEPS = 100;
const LEFT = 34, RIGHT = 46, TOP = 6, BOTTOM = 19, LINE = 15;

/**
 * Lowest and highest value of the axis and its marks, for a history of rows (step, train, test, accuracy).
 * A log axis begins at a decade and spans at least one; it ends above the next one when that is near.
 */
export function range(history, log) {
  let low = Infinity, high = -Infinity;
  for (let k = 0; k < history.length; k += COLUMNS) {
    for (const value of [history[k + TRAIN], history[k + TEST]]) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, Math.max(value, FLOOR));
      high = Math.max(high, value, FLOOR);
    }
  }
  if (high === -Infinity) [low, high] = [0.1, 1];
  return log ? decades(low, high) : linear(high);
}

function decades(low, high) {
  const most = Math.log10(high), next = Math.ceil(most), bottom = Math.min(Math.floor(Math.log10(low) + 1e-6), next - 1);
  const top = (next - most < 0.4 ? next : Math.max(most, bottom + 1)) + 0.08;
  const marks = [];
  for (let power = bottom; power <= top; power++) marks.push(10 ** power);
  const stride = Math.ceil(marks.length / 6);
  return { log: true, low: 10 ** bottom, high: 10 ** top, marks: marks.filter((_, k) => k % stride === 0) };
}

function linear(high) {
  const top = 1.05 * high, { values, digits } = ticks(0, top);
  return { log: false, low: 0, high: top, marks: values, digits };
}

/** Where a value stands between the axis's ends, 0 at the bottom .. 1. */
export function share({ log, low, high }, value) {
  const v = clamp(value, low, high);
  return log ? Math.log10(v / low) / Math.log10(high / low) : (v - low) / (high - low);
}

const written = ({ log, digits }, mark) => {
  if (!log) return number(mark, digits);
  if (mark >= 0.001 && mark < 1e4) return String(Number(mark.toPrecision(1))).replace("0.", ".");
  return mark.toExponential(0).replace("e-", "e−").replace("e+", "e");
};

/** Row whose step is nearest to `step`. */
export function rowAt(history, step) {
  let low = 0, high = history.length / COLUMNS - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (history[COLUMNS * middle] < step) low = middle + 1;
    else high = middle;
  }
  const before = Math.max(0, low - 1);
  return Math.abs(history[COLUMNS * before] - step) <= Math.abs(history[COLUMNS * low] - step) ? before : low;
}

export class Curve {
  #store; #canvas; #room; #log = true; #cursor = null; #stale = true;

  constructor(root, store) {
    this.#store = store;
    this.#canvas = root.querySelector("canvas.curve");
    segmented(root.querySelector(".loss .seg"), value => this.#set({ log: value === "log" }));
    pointer(this.#canvas, x => this.#set({ cursor: this.#stepAt(x) }), () => this.#set({ cursor: null }));
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#canvas.addEventListener("blur", () => this.#set({ cursor: null }));
  }

  #set({ log = this.#log, cursor = this.#cursor }) {
    this.#log = log;
    this.#cursor = cursor;
    this.#stale = true;
  }

  get #history() {
    return this.#store.arrays.get("curve/history") ?? new Float32Array(0);
  }

  get #end() {
    return Math.max(FEWEST_STEPS, this.#history.at(-COLUMNS) ?? 0);
  }

  #stepAt(x) {
    const right = this.#room.width - RIGHT;
    return this.#history.length ? (clamp(x, LEFT, right) - LEFT) / (right - LEFT) * this.#end : null;
  }

  #key(event) {
    const history = this.#history, rows = history.length / COLUMNS;
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!move || !rows) return;
    const row = this.#cursor === null ? rows - 1 : rowAt(history, this.#cursor), far = Math.max(1, Math.round(rows / 60));
    this.#set({ cursor: history[COLUMNS * clamp(row + move * far, 0, rows - 1)] });
    event.preventDefault();
    event.stopPropagation();
  }

  resize() {
    this.#room = fit(this.#canvas, true);
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw() {
    if (!this.#stale && !this.#store.fresh.has("curve/history")) return;
    this.#stale = false;
    const { context, width, height } = this.#room, history = this.#history, axis = range(history, this.#log);
    const x = step => mix(LEFT, width - RIGHT, step / this.#end), y = value => mix(height - BOTTOM, TOP, share(axis, value));
    blank(context, width, height);
    this.#grid(context, axis, y, width, height);
    if (!history.length) return;
    this.#line(context, history, TRAIN, x, y, theme.ink3, 1.3);
    this.#line(context, history, TEST, x, y, theme.ink, 1.8);
    this.#names(context, history, x, y, height);
    if (this.#cursor !== null) this.#values(context, history, x, y, width, height);
    this.#describe(history);
  }

  #grid(context, axis, y, width, height) {
    const look = { size: 11.5, fill: theme.ink3 };
    context.lineWidth = 1;
    context.strokeStyle = theme.line;
    context.beginPath();
    for (const mark of axis.marks) {
      const line = Math.round(y(mark)) + 0.5;
      context.moveTo(LEFT, line);
      context.lineTo(width - RIGHT, line);
      text(context, written(axis, mark), LEFT - 6, line + 4, { ...look, align: "right" });
    }
    context.stroke();
    text(context, "0", LEFT, height - 4, look);
    text(context, `${thousands(this.#end)} steps`, width - RIGHT, height - 4, { ...look, align: "right" });
  }

  #line(context, history, column, x, y, colour, width) {
    context.beginPath();
    let pen = false;
    for (let k = 0; k < history.length; k += COLUMNS) {
      const value = history[k + column];
      if (!Number.isFinite(value)) pen = false;
      else pen ? context.lineTo(x(history[k]), y(value)) : (context.moveTo(x(history[k]), y(value)), (pen = true));
    }
    context.lineWidth = width;
    context.lineJoin = "round";
    context.strokeStyle = colour;
    context.stroke();
  }

  /** A dot and a name at each line's end; names keep apart and inside the picture. */
  #names(context, history, x, y, height) {
    const last = history.length - COLUMNS, end = x(history[last]), train = y(history[last + TRAIN]), test = y(history[last + TEST]);
    const [lower, upper] = apart(Math.max(train, test), Math.min(train, test), TOP + 4, height - BOTTOM), below = train > test;
    disc(context, end, train, 2.8, theme.ink3);
    disc(context, end, test, 2.8, theme.ink);
    text(context, "train", end + 8, (below ? lower : upper) + 4, { size: 12.5, fill: theme.ink2 });
    text(context, "test", end + 8, (below ? upper : lower) + 4, { size: 12.5, weight: 600, fill: theme.ink });
  }

  #values(context, history, x, y, width, height) {
    const k = COLUMNS * rowAt(history, this.#cursor), at = x(history[k]), right = at > width - RIGHT - 80;
    context.lineWidth = 1;
    context.strokeStyle = theme.line2;
    context.beginPath();
    context.moveTo(at, TOP);
    context.lineTo(at, height - BOTTOM);
    context.stroke();
    disc(context, at, y(history[k + TRAIN]), 3.4, theme.ink3, theme.paper);
    disc(context, at, y(history[k + TEST]), 3.4, theme.ink, theme.paper);
    const look = { size: 12.5, align: right ? "right" : "left", halo: true }, edge = at + (right ? -8 : 8);
    const accuracy = history[k + ACCURACY];
    text(context, `step ${thousands(history[k])}`, edge, TOP + 10, { ...look, size: 12, fill: theme.ink2 });
    text(context, `test ${loss(history[k + TEST])}`, edge, TOP + 25, { ...look, weight: 600, fill: theme.ink });
    text(context, `train ${loss(history[k + TRAIN])}`, edge, TOP + 40, { ...look, fill: theme.ink2 });
    if (Number.isFinite(accuracy)) text(context, percent(accuracy), edge, TOP + 55, { ...look, fill: theme.ink2 });
  }

  #describe(history) {
    const k = this.#cursor === null ? history.length - COLUMNS : COLUMNS * rowAt(history, this.#cursor);
    const values = `train ${loss(history[k + TRAIN])}, test ${loss(history[k + TEST])}`;
    setAttribute(this.#canvas, "aria-label", `Loss at step ${Math.round(history[k])}: ${values}. Arrow keys read values.`);
  }
}

/** Two heights, the lower one first, moved to be a line of text apart and between `top` and `bottom`. */
export function apart(lower, upper, top, bottom) {
  const shift = Math.max(0, LINE - (lower - upper)) / 2, low = clamp(lower + shift, top + LINE, bottom);
  return [low, Math.max(top, Math.min(upper - shift, low - LINE))];
}

function disc(context, x, y, radius, fill, rim) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  if (!rim) return;
  context.lineWidth = 1.5;
  context.strokeStyle = rim;
  context.stroke();
}
