// The plane where generator and discriminator meet: verdict, warped grid, points, gradients; over it what is followed, and the brush.
import { clamp, fit } from "../canvas.js";
import { setAttribute, setHtml } from "../dom.js";
import { createEasel } from "../easel.js";
import { number } from "../format.js";
import { Overlay, drawCross } from "../overlay.js";
import { sample } from "../picture.js";
import { Plot } from "../plot.js";
import { turnOf } from "../store.js";
import { turnShare } from "./duel.js";
import { createLegend } from "./legend.js";
import { axesOf, drawFollowed, drawGenerated, drawNet, drawPull, drawReal, scaleOf } from "./marks.js";

/** The verdict's codes: half of this for each way from undecided. */
const CODE = 1 / 32000;
const STRIDE = 1 / 40;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LABEL = "The plane: real points, generated points, and what the discriminator takes for real. Arrow keys read its verdict.";
/** What a frame changes of the picture. */
const MOVING = ["adversarial/surface", "adversarial/generated", "adversarial/pull", "adversarial/net", "scene/points/x"];

export class Meeting {
  /** Side of the square in CSS pixels. */
  size = 0;
  #host; #store; #picture; #overlay; #easel; #legend; #plot = new Plot("judge"); #kept = document.createElement("canvas");
  #at = null; #cross = null; #turn = ""; #stale = { picture: true, points: true, overlay: true };

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

  /** Points are painted on the plane itself; over other data a picture of them is asked for first. */
  get planar() {
    return this.#store.scene.data.group === "plane";
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
    const { fresh } = this.#store;
    if (changed.scene) this.#easel.arrange();
    if (changed.frame) this.invalidate("overlay");
    if (changed.frame && (this.#turned() || MOVING.some(name => fresh.has(name)))) this.invalidate("picture");
    if (fresh.has("scene/points/x")) this.invalidate("points");
    if (this.#stale.points) this.#keep();
    if (this.#stale.picture || this.#stale.points) this.#paint();
    if (this.#stale.overlay) this.#overlay.draw(context => this.#drawOver(context));
    for (const part in this.#stale) this.#stale[part] = false;
  }

  /** Whether it is another player's turn than when this was asked last. */
  #turned() {
    const turn = turnOf(this.#store.stage?.segment), other = turn !== this.#turn;
    this.#turn = turn;
    return other;
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
    const { arrays, scene, stage } = this.#store, context = this.#picture.getContext("2d"), codes = arrays.get("adversarial/surface");
    const nothing = this.#easel.empty || Boolean(scene.data.obstacle), scale = scaleOf(this.size);
    const [net, generated, pull] = ["net", "generated", "pull"].map(name => arrays.get(`adversarial/${name}`));
    this.#host.querySelector(".empty").hidden = !nothing;
    if (codes && !nothing) this.#plot.takeCodes("value", codes, CODE);
    else this.#plot.clear();
    this.#plot.draw(context, this.size, false);
    const mark = (name, array, share, draw) => {
      if (!array || !this.#legend.has(name)) return;
      context.globalAlpha = share;
      draw();
      context.globalAlpha = 1;
    };
    const generators = turnShare(stage, "generator"), none = nothing || this.#easel.active;
    if (!none) mark("net", net?.length && net, generators, () => drawNet(context, net, this.#at));
    mark("real", true, 1, () => context.drawImage(this.#kept, 0, 0, this.size, this.size));
    if (!none) mark("pull", generated && pull, generators, () => drawPull(context, generated, pull, this.#at, scale));
    if (!none) mark("generated", generated, 1, () => drawGenerated(context, generated, this.#at, scale));
  }

  #drawOver(context) {
    const { arrays, slow, frame: { chosen } } = this.#store, scale = scaleOf(this.size);
    this.#read();
    if (this.#easel.active) {
      this.#easel.drawBrush(context, this.#cross);
      return this.#cross !== null;
    }
    const followed = slow ? [["real", arrays.get("slow/real")], ["fake", arrays.get("slow/generated")]] : [["fake", chosen?.sample]];
    const shown = followed.filter(([, point]) => point && Number.isFinite(point[0]) && Number.isFinite(point[1]));
    for (const [kind, [x, y]] of shown) drawFollowed(context, this.#at.x(x), this.#at.y(y), kind, scale);
    if (this.#cross) drawCross(context, this.#cross, this.size);
    return shown.length > 0 || this.#cross !== null;
  }

  /** Where the crosshair is, and how real the discriminator finds that place. */
  #read() {
    const { planes, n } = this.#plot, place = this.#host.parentElement.querySelector(".read");
    if (!this.#cross || !planes.length) return setHtml(place, "");
    const [x, y] = this.coordinates(this.#cross[0] * this.size, this.#cross[1] * this.size), verdict = (sample(planes[0], n, ...this.#cross) + 1) / 2;
    const item = (name, value) => `<span>${name} <b>${value}</b></span>`;
    setHtml(place, `<span class="readout">${item("x", number(x))}${item("y", number(y))}${item("real", `${number(100 * verdict, 0)} %`)}</span>`);
  }

  destroy() {
    this.#easel.destroy();
  }
}
