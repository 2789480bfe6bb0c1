// What is drawn on the plane where two networks meet: the warped grid, real and generated points, where the gradient pulls them.
import { theme } from "../theme.js";

/** What a verdict's code is worth: -1 is generated, 1 is real. */
export const CODE = 1 / 32000;
/** The side of the plane at which marks have the size they are given. */
const NOMINAL = 402;
const ROUND = 2.7, SQUARE = 2.6, HALO = 1;
/** A stroke's shortest and longest length, and gradients too small to be drawn, as a share of the largest. */
const SHORTEST = 5, LONGEST = 24, LEAST = 0.002;

/** Marks grow slower than the picture they are on. */
export const scaleOf = size => Math.sqrt(size / NOMINAL);

/** Data's coordinates to pixels: {x, y}, functions, on a square of `size`. */
export function axesOf({ x, y }, size) {
  const across = size / (x.high - x.low), up = size / (y.high - y.low);
  return { x: v => (v - x.low) * across, y: v => (y.high - v) * up };
}

/** Real points, round. */
export function drawReal(context, points, at, scale) {
  discs(context, points, at, (ROUND + HALO) * scale, theme.halo);
  discs(context, points, at, ROUND * scale, theme.real);
}

function discs(context, points, at, r, colour) {
  context.beginPath();
  for (let k = 0; k < points.length; k += 2) {
    const x = at.x(points[k]), y = at.y(points[k + 1]);
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
  context.fillStyle = colour;
  context.fill();
}

/** Generated points, square. */
export function drawGenerated(context, points, at, scale) {
  squares(context, points, at, (SQUARE + HALO) * scale, theme.halo);
  squares(context, points, at, SQUARE * scale, theme.fake);
}

function squares(context, points, at, r, colour) {
  context.fillStyle = colour;
  for (let k = 0; k < points.length; k += 2) context.fillRect(at.x(points[k]) - r, at.y(points[k + 1]) - r, 2 * r, 2 * r);
}

/** The lines of a regular grid of noise where the generator takes them; `net` is (lines, lines, 2). */
export function drawNet(context, net, at) {
  const [lines] = net.shape;
  context.beginPath();
  for (let k = 0; k < lines; k++) {
    for (let n = 0; n < lines; n++) to(context, net, k * lines + n, at, n);
    for (let n = 0; n < lines; n++) to(context, net, n * lines + k, at, n);
  }
  context.lineWidth = 1;
  context.strokeStyle = theme.fake;
  context.globalAlpha *= 0.42;
  context.stroke();
  context.globalAlpha /= 0.42;
}

function to(context, net, k, at, n) {
  const x = at.x(net[2 * k]), y = at.y(net[2 * k + 1]);
  n ? context.lineTo(x, y) : context.moveTo(x, y);
}

/**
 * How long each point's stroke is, in pixels: the square root of its gradient's share of the largest, so that small ones are seen, too.
 * Where there is (nearly) no gradient it is 0.
 */
export function lengthsOf(pull) {
  const sizes = Float32Array.from({ length: pull.length / 2 }, (_, k) => Math.hypot(pull[2 * k], pull[2 * k + 1]));
  const largest = sizes.reduce((most, size) => (size > most ? size : most), 1e-12);
  return sizes.map(size => (size > LEAST * largest && size > 1e-9 ? SHORTEST + (LONGEST - SHORTEST) * Math.sqrt(size / largest) : 0));
}

/** Strokes from generated points the way the gradient would move them. */
export function drawPull(context, points, pull, at, scale) {
  const lengths = lengthsOf(pull);
  context.beginPath();
  lengths.forEach((length, k) => {
    if (!length) return;
    const x = at.x(points[2 * k]), y = at.y(points[2 * k + 1]);
    const dx = at.x(points[2 * k] + pull[2 * k]) - x, dy = at.y(points[2 * k + 1] + pull[2 * k + 1]) - y, share = scale * length / Math.hypot(dx, dy);
    context.moveTo(x, y);
    context.lineTo(x + dx * share, y + dy * share);
  });
  context.lineWidth = 1.6;
  context.strokeStyle = theme.grad;
  context.stroke();
}

/** One point, large and ringed: the followed one. */
export function drawFollowed(context, x, y, kind, scale, ring = theme.ink) {
  for (const [r, colour] of [[9, ring], [7, theme.halo], [5.5, theme[kind]]]) {
    context.beginPath();
    if (kind === "real") context.arc(x, y, r * scale, 0, 2 * Math.PI);
    else context.roundRect(x - 0.9 * r * scale, y - 0.9 * r * scale, 1.8 * r * scale, 1.8 * r * scale, 0.3 * r * scale);
    context.fillStyle = colour;
    context.fill();
  }
}
