// The plane where generator and discriminator meet: verdict, warped grid, points, gradients; over it what is followed, and the brush.
import { clamp, fit } from "../canvas.js";
import { setAttribute, setHtml } from "../dom.js";
import { createEasel } from "../easel.js";
import { number } from "../format.js";
import { Overlay, drawCross } from "../overlay.js";
import { sample } from "../picture.js";
import { Plot } from "../plot.js";
import { turnShare } from "./duel.js";
import { createLegend } from "./legend.js";
import { axesOf, CODE, drawFollowed, drawGenerated, drawNet, drawPull, drawReal, scaleOf } from "./marks.js";

const STRIDE = 1 / 40;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LABEL = "The plane: real points, generated points, and what the discriminator takes for real. Arrow keys read its verdict.";

export class Meeting {
  /** Side of the square in CSS pixels. */
  size = 0;
  #host; #store; #picture; #overlay; #easel; #legend; #plot = new Plot("judge"); #kept = document.createElement("canvas");
  #at = null; #cross = null; #stale = { picture: true, points: true, overlay: true };

  constructor(root, store, send) {
    this.#host = root.querySelector(".meeting");
    this.#store = store;
    this.#picture = this.#host.querySelector(".picture");
    const canvas = this.#host.querySelector(".overlay");
    this.#overlay = new Overlay(canvas);
    this.#legend = createLegend(root.querySelector(".marks"), () => this.invalidate("picture"));
    this.#easel = createEasel(root, store, send, this, "real");
    canvas.addEventListener("pointermove", event => this.#point(event.offsetX / this.size, event.offsetY / this.size));
    canvas.addEventListener("pointerleave", () => this.#point(null));
    canvas.addEventListener("blur", () => this.#point(null));
    canvas.addEventListener("keydown", event => this.#key(event));
    setAttribute(canvas, "aria-label", LABEL);
  }

  // ---------------------------------------------------------------- what the easel needs

  /** Other data is seen from nearer, as its points need it: for painting all of the plane is asked for first. */
  get planar() {
    return this.#store.scene.data.painted;
  }

  invalidate(...parts) {
    for (const part of parts) this.#stale[part] = true;
  }

  place = (x, y) => [this.#at.x(x), this.#at.y(y)];

  coordinates(px, py) {
    const { x, y } = this.#store.scene.adversarial.axes;
    return [x.low + px / this.size * (x.high - x.low), y.high - py / this.size * (y.high - y.low)];
  }

  // ---------------------------------------------------------------- pointer and keys

  /** Moves the crosshair to (u, v) in 0..1 from the left and the top, or takes it away. */
  #point(u, v) {
    this.#cross = u !== null && clamp(u, 0, 1) === u && clamp(v, 0, 1) === v ? [u, v] : null;
    this.invalidate("overlay");
  }

  #key(event) {
    const arrow = ARROWS[event.key], [u, v] = this.#cross ?? [0.5, 0.5];
    if (arrow) this.#point(clamp(u + arrow[0] * STRIDE, 0, 1), clamp(v + arrow[1] * STRIDE, 0, 1));
    else if (event.key === "Enter" && this.#cross && this.#easel.active) this.#easel.dab(u * this.size, v * this.size);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---------------------------------------------------------------- drawing

  /** After everything has been placed anew. */
  arrange() {
    const { scene } = this.#store;
    this.#host.hidden = scene.adversarial.data !== "plane";
    if (this.#host.hidden) return;
    this.size = fit(this.#picture, true).width;
    this.#overlay.resize();
    this.#at = axesOf(scene.adversarial.axes, this.size);
    this.#legend.arrange(scene);
    this.invalidate("picture", "points", "overlay");
  }

  retheme() {
    this.#plot.retheme();
    this.#easel.retheme();
  }

  draw(now, changed) {
    if (!this.#at || this.#host.hidden) return;
    if (changed.scene) this.#easel.arrange();
    if (changed.frame) this.invalidate("picture");
    if (changed.scene || changed.words) this.#read();
    if (this.#store.fresh.has("scene/points/x")) this.invalidate("points");
    if (this.#stale.points) this.#keep();
    if (this.#stale.picture || this.#stale.points) this.#paint();
    if (this.#stale.overlay) this.#overlay.draw(context => this.#drawOver(context));
    for (const part in this.#stale) this.#stale[part] = false;
  }

  /** Real points rarely change: they are kept as a picture. */
  #keep() {
    const points = this.#easel.points?.x ?? this.#store.arrays.get("scene/points/x"), context = this.#kept.getContext("2d");
    this.#kept.width = this.#picture.width;
    this.#kept.height = this.#picture.height;
    context.setTransform(this.#picture.getContext("2d").getTransform());
    if (points) drawReal(context, points, this.#at, scaleOf(this.size));
  }

  #paint() {
    const { arrays, scene } = this.#store, context = this.#picture.getContext("2d"), codes = arrays.get("adversarial/surface");
    const nothing = this.#easel.empty || Boolean(scene.data.obstacle);
    this.#host.querySelector(".empty").hidden = !nothing;
    if (codes && !nothing) this.#plot.takeCodes("value", codes, CODE);
    else this.#plot.clear();
    this.#plot.draw(context, this.size, false);
    for (const name of this.#easel.active || nothing ? ["real"] : Object.keys(this.#marks)) this.#mark(context, name);
    if (!this.#easel.active && !nothing) this.#drawFollowed(context);
  }

  /** What is drawn for each kind of mark, in this order: those of the generator are pale in the discriminator's turn. */
  get #marks() {
    const { arrays } = this.#store, [net, generated, pull] = ["net", "generated", "pull"].map(name => arrays.get(`adversarial/${name}`));
    const at = this.#at, scale = scaleOf(this.size);
    return {
      net: context => net?.length && drawNet(context, net, at),
      real: context => context.drawImage(this.#kept, 0, 0, this.size, this.size),
      pull: context => generated && pull && drawPull(context, generated, pull, at, scale),
      generated: context => generated && drawGenerated(context, generated, at, scale),
    };
  }

  #mark(context, name) {
    if (!this.#legend.has(name)) return;
    context.globalAlpha = name === "net" || name === "pull" ? turnShare(this.#store.stage, "generator") : 1;
    this.#marks[name](context);
    context.globalAlpha = 1;
  }

  /** The examples that are followed: in slow motion a real and a generated one, else what the generator makes of the chosen noise. */
  #drawFollowed(context) {
    const { arrays, slow, frame: { chosen } } = this.#store;
    const all = slow ? [["real", arrays.get("slow/real")], ["fake", arrays.get("slow/generated")]] : [["fake", chosen?.sample]];
    for (const [kind, point] of all)
      if (point && Number.isFinite(point[0] + point[1])) drawFollowed(context, this.#at.x(point[0]), this.#at.y(point[1]), kind, scaleOf(this.size));
  }

  #drawOver(context) {
    this.#read();
    if (this.#easel.active) this.#easel.drawBrush(context, this.#cross);
    else if (this.#cross) drawCross(context, this.#cross, this.size);
    return this.#cross !== null;
  }

  /** Where the crosshair is, and how real the discriminator finds that place. */
  #read() {
    const { planes, n } = this.#plot, place = this.#host.parentElement.querySelector(".read");
    if (!this.#cross || !planes.length) return setHtml(place, "");
    const [x, y] = this.coordinates(...this.#cross.map(v => v * this.size)), verdict = 50 * (sample(planes[0], n, ...this.#cross) + 1);
    const items = [["x", number(x)], ["y", number(y)], ["looks", `${number(verdict, 0)} % real`]];
    setHtml(place, `<span class="readout">${items.map(([name, value]) => `<span>${name} <b>${value}</b></span>`).join("")}</span>`);
  }

  destroy() {
    this.#easel.destroy();
  }
}
