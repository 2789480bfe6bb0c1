// The output picture with its points, axes and readout; over it the crosshair, slow motion's batch, and the easel's brush.
import { createAxes, marginOf } from "./axes.js";
import { blank, clamp, fit } from "./canvas.js";
import { pointer, segmented, setAttribute, setHtml, setText } from "./dom.js";
import { createEasel } from "./easel.js";
import { Overlay, drawCross } from "./overlay.js";
import { sample } from "./picture.js";
import { drawBatch, nearest } from "./points.js";
import { keyOf, readout, unshaded } from "./readout.js";
import { Sight } from "./sight.js";

/** How near to a ringed point a click must be, and how far an arrow key moves the crosshair. */
const REACH = 14, STRIDE = 1 / 40;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Surface {
  /** Side of the square in CSS pixels; to its right and below it are the axes' numbers. */
  size = 0;
  #root; #store; #send; #picture; #overlay; #axes; #easel; #sight;
  #width = 0; #flat = false; #test = false; #cross = null; #batch = "";
  #stale = { picture: true, points: true, overlay: true, key: true };

  constructor(root, store, send) {
    [this.#root, this.#store, this.#send] = [root, store, send];
    this.#picture = { canvas: root.querySelector(".picture") };
    this.#overlay = new Overlay(root.querySelector(".overlay"));
    this.#sight = new Sight(store, send);
    this.#axes = createAxes(root, store, send);
    this.#easel = createEasel(root, store, send, this);
    this.#listen(root.querySelector(".overlay"));
  }

  #listen(canvas) {
    segmented(this.#switch, value => this.#set({ flat: value === "regions" }));
    this.#root.querySelector(".test-points").addEventListener("change", event => this.#set({ test: event.target.checked }));
    pointer(canvas, (x, y) => this.#point(x / this.size, y / this.size), () => this.#point(null));
    canvas.addEventListener("click", event => this.#choose(event.offsetX, event.offsetY));
    canvas.addEventListener("keydown", event => this.#key(event));
    canvas.addEventListener("blur", () => this.#point(null));
    this.#store.on("hover", hover => {
      this.#sight.ask(hover);
      this.invalidate("picture", "key");
    });
  }

  get #switch() {
    return this.#root.querySelector(".out > header .seg");
  }

  #set({ flat = this.#flat, test = this.#test }) {
    this.#flat = flat;
    this.#test = test;
    this.invalidate("picture", "points");
  }

  /** Marks parts to be drawn at the next frame: picture, points, overlay, key. */
  invalidate(...parts) {
    for (const part of parts) this.#stale[part] = true;
  }

  /** Whether points can be painted on what is there. */
  get planar() {
    return this.#store.scene.axes.mode === "plane" && this.#store.scene.data.group === "plane";
  }

  /** Data coordinates to pixels. */
  place = (x, y) => {
    const { x: across, y: up } = this.#store.scene.axes;
    return [(x - across.low) / (across.high - across.low) * this.size, (up.high - y) / (up.high - up.low) * this.size];
  };

  /** Pixels to data coordinates. */
  coordinates(px, py) {
    const { x, y } = this.#store.scene.axes;
    return [x.low + px / this.size * (x.high - x.low), y.high - py / this.size * (y.high - y.low)];
  }

  /** Moves the crosshair to (u, v) in 0..1 from the left and the top, or takes it away. */
  #point(u, v) {
    this.#cross = u !== null && clamp(u, 0, 1) === u && clamp(v, 0, 1) === v ? [u, v] : null;
    this.invalidate("overlay", "key");
  }

  /** A click on a point inspects it; in slow motion one on a ringed point follows that sample. */
  #choose(x, y) {
    const { slow, arrays } = this.#store;
    if (this.#easel.active || !arrays.has("scene/points/x")) return;
    if (!slow) return this.#inspect(x, y);
    const row = nearest(slow.batch, arrays.get("scene/points/x"), this.place, x, y, REACH);
    if (row >= 0) this.#send({ do: "sample", index: row });
  }

  #inspect(x, y) {
    const { arrays } = this.#store, { test } = this.#points, seen = [...test.keys()].filter(k => this.#test || !test[k]);
    const found = nearest(seen, arrays.get("scene/points/x"), this.place, x, y, REACH);
    if (found >= 0) this.#store.inspect("sample", [arrays.get("scene/points/index")[seen[found]]]);
  }

  /** What a click does, by keyboard. */
  #press(x, y) {
    if (this.#easel.active) this.#easel.dab(x, y);
    else this.#choose(x, y);
  }

  #key(event) {
    const arrow = ARROWS[event.key], [u, v] = this.#cross ?? [0.5, 0.5];
    if (arrow) this.#point(clamp(u + arrow[0] * STRIDE, 0, 1), clamp(v + arrow[1] * STRIDE, 0, 1));
    else if (event.key === "Enter" && this.#cross) this.#press(u * this.size, v * this.size);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  resize() {
    Object.assign(this.#picture, fit(this.#picture.canvas, true));
    this.#width = this.#overlay.resize();
    this.#measure();
    this.invalidate("overlay");
  }

  retheme() {
    this.#sight.plot.retheme();
    this.#easel.retheme();
    this.invalidate("picture", "points", "key");
  }

  draw(now, changed) {
    if (changed.scene) this.#arrange();
    if (this.#sight.fresh) this.invalidate("picture", "key");
    this.#followBatch();
    if (this.#stale.points) this.#keepPoints();
    if (this.#stale.picture || this.#stale.points) this.#drawPicture();
    if (this.#stale.overlay) this.#overlay.draw(context => this.#drawOver(context));
    if (this.#stale.key) this.#drawKey();
    for (const part in this.#stale) this.#stale[part] = false;
  }

  #arrange() {
    this.#measure();
    this.#axes.draw();
    this.#easel.arrange();
    this.#arrangeSwitch(this.#store.scene);
    this.invalidate("key");
  }

  #measure() {
    this.size = this.#width - marginOf(this.#store.scene.axes);
    this.invalidate("picture", "points");
  }

  #arrangeSwitch({ task, axes }) {
    const words = task === "classification" ? ["Confidence", "Regions"] : ["Values", "Bands"];
    words.forEach((word, k) => setText(this.#switch.children[k], word));
    this.#switch.hidden = task === "regression" && axes.mode === "curve";
  }

  #followBatch() {
    const { slow } = this.#store, batch = slow ? `${slow.batch} ${slow.sample}` : "";
    if (batch !== this.#batch) this.invalidate("overlay");
    this.#batch = batch;
  }

  #drawPicture() {
    const { scene } = this.#store, { context } = this.#picture, { plot } = this.#sight;
    const nothing = this.#easel.empty || Boolean(scene.data.obstacle);
    this.#sight.fill(nothing);
    blank(context, this.#width, this.#width);
    const line = plot.kind === "value" && scene.axes.mode === "curve" && !this.#sight.peeked;
    if (line) plot.drawLine(context, this.size, value => this.place(0, unshaded(scene, value))[1]);
    else plot.draw(context, this.size, this.#flat);
    this.#overlay.paint(context);
    this.#name(scene, nothing);
  }

  #name({ axes }, nothing) {
    const { title } = this.#sight, label = `${title} over ${axes.x.label} and ${axes.y.label}. Arrow keys read values.`;
    this.#root.querySelector(".empty").hidden = !nothing;
    setText(this.#root.querySelector(".out-title"), title);
    setAttribute(this.#root.querySelector(".overlay"), "aria-label", label);
  }

  #keepPoints() {
    const points = this.#easel.points ?? this.#points;
    if (points.x) this.#overlay.keep(this.#store.scene, points, this.place, this.size, this.#test);
  }

  /** The run's points {x, y, test}. */
  get #points() {
    const [x, y, test] = ["x", "y", "test"].map(name => this.#store.arrays.get(`scene/points/${name}`));
    return { x, y, test };
  }

  #drawOver(context) {
    const { scene, slow } = this.#store;
    if (this.#easel.active) this.#easel.drawBrush(context, this.#cross);
    else if (slow) drawBatch(context, scene, this.#points, slow, this.place, this.size);
    if (this.#cross && !this.#easel.active) drawCross(context, this.#cross, this.size);
    return Boolean(slow || this.#cross);
  }

  #drawKey() {
    const { scene } = this.#store, { peeked } = this.#sight;
    setHtml(this.#root.querySelector(".key"), this.#cross ? this.#read(scene, peeked) : keyOf(scene, peeked));
  }

  /** Coordinates and values under the crosshair, in words. */
  #read(scene, peeked) {
    const [u, v] = this.#cross, { planes, n } = this.#sight.plot;
    return readout(scene, peeked, this.coordinates(u * this.size, v * this.size), planes.map(plane => sample(plane, n, u, v)));
  }

  destroy() {
    this.#easel.destroy();
  }
}
