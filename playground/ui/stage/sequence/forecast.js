// The forecast over the test part, against what came and against persistence; a click looks at the window that an answer is for.
import { ticks } from "../axes.js";
import { blank, clamp, fit, mix, text } from "../canvas.js";
import { setAttribute, setHtml } from "../dom.js";
import { number } from "../format.js";
import { alpha, theme } from "../theme.js";
import { compared, Course, forecastAt, heights, rowFor, rowsOf, span } from "./series.js";

const TOP = 8, BOTTOM = 18, RIGHT = 74, LEFT = 30, LINE = 15;
/** Steps within which the pointer finds a forecast. */
const NEAR = 12;

export class Forecast {
  #store; #send; #host; #canvas; #room = null; #course = null; #span = [0, 1]; #cursor = null; #stale = true;

  constructor(root, store, send) {
    [this.#store, this.#send, this.#host] = [store, send, root.querySelector(".strip.series")];
    this.#canvas = this.#host.querySelector("canvas");
    const at = event => this.#timeAt(event.offsetX);
    this.#canvas.addEventListener("pointermove", event => this.#look(at(event)));
    this.#canvas.addEventListener("pointerleave", () => this.#look(null));
    this.#canvas.addEventListener("pointerdown", event => this.#choose(at(event)));
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#canvas.addEventListener("blur", () => this.#look(null));
  }

  #look(time) {
    this.#cursor = time;
    this.#stale = true;
  }

