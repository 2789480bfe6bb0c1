// Canvas 2D in small words: sizes, sprites, tiles, text, curves, contours, hatching.
import { alpha, font, theme } from "./theme.js";

export const clamp = (v, low, high) => (v < low ? low : v > high ? high : v);
export const mix = (a, b, t) => a + (b - a) * t;
/** Cubic in-out, for all that travels. */
export const ease = t => (t < 0.5 ? 4 * t * t * t : 1 - (2 - 2 * t) ** 3 / 2);

/**
 * Gives the bitmap of a canvas its place's size in device pixels (at most 2 to a CSS pixel) and a context that counts in CSS
 * pixels. It reads the layout: call it when sizes change, not in every frame. It does not clear, but a new size does. An `opaque`
 * one has paper where nothing is drawn; the browser need not blend it with what lies below, which at 60 frames a second is much.
 */
export function fit(canvas, opaque = false) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2), width = canvas.clientWidth, height = canvas.clientHeight;
  const w = Math.round(width * ratio), h = Math.round(height * ratio);
  const context = canvas.getContext("2d", { alpha: !opaque }), sized = canvas.width !== w || canvas.height !== h;
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  if (opaque && sized) blank(context, w, h);                      // else it is black until something is drawn
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}

/** Fills with paper, or another ground. */
export function blank(context, width, height, ground = theme.paper) {
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
}

/** A small picture off screen: write colours into `words` (0xAABBGGRR, row by row, the top row first), then `push()`. */
export class Sprite {
  constructor(width, height = width) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.width = width;
    this.canvas.height = this.height = height;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(width, height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  push() {
    this.context.putImageData(this.image, 0, 0);
  }

  /** Paints codes 0..255 from `codes[offset]` on through `words`, the 256 colours of a scale. */
  paint(codes, offset, words) {
    const out = this.words;
    for (let k = 0; k < out.length; k++) out[k] = words[codes[offset + k]];
    this.push();
  }
}

/** Fills the path of a rounded rectangle. */
export function fillRound(context, x, y, width, height, radius, colour) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = colour;
  context.fill();
}

/** Strokes a rounded rectangle. */
export function frame(context, x, y, width, height, radius, colour, line = 1) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.lineWidth = line;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * A canvas that rounds what is square below it: `collar` pixels of paper around a rounded hole of `size`, and inside the hole a hairline
 * of ink, `rim` opaque. Quicker by far than to clip what is drawn.
 */
export function mask(size, radius, ratio, collar, rim) {
  const side = size + 2 * collar, canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  canvas.width = canvas.height = Math.ceil(side * ratio);
  context.scale(ratio, ratio);
  context.beginPath();
  context.roundRect(0, 0, side, side, collar && radius + collar);
  context.roundRect(collar, collar, size, size, radius);
  context.fillStyle = theme.paper;
  context.fill("evenodd");
  frame(context, collar + 0.5, collar + 0.5, size - 1, size - 1, radius - 0.5, alpha(theme.dark ? "#ffffff" : "#1d232b", rim));
  return canvas;
}

/** One line of text. `halo`: true for a rim of paper, or its colour. `face` replaces size and weight. */
export function text(context, string, x, y, look = {}) {
  const { size = 12, weight = 400, fill = theme.ink2, align = "left", base = "alphabetic", halo, face } = look;
  context.font = face ?? font(size, weight);
  context.textAlign = align;
  context.textBaseline = base;
  if (halo) {
    context.lineWidth = 3.5;
    context.lineJoin = "round";
    context.strokeStyle = halo === true ? theme.paper : halo;
    context.strokeText(string, x, y);
  }
  context.fillStyle = fill;
  context.fillText(string, x, y);
}

/** A link from (ax, ay) to (bx, by) as the eight numbers of a cubic, leaving and arriving along the main axis. */
export function cubic(ax, ay, bx, by, vertical = false) {
  if (vertical) return [ax, ay, ax, mix(ay, by, 0.5), bx, mix(by, ay, 0.5), bx, by];
  return [ax, ay, mix(ax, bx, 0.45), ay, mix(bx, ax, 0.45), by, bx, by];
}

