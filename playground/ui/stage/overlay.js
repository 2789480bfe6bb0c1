// What lies over the large picture: points and axes, which change rarely and are kept; slow motion's batch, and the crosshair or the brush.
import { drawAxes } from "./axes.js";
import { fit } from "./canvas.js";
import { drawPoints } from "./points.js";
import { theme } from "./theme.js";

export class Overlay {
  #canvas; #room; #kept = document.createElement("canvas"); #used = null;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  resize() {
    this.#room = fit(this.#canvas);
    return this.#room.width;
  }

  /** Keeps a picture of points {x, y, test} and axes, through `place(x, y) -> [px, py]`, on a square of `size`. */
  keep(scene, points, place, size, showTest) {
    const { context: own, width } = this.#room, kept = this.#kept, context = kept.getContext("2d");
    kept.width = this.#canvas.width;
    kept.height = this.#canvas.height;
    context.setTransform(own.getTransform());
    context.save();
    context.beginPath();
    context.roundRect(0, 0, size, size, 8);
    context.clip();
    drawPoints(context, scene, points, place, size, showTest);
    context.restore();
    drawAxes(context, scene.axes, size, width, place);
  }

  /** Draws what is kept onto the picture. */
  paint(context) {
    if (this.#kept.width) context.drawImage(this.#kept, 0, 0, this.#room.width, this.#room.height);
  }

  /** Draws with `more(context)`, which says whether there was something. An empty canvas is not shown: it feels the pointer all the same. */
  draw(more) {
    const { context, width, height } = this.#room;
    context.clearRect(0, 0, width, height);
    const used = more(context);
    if (used !== this.#used) this.#canvas.style.opacity = used ? 1 : 0;
    this.#used = used;
  }
}

/** Hairlines through (u, v) in 0..1. */
export function drawCross(context, [u, v], size) {
  const x = Math.round(u * size) + 0.5, y = Math.round(v * size) + 0.5;
  context.lineWidth = 1;
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.35;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, size);
  context.moveTo(0, y);
  context.lineTo(size, y);
  context.stroke();
  context.globalAlpha = 1;
}