  #timeAt(x) {
    if (!this.#room) return null;
    const [from, to] = this.#span;
    return Math.round(mix(from, to, clamp((x - LEFT) / (this.#room.width - RIGHT - LEFT), 0, 1)));
  }

  /** Looks at the window whose answer is for that time. */
  #choose(time) {
    if (time === null || !this.#course) return;
    const { sequence } = this.#store.scene;
    this.#send({ do: "touch", what: "row", value: rowFor(sequence, time, rowsOf(sequence, this.#course.end + 1)) });
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key], row = this.#store.frame.sequence?.row;
    if (event.key === "Enter" && this.#cursor !== null) return this.#choose(this.#cursor);
    if (!by || !this.#course) return;
    event.preventDefault();
    event.stopPropagation();
    const { sequence } = this.#store.scene, rows = rowsOf(sequence, this.#course.end + 1);
    this.#send({ do: "touch", what: "row", value: clamp((row ?? rows - 1) + by, 0, rows - 1) });
  }

  resize() {
    this.#room = this.#canvas.clientWidth ? fit(this.#canvas, true) : null;
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { scene, arrays, fresh } = this.#store;
    if (changed.scene) this.#arrange(scene.sequence, arrays.get("scene/series"));
    if (scene.sequence.kind !== "series" || !this.#course) return;
    if (!this.#room) this.resize();
    if (!this.#room || !(this.#stale || changed.words || fresh.has("sequence/forecast"))) return;
    this.#stale = false;
    this.#paint(arrays.get("sequence/forecast"));
    this.#say();
  }

  #arrange({ kind, thinned }, values) {
    this.#host.hidden = kind !== "series";
    this.#course = kind === "series" && values ? new Course(values, thinned ?? 1) : null;
    this.#stale = true;
  }

  #paint(forecast) {
    const { context, width, height } = this.#room, { sequence } = this.#store.scene, course = this.#course;
    this.#span = span(sequence, forecast, course);
    const [from, to] = this.#span, [low, high] = heights(course, this.#span), right = width - RIGHT;
    const x = time => mix(LEFT, right, (time - from) / (to - from)), y = value => clamp(mix(height - BOTTOM, TOP, (value - low) / (high - low)), 0, height);
    blank(context, width, height);
    this.#window(context, x, height);
    this.#grid(context, low, high, x, y, height);
    const times = [];
    for (let time = Math.ceil(from); time <= Math.min(to, course.end); time += course.every) times.push(time);
    const persisting = times.filter(time => time >= from + sequence.ahead), persisted = { colour: theme.line2, width: 1.1, dash: [3, 3] };
    curve(context, persisting, time => course.at(time - sequence.ahead), x, y, persisted);
    curve(context, times, time => course.at(time), x, y, { colour: theme.ink3, width: 1.3 });
    const answered = Array.from({ length: (forecast?.length ?? 0) / 2 }, (_, k) => forecast[2 * k]);
    curve(context, answered, (_, k) => forecast[2 * k + 1], x, y, { colour: theme.ink, width: 1.9 });
    this.#names(context, forecast, x, y, height);
    if (this.#cursor !== null) this.#values(context, forecast, x, y, height);
  }

  /** What is looked at, as far as it is in the picture. */
  #window(context, x, height) {
    const { frame, scene } = this.#store, { row } = frame.sequence ?? {}, { window } = scene.sequence, [from, to] = this.#span;
    if (row === null || row === undefined || row + window < from || row > to) return;
    const left = x(Math.max(from, row)), right = x(Math.min(to, row + window - 1));
    context.fillStyle = theme.sunk;
    context.fillRect(left, 0, Math.max(2, right - left), height - BOTTOM);
    const time = row + window - 1 + scene.sequence.ahead;
    if (time <= to) dot(context, x(time), height - BOTTOM, 3.2, theme.ink);
  }

  #grid(context, low, high, x, y, height) {
    const look = { size: 11.5, fill: theme.ink3 }, marks = ticks(low, high, 3), [from, to] = this.#span;
    context.lineWidth = 1;
    context.strokeStyle = alpha(theme.line, 1);
    context.beginPath();
    for (const mark of marks.values) {
      const line = Math.round(y(mark)) + 0.5;
      context.moveTo(LEFT, line);
      context.lineTo(x(to), line);
      text(context, number(mark, marks.digits), LEFT - 6, line + 4, { ...look, align: "right" });
    }
    context.stroke();
    text(context, `time ${from}`, LEFT, height - 4, look);
    text(context, String(Math.round(to)), x(to), height - 4, { ...look, align: "right" });
  }

  /** At the ends of the lines, apart. */
  #names(context, forecast, x, y, height) {
    const end = this.#span[1], { ahead } = this.#store.scene.sequence, course = this.#course;
    const named = [["came", course.at(Math.min(end, course.end)), theme.ink2, 400], ["last value", course.at(end - ahead), theme.ink3, 400]];
    if (forecast?.length && !Number.isNaN(forecast.at(-1))) named.push(["forecast", forecast.at(-1), theme.ink, 600]);
    nameAll(context, named.map(([name, value, fill, weight]) => ({ name, fill, weight, y: y(value) })), x(end) + 8, TOP + 4, height - BOTTOM);
  }

  #values(context, forecast, x, y, height) {
    const near = forecastAt(forecast, this.#cursor), time = near && Math.abs(near.time - this.#cursor) < NEAR ? near.time : this.#cursor;
    const flip = x(time) > this.#room.width - RIGHT - 130;
    context.fillStyle = theme.line2;
    context.fillRect(Math.round(x(time)), TOP, 1, height - TOP - BOTTOM);
    const look = { size: 12.5, halo: true, align: flip ? "right" : "left" }, edge = x(time) + (flip ? -8 : 8), truth = this.#course.at(time);
    dot(context, x(time), y(truth), 3, theme.ink3);
    text(context, `time ${time}, came ${number(truth)}`, edge, TOP + 10, { ...look, fill: theme.ink2 });
    if (!near || near.time !== time || Number.isNaN(near.value)) return;
    dot(context, x(time), y(near.value), 3.2, theme.ink);
    text(context, `forecast ${number(near.value)}`, edge, TOP + 25, { ...look, weight: 600, fill: theme.ink });
  }

  #say() {
    const error = this.#store.frame.scores?.["test/error"], { ahead } = this.#store.scene.sequence, known = error != null;
    setHtml(this.#host.querySelector(".aside"), known ? `<b>${number(error)}</b> of persistence’s error: ${compared(error)}` : "");
    const spoken = `Forecast ${ahead} steps ahead over the test part${known ? `, error ${number(error)} times persistence’s` : ""}.`;
    setAttribute(this.#canvas, "aria-label", `${spoken} Arrow keys look at other windows.`);
  }
}

function curve(context, times, value, x, y, { colour, width, dash = [] }) {
  let pen = false;
  context.beginPath();
  times.forEach((time, k) => {
    const v = value(time, k);
    if (!Number.isNaN(v)) pen ? context.lineTo(x(time), y(v)) : context.moveTo(x(time), y(v));
    pen = !Number.isNaN(v);
  });
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.stroke();
  context.setLineDash([]);
}

/** Names beside the ends of lines, {name, fill, weight, y}, moved to be apart and above `bottom`. */
export function nameAll(context, named, x, top, bottom) {
  const placed = named.map(it => ({ ...it, y: clamp(it.y, top, bottom) })).sort((a, b) => a.y - b.y);
  for (let k = 1; k < placed.length; k++) placed[k].y = Math.max(placed[k].y, placed[k - 1].y + LINE);
  const over = Math.max(0, (placed.at(-1)?.y ?? 0) - bottom - 4);
  for (const { name, fill, weight, y } of placed) text(context, name, x, y - over + 4, { size: 12.5, fill, weight });
}

export function dot(context, x, y, radius, fill) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
}
