// What is drawn of the latent map: decoded places below, then quantile circles, the pictures' points, a cloud, a way, the ring.
import { text } from "../canvas.js";
import { filled } from "../points.js";
import { alpha, theme } from "../theme.js";
import { Film } from "../vision/sheet.js";
import { Stamps } from "./stamps.js";

/** How much of the decoded pictures is seen below the points, and within which circles a half, nine tenths, 99 in 100 of a standard normal lie. */
const FAINT = 0.34, QUANTILES = [1.177, 2.146, 3.035];
/** The share of its place that a decoded picture fills: neighbours keep apart, for digits reach from edge to edge of theirs. */
const FILLED = 0.72;
/** Radius of a point, and of the ring; what a point that is off the map keeps from its edge. */
export const POINT = 2.7, RING = 11, EDGE = 5;

/** Room of a class's name. */
const NAME_WIDTH = 96, NAME_HEIGHT = 26;

/** Where latent numbers (x, y) stand on a map of that size, and back. */
export const across = (x, reach, size) => (x / reach + 1) / 2 * size;
export const down = (y, reach, size) => (1 - y / reach) / 2 * size;
export const toPixel = ([x, y], reach, size) => [across(x, reach, size), down(y, reach, size)];
export const toNumbers = ([px, py], reach, size) => [(2 * px / size - 1) * reach, (1 - 2 * py / size) * reach];

/** The decoded pictures (n², h, w, c), faint, and the circles. */
export function drawGround(context, size, { pictures, image, grid, reach, normal }) {
  context.fillStyle = theme.raised;
  context.fillRect(0, 0, size, size);
  if (pictures) drawPlaces(context, size, pictures, image, grid);
  context.strokeStyle = alpha(theme.ink, 0.16);
  context.lineWidth = 1;
  if (!normal) return;
  for (const r of QUANTILES) {
    context.beginPath();
    context.arc(size / 2, size / 2, r / reach * size / 2, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawPlaces(context, size, pictures, image, grid) {
  const film = new Film(image), [h, w, c] = image, each = h * w * c, cell = size / grid, scale = FILLED * cell / Math.max(h, w);
  context.imageSmoothingEnabled = true;
  context.globalAlpha = FAINT;
  for (let k = 0; k < grid * grid; k++) {
    film.write(pictures.subarray(k * each, (k + 1) * each), 1 / 255);
    film.draw(context, (k % grid + 0.5) * cell - w * scale / 2, (Math.floor(k / grid) + 0.5) * cell - h * scale / 2, w * scale, h * scale);
  }
  context.globalAlpha = 1;
}

/** Stamps of each class's point. */
export function stampsOf(scene, radius, ratio) {
  const point = k => (context, x, y) => {
    context.setTransform(ratio, 0, 0, ratio, x, y);
    filled(context, scene, k, 0, 0, radius);
  };
  return new Stamps(Math.ceil(2 * (radius + 2) * ratio), scene.classes.map((_, k) => point(k)));
}

/** A picture of each class's name, made once: text is slow. */
export class Names {
  #pictures;

  constructor(scene, ratio) {
    this.#pictures = scene.classes.map(name => picture(NAME_WIDTH, NAME_HEIGHT, ratio, context => nameOn(context, String(name))));
  }

  /** Classes by name at their means. */
  draw(context, means) {
    for (const [one, x, y] of means) context.drawImage(this.#pictures[one], x - NAME_WIDTH / 2, y - NAME_HEIGHT / 2, NAME_WIDTH, NAME_HEIGHT);
  }
}

function picture(width, height, ratio, draw) {
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
  context.scale(canvas.width / width, canvas.height / height);
  draw(context);
  return canvas;
}

const nameOn = (context, name) =>
  text(context, name, NAME_WIDTH / 2, NAME_HEIGHT / 2, { size: 17, weight: 600, fill: theme.ink, align: "center", base: "middle", halo: true });

/** The means of the points of each class: [class, x, y], for classes with any. */
export function meansOf(at, classes) {
  const sums = new Map();
  for (let k = 0; k < classes.length; k++) {
    if (at[2 * k] !== at[2 * k]) continue;
    if (!sums.has(classes[k])) sums.set(classes[k], new Float64Array(3));
    const sum = sums.get(classes[k]);
    sum[0] += 1;
    sum[1] += at[2 * k];
    sum[2] += at[2 * k + 1];
  }
  return [...sums].map(([one, [n, x, y]]) => [one, x / n, y / n]);
}

/** The cloud that a picture means: one and two deviations around its middle. */
export function drawCloud(context, [x, y], [rx, ry]) {
  context.beginPath();
  for (const k of [1, 2]) {
    context.moveTo(x + k * rx, y);
    context.ellipse(x, y, k * rx, k * ry, 0, 0, 2 * Math.PI);
  }
  context.lineWidth = 1.3;
  context.strokeStyle = alpha(theme.ink, 0.55);
  context.stroke();
}

/** The way between two places, with its ends named. */
export function drawWay(context, a, b) {
  context.beginPath();
  context.moveTo(...a);
  context.lineTo(...b);
  context.lineWidth = 2;
  context.setLineDash([1, 6]);
  context.lineCap = "round";
  context.strokeStyle = theme.ink;
  context.stroke();
  context.setLineDash([]);
  context.lineCap = "butt";
  for (const [name, [x, y]] of [["A", a], ["B", b]]) {
    disc(context, x, y, 9, theme.ink);
    text(context, name, x, y + 0.5, { size: 12, weight: 600, fill: theme.paper, align: "center", base: "middle" });
  }
}

/** The ring that is dragged; `keyed`: it has the keyboard's focus. */
export function drawRing(context, x, y, keyed) {
  context.beginPath();
  context.arc(x, y, RING, 0, 2 * Math.PI);
  context.lineWidth = 6;
  context.strokeStyle = alpha(theme.halo, 0.9);
  context.stroke();
  context.lineWidth = 3;
  context.strokeStyle = keyed ? theme.pos : theme.ink;
  context.stroke();
  disc(context, x, y, 3.2, keyed ? theme.pos : theme.ink);
}

/** A sample of a cloud, in slow motion: from its middle to where chance went. */
export function drawDraw(context, [ax, ay], [bx, by], t) {
  const x = ax + (bx - ax) * t, y = ay + (by - ay) * t;
  context.beginPath();
  context.moveTo(ax, ay);
  context.lineTo(x, y);
  context.lineWidth = 2;
  context.strokeStyle = theme.ink;
  context.stroke();
  disc(context, ax, ay, 3.2, theme.ink);
  drawRing(context, x, y, false);
}

function disc(context, x, y, r, fill) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
}
