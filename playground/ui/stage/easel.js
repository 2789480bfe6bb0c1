// Painting data with the mouse: brush, eraser, classes, undo, clear. Every stroke goes to the run as a painted data set.
import { setHtml } from "./dom.js";
import { icon } from "./format.js";
import { theme } from "./theme.js";

const CLASSES = 6, MOST = 2000;
/** Pixels between two dabs of the brush, the eraser's radius. */
const SPACING = 9, RUBBER = 13;

/** A stroke's points on top of others, no nearer than `spacing` to the last: pure, for tests. */
export function dabbed(points, x, y, which) {
  const round = v => Math.round(v * 100) / 100;
  return points.length < MOST ? [...points, [round(x), round(y), which]] : points;
}

/** Points without those that `near(x, y)` holds of. */
export const erased = (points, near) => points.filter(([x, y]) => !near(x, y));

/** Points as the picture draws them. */
export function asArrays(points) {
  return {
    x: Float32Array.from(points.flatMap(([x, y]) => [x, y])),
    y: Float32Array.from(points, point => point[2]),
    test: new Uint8Array(points.length),
  };
}

class Easel {
  active = false;
  #host; #stage; #store; #send; #surface; #open; #single;
  #tool = "brush"; #which = 0; #classes = 2; #strokes = []; #points = []; #last = null; #waiting = false;

