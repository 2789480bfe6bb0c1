// The output picture with its points, axes and readout; over it the crosshair, slow motion's batch, and the easel's brush.
import { createAxes, drawAxes, marginOf } from "./axes.js";
import { fit } from "./canvas.js";
import { pointer, segmented, setAttribute, setHtml, setText } from "./dom.js";
import { createEasel } from "./easel.js";
import { sample } from "./picture.js";
import { Plot } from "./plot.js";
import { drawBatch, drawPoints, nearest } from "./points.js";
import { keyOf, kindOf, readout, shadeOf, unshaded } from "./readout.js";
import { theme } from "./theme.js";

/** How near to a ringed point a click must be, and how far an arrow key moves the crosshair. */
const REACH = 14, STRIDE = 1 / 40;
const OUTPUT = "Output";

export class Surface {
  #root; #store; #send; #picture; #overlay; #axes; #easel;
  #plot = new Plot();
  #points = document.createElement("canvas");
  #flat = false; #test = false;
  #cross = null; #looked = ""; #seen = ""; #peeked = false;
  #stale = { picture: true, points: true, overlay: true, key: true };

  constructor(root, store, send) {
    Object.assign(this, { size: 0, width: 0 });
    [this.#root, this.#store, this.#send] = [root, store, send];
    this.#picture = { canvas: root.querySelector(".picture") };
    this.#overlay = { canvas: root.querySelector(".overlay") };
    this.#axes = createAxes(root, store, send);
    this.#easel = createEasel(root, store, send, this);
    this.#listen();
  }

  #listen() {
    const root = this.#root, overlay = this.#overlay.canvas;
    segmented(root.querySelector(".out > header .seg"), value => this.#redraw({ flat: value === "regions" }));
    root.querySelector(".test-points").addEventListener("change", event => this.#redraw({ test: event.target.checked }));
    pointer(overlay, (x, y) => this.cross(x / this.size, y / this.size), () => this.cross(null));
    overlay.addEventListener("click", event => this.#choose(event.offsetX, event.offsetY));
    overlay.addEventListener("keydown", event => this.#key(event));
    overlay.addEventListener("blur", () => this.cross(null));
    this.#store.on("hover", hover => this.#look(hover));
  }

  #redraw({ flat = this.#flat, test = this.#test }) {
    this.#flat = flat;
    this.#test = test;
    this.invalidate("picture", "points", "overlay");
  }

  /** Marks parts to be drawn at the next frame: picture, points, overlay, key. */
  invalidate(...parts) {
    for (const part of parts) this.#stale[part] = true;
  }

  /** Moves the crosshair to (u, v) in 0..1 from the left and the top, or takes it away. */
  cross(u, v) {
    this.#cross = u !== null && u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
    this.invalidate("overlay", "key");
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

  /** Asks the run for the hovered neuron's fine picture. */
  #look(hover) {
    const column = hover?.type === "neuron" && this.#isHidden(hover.column) ? this.#store.scene.columns[hover.column] : null;
    const command = column ? { do: "look", name: column.name, unit: column.shown[hover.unit] } : { do: "look" };
    const said = JSON.stringify(command);
    if (said !== this.#looked) this.#send(command);
    this.#looked = said;
    this.invalidate("picture", "key");
  }

  #isHidden(column) {
    return column > 0 && column < this.#store.scene.columns.length - 1;
  }

  #choose(x, y) {
    const { slow, arrays } = this.#store;
    if (!slow || this.#easel.active) return;
    const row = nearest(slow.batch, arrays.get("scene/points/x"), this.place, x, y, REACH);
    if (row >= 0) this.#send({ do: "sample", index: row });
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const [u, v] = this.#cross ?? [0.5, 0.5];
    if (step) this.cross(Math.min(1, Math.max(0, u + step[0] * STRIDE)), Math.min(1, Math.max(0, v + step[1] * STRIDE)));
    else if (event.key === "Enter" && this.#cross) this.#easel.active ? this.#easel.dab(u * this.size, v * this.size) : this.#choose(u * this.size, v * this.size);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  resize() {
    Object.assign(this.#picture, fit(this.#picture.canvas));
    Object.assign(this.#overlay, fit(this.#overlay.canvas));
    this.width = this.#overlay.width;
    this.invalidate("picture", "points", "overlay");
  }

  retheme() {
    this.#plot.retheme();
    this.#easel.retheme();
    this.invalidate("picture", "points", "overlay", "key");
  }

  draw(now, changed) {
    if (changed.scene) this.#arrange();
    if (this.#store.fresh.has("surface/logits") || this.#store.fresh.has("surface/look") || this.#store.fresh.has("network/fields")) this.invalidate("picture", "key");
    this.#followBatch();
    if (this.#stale.picture) this.#drawPicture();
    if (this.#stale.points) this.#cachePoints();
    if (this.#stale.overlay) this.#drawOverlay();
    if (this.#stale.key) this.#drawKey();
    for (const part in this.#stale) this.#stale[part] = false;
  }

  #arrange() {
    const { scene } = this.#store;
    this.size = this.width - marginOf(scene.axes);
    this.#axes.draw();
    this.#easel.arrange();
    this.#arrangeSwitch(scene);
    this.invalidate("picture", "points", "overlay", "key");
  }

  #arrangeSwitch({ task, axes }) {
    const host = this.#root.querySelector(".out > header .seg"), words = task === "classification" ? ["Confidence", "Regions"] : ["Values", "Bands"];
    words.forEach((word, k) => setText(host.children[k], word));
    host.hidden = task === "regression" && axes.mode === "curve";
  }

  #followBatch() {
    const { slow } = this.#store, seen = slow ? `${slow.batch} ${slow.sample}` : "";
    if (seen !== this.#seen) this.invalidate("overlay");
    this.#seen = seen;
  }

  #drawPicture() {
    const title = this.#fill(), { context } = this.#picture, scene = this.#store.scene;
    this.#peeked = title !== OUTPUT;
    this.size = this.width - marginOf(scene.axes);
    context.clearRect(0, 0, this.width, this.width);
    const empty = this.#root.querySelector(".empty"), nothing = this.#easel.empty || Boolean(scene.data.obstacle);
    empty.hidden = !nothing;
    if (nothing) this.#plot.clear();
    if (this.#plot.kind === "value" && scene.axes.mode === "curve" && !this.#peeked) this.#plot.drawLine(context, this.size, v => this.place(0, unshaded(scene, v))[1]);
    else this.#plot.draw(context, this.size, this.#flat);
    setText(this.#root.querySelector(".out-title"), title);
    setAttribute(this.#overlay.canvas, "aria-label", `${title} over ${scene.axes.x.label} and ${scene.axes.y.label}. Arrow keys read values.`);
  }

  /** Fills the plot with what is to be seen, the hovered neuron or the output, and returns its name. */
  #fill() {
    const { scene, hover, frame, arrays } = this.#store;
    if (hover?.type === "neuron" && hover.column === 0) return this.#fillFeature(candidateOf(scene, hover.unit));
    if (hover?.type === "feature") return this.#fillFeature(hover.unit);
    if (hover?.type === "neuron" && this.#isHidden(hover.column)) return this.#fillNeuron(hover);
    const codes = arrays.get("surface/logits");
    if (codes) this.#plot.takeCodes(kindOf(scene, codes), codes, frame.surface.scale * shadeOf(scene));
    else this.#plot.clear();
    return OUTPUT;
  }

  #fillFeature(k) {
    const { scene, arrays } = this.#store, fields = arrays.get("scene/network/features");
    if (fields) this.#plot.takeTile(fields, k * scene.tile ** 2, scene.tile);
    return scene.features[k].label;
  }

  #fillNeuron({ column: c, unit }) {
    const { scene, frame, arrays } = this.#store, column = scene.columns[c], codes = arrays.get("surface/look"), { look } = frame;
    if (codes && look?.name === column.name && look.unit === column.shown[unit]) this.#plot.takeCodes("value", codes, look.scale);
    else if (arrays.get("network/fields")) this.#plot.takeTile(arrays.get("network/fields"), (this.#shownBefore(c) + unit) * scene.tile ** 2, scene.tile);
    return `${column.title}, neuron ${column.shown[unit] + 1}`;
  }

  #shownBefore(c) {
    return this.#store.scene.columns.slice(1, c).reduce((sum, column) => sum + column.shown.length, 0);
  }

  /** Points change rarely: they are kept as a picture. */
  #cachePoints() {
    const { scene, arrays } = this.#store, canvas = this.#overlay.canvas;
    if (!canvas.width || !arrays.has("scene/points/x")) return;
    this.#points.width = canvas.width;
    this.#points.height = canvas.height;
    const context = this.#points.getContext("2d");
    context.setTransform(this.#overlay.context.getTransform());
    context.save();
    context.beginPath();
    context.roundRect(0, 0, this.size, this.size, 8);
    context.clip();
    drawPoints(context, scene, this.#easel.points ?? this.#given(), this.place, this.size, this.#test);
    context.restore();
    drawAxes(context, scene.axes, this.size, this.width, this.place);
    this.invalidate("overlay");
  }

  #given() {
    const get = name => this.#store.arrays.get(`scene/points/${name}`);
    return { x: get("x"), y: get("y"), test: get("test") };
  }

  #drawOverlay() {
    const { context, width, height } = this.#overlay, { scene, slow } = this.#store;
    context.clearRect(0, 0, width, height);
    if (this.#points.width) context.drawImage(this.#points, 0, 0, width, height);
    if (slow && !this.#easel.active) drawBatch(context, scene, this.#given(), slow, this.place, this.size);
    if (this.#easel.active) this.#easel.drawBrush(context, this.#cross);
    else if (this.#cross) this.#drawCross(context);
  }

  #drawCross(context) {
    const [u, v] = this.#cross, x = Math.round(u * this.size) + 0.5, y = Math.round(v * this.size) + 0.5;
    context.lineWidth = 1;
    context.strokeStyle = theme.ink;
    context.globalAlpha = 0.35;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, this.size);
    context.moveTo(0, y);
    context.lineTo(this.size, y);
    context.stroke();
    context.globalAlpha = 1;
  }

  #drawKey() {
    const { scene } = this.#store, peeked = this.#peeked;
    setHtml(this.#root.querySelector(".key"), this.#cross ? this.#read(scene, peeked) : keyOf(scene, peeked));
  }

  /** Coordinates and values under the crosshair, in words. */
  #read(scene, peeked) {
    const [u, v] = this.#cross, values = this.#plot.planes.map(plane => sample(plane, this.#plot.n, u, v));
    return readout(scene, peeked, this.coordinates(u * this.size, v * this.size), values);
  }

  destroy() {
    this.#easel.destroy?.();
  }
}

/** Which of the features is the shown unit of column 0. */
function candidateOf({ features, columns }, unit) {
  const on = features.flatMap((feature, k) => (feature.on ? [k] : []));
  return on[columns[0].shown[unit]];
}