/** Begins the path of a cubic. */
export function trace(context, c) {
  context.beginPath();
  context.moveTo(c[0], c[1]);
  context.bezierCurveTo(c[2], c[3], c[4], c[5], c[6], c[7]);
}

/** The point of a cubic at t in 0..1. */
export function at(c, t) {
  const s = 1 - t, a = s * s * s, b = 3 * s * s * t, d = 3 * s * t * t, e = t * t * t;
  return [a * c[0] + b * c[2] + d * c[4] + e * c[6], a * c[1] + b * c[3] + d * c[5] + e * c[7]];
}

/** The part of a cubic between u and v, 0 <= u <= v <= 1 (de Casteljau, twice). */
export function cut(c, u, v) {
  const left = [], right = [];
  for (let k = 0; k < 2; k++) {
    const head = split(c[k], c[2 + k], c[4 + k], c[6 + k], v).slice(0, 4);
    const tail = split(...head, v ? u / v : 0).slice(3);
    (k ? right : left).push(...tail);
  }
  return [left[0], right[0], left[1], right[1], left[2], right[2], left[3], right[3]];
}

/** Control values of both halves of a cubic cut at t: seven, the fourth is shared. */
function split(p0, p1, p2, p3, t) {
  const a = mix(p0, p1, t), b = mix(p1, p2, t), c = mix(p2, p3, t), d = mix(a, b, t), e = mix(b, c, t);
  return [p0, a, d, mix(d, e, t), e, c, p3];
}

/**
 * Strokes the lines where a square field (n x n samples at the middles of cells, top row first) crosses `levels`, by marching squares,
 * inside the square at (x, y) of the given size. Colour and width are the context's. NaN has no line.
 */
export function contour(context, field, n, levels, x, y, size) {
  context.beginPath();
  for (const level of levels) contourPath(context, field, n, level, x, y, size);
  context.stroke();
}

/** Adds the line of one level to the path. */
export function contourPath(context, field, n, level, x, y, size) {
  const step = size / n, ox = x + step / 2, oy = y + step / 2;
  for (let j = 0; j < n - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const k = j * n + i, a = field[k] - level, b = field[k + 1] - level, c = field[k + n + 1] - level, d = field[k + n] - level;
      const above = (a > 0) + (b > 0) + (c > 0) + (d > 0);
      if (above === 0 || above === 4 || Number.isNaN(a + b + c + d)) continue;
      cell(context, a, b, c, d, ox + i * step, oy + j * step, step);
    }
  }
}

/** The one or two pieces of a contour inside a cell with the corners a (top left), b, c, d clockwise. */
function cell(context, a, b, c, d, x, y, step) {
  let pen = false;
  const point = (px, py) => {
    pen ? context.lineTo(px, py) : context.moveTo(px, py);
    pen = !pen;
  };
  if (a > 0 !== b > 0) point(x + (a / (a - b)) * step, y);
  if (b > 0 !== c > 0) point(x + step, y + (b / (b - c)) * step);
  if (d > 0 !== c > 0) point(x + (d / (d - c)) * step, y + step);
  if (a > 0 !== d > 0) point(x, y + (a / (a - d)) * step);
}

/** Not a number: ink at 45 degrees on raised, in a rounded rectangle. `crossed` for infinite values. */
export function hatch(context, x, y, width, height, radius, crossed = false) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.clip();
  context.fillStyle = theme.raised;
  context.fillRect(x, y, width, height);
  context.beginPath();
  for (let k = -height; k < width; k += 6) {
    context.moveTo(x + k, y + height);
    context.lineTo(x + k + height, y);
    if (!crossed) continue;
    context.moveTo(x + k, y);
    context.lineTo(x + k + height, y + height);
  }
  context.lineWidth = 1.4;
  context.globalAlpha *= 0.75;
  context.strokeStyle = theme.ink;
  context.stroke();
  context.restore();
}