  constructor(root, store, send, surface, single) {
    [this.#host, this.#store, this.#send, this.#surface, this.#single] = [root.querySelector(".easel"), store, send, surface, single];
    this.#stage = root.querySelector(".stage");
    this.#open = store.on("paint", () => this.toggle());
    this.#host.addEventListener("click", event => this.#press(event.target.closest("button")));
    const canvas = root.querySelector(".overlay");
    canvas.addEventListener("pointerdown", event => this.#begin(event, canvas));
    canvas.addEventListener("pointermove", event => this.#move(event));
    canvas.addEventListener("pointerup", () => this.#end());
    canvas.addEventListener("pointercancel", () => this.#end());
  }

  /** Painted points while they are not yet the run's; null when the run's are to be drawn. */
  get points() {
    return this.active ? asArrays(this.#points) : null;
  }

  /** Nothing painted yet, and nothing else to look at. */
  get empty() {
    return this.active && !this.#points.length;
  }

  /** A new scene: painted points of it are ours to go on with, unless it is behind what we have sent. */
  arrange() {
    const { data, experiment } = this.#store.scene;
    if (this.active && !data.painted && !this.#waiting) this.#close();
    if (data.painted && (!this.#waiting || experiment.data.points.length === this.#points.length)) {
      this.#points = experiment.data.points;
      this.#classes = experiment.data.classes;
      this.#waiting = false;
    } else if (!this.active) this.#points = [];
    if (this.active) this.#render();
  }

  toggle() {
    this.active ? this.#close() : this.#show();
  }

  /** Points lie in the plane: over another picture an empty one is asked for first. */
  #show() {
    this.active = true;
    if (!this.#surface.planar) this.#put([]);
    this.#strokes = [];
    this.#host.hidden = false;
    this.#render();
    this.#surface.invalidate("picture", "points", "overlay");
    this.#stage.classList.add("painting");
    this.#store.emit("painting", true);
  }

  #close() {
    this.active = false;
    this.#host.hidden = true;
    this.#surface.invalidate("picture", "points", "overlay");
    this.#stage.classList.remove("painting");
    this.#store.emit("painting", false);
  }

  retheme() {
    if (this.active) this.#render();
  }

  #render() {
    const button = (data, label, inside) => `<button ${data} aria-label="${label}" title="${label}">${inside}</button>`;
    const press = (on, what, label, inside) => button(`data-${what} aria-pressed="${on}"`, label, inside);
    const act = (name, label, image) => button(`data-act="${name}"`, label, icon(image, 18));
    const classes = Array.from({ length: this.#single ? 1 : this.#classes }, (_, k) => press(
      this.#tool === "brush" && this.#which === k, `class="${k}"`, this.#single ? "Brush" : `Class ${k}`, `<i style="background:${this.#colour(k)}"></i>`));
    setHtml(this.#host, classes.join("") + (!this.#single && this.#classes < CLASSES ? act("more", "One more class", "plus") : "") +
      press(this.#tool === "eraser", 'tool="eraser"', "Eraser", icon("eraser", 18)) + act("undo", "Undo the last stroke", "undo") +
      act("clear", "Remove all points", "bin") + `<button data-act="done" class="done">Done</button>`);
  }

  #colour(which) {
    return this.#single ? theme[this.#single] : theme.classOf(which, this.#classes);
  }

  #press(button) {
    if (!button) return;
    const { class: which, tool, act } = button.dataset;
    if (which !== undefined) [this.#tool, this.#which] = ["brush", Number(which)];
    if (tool) this.#tool = tool;
    if (act === "more") [this.#tool, this.#which] = ["brush", this.#classes++];
    if (act === "undo" && this.#strokes.length) this.#put(this.#strokes.pop());
    if (act === "clear" && this.#points.length) this.#clear();
    act === "done" ? this.#close() : this.#render();
  }

  #begin(event, canvas) {
    if (!this.active || event.button || !this.#surface.planar) return;
    canvas.setPointerCapture(event.pointerId);
    this.#strokes.push(this.#points);
    this.#last = null;
    this.#move(event);
  }

  #move(event) {
    if (!this.active || !event.buttons || !this.#strokes.length) return;
    const { offsetX: x, offsetY: y } = event;
    if (this.#last && Math.hypot(x - this.#last[0], y - this.#last[1]) < SPACING) return;
    this.#last = [x, y];
    this.#touch(x, y);
  }

  #touch(x, y) {
    const { size } = this.#surface;
    if (x < 0 || y < 0 || x > size || y > size) return;
    const near = (px, py) => Math.hypot(...this.#surface.place(px, py).map((v, k) => v - [x, y][k])) < RUBBER;
    if (this.#tool === "eraser") this.#points = erased(this.#points, near);
    else this.#points = dabbed(this.#points, ...this.#surface.coordinates(x, y), this.#which);
    this.#surface.invalidate("picture", "points", "overlay");
  }

  #end() {
    if (!this.active || !this.#last) return;
    this.#last = null;
    this.#put(this.#points);
  }

  /** One dab at a place of the picture, for the keyboard. */
  dab(x, y) {
    this.#strokes.push(this.#points);
    this.#touch(x, y);
    this.#put(this.#points);
  }

  #clear() {
    this.#strokes.push(this.#points);
    this.#put([]);
  }

  /** Takes points and sends them to the run. */
  #put(points) {
    this.#points = points;
    this.#surface.invalidate("picture", "points", "overlay");
    const { data } = this.#store.scene.experiment, kept = this.#store.scene.data.painted ? data : {};
    this.#waiting = true;
    this.#send({ do: "set", path: ["data"], value: { ...kept, kind: "painted", classes: this.#classes, points } });
  }

  /** The tool at the crosshair. */
  drawBrush(context, cross) {
    if (!cross) return;
    const { size } = this.#surface, eraser = this.#tool === "eraser";
    context.beginPath();
    context.arc(cross[0] * size, cross[1] * size, eraser ? RUBBER : 4.5, 0, 2 * Math.PI);
    context.lineWidth = 1.5;
    context.strokeStyle = eraser ? theme.ink3 : this.#colour(this.#which);
    context.stroke();
  }

  destroy() {
    this.#open();
  }
}

/**
 * `surface` has size, place(x, y), coordinates(px, py), invalidate(...parts), and `planar`: points can be painted there. `single` names the
 * colour of points that all are of one kind.
 */
export const createEasel = (root, store, send, surface, single = "") => new Easel(root, store, send, surface, single);
