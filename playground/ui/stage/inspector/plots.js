// The inspector's small pictures: a line over the steps, a histogram, kernels, maps and matrices.
import { Sprite, blank, clamp, frame, mix, text } from "../canvas.js";
import { alpha, scales, theme } from "../theme.js";
import { extent, figure } from "./model.js";

/** Room at a line's right end for its dot, above and below it; of a histogram below its bars. */
const RIGHT = 5, ROOM = 5, BELOW = 16;
/** Between pictures, and the largest pixel of one. */
const GAP = 4, PIXEL = 22;

/** A column of a history as a line with a dot at its end, or where `row` is: gradients (the second, where it is a `slope`) dotted. */
export function drawLine({ context, width, height }, history, column, row, slope) {
  const { low, high } = extent(history, column) ?? { low: -1, high: 1 }, last = history.length - 3, steps = history[last] - history[0];
  const x = k => (steps ? mix(1, width - RIGHT, (history[k] - history[0]) / steps) : width - RIGHT);
  const y = value => mix(height - ROOM, ROOM, clamp((value - low) / (high - low), 0, 1));
  const hot = column === 2 && slope, colour = hot ? theme.grad : theme.ink;
  blank(context, width, height, theme.raised);
  ground(context, width, y(clamp(0, low, high)));
  trace(context, history, column, x, y, colour, hot);
  const at = row === null ? last : 3 * row;
  if (row !== null) upright(context, x(at), height);
  if (Number.isFinite(history[at + column])) dot(context, x(at), y(history[at + column]), colour);
}

function ground(context, width, y) {
  context.fillStyle = theme.line;
  context.fillRect(0, Math.round(y), width - RIGHT, 1);
}

function trace(context, history, column, x, y, colour, dotted) {
  context.beginPath();
  let pen = false;
  for (let k = 0; k < history.length; k += 3) {
    const value = history[k + column];
    if (Number.isFinite(value)) pen ? context.lineTo(x(k), y(value)) : context.moveTo(x(k), y(value));
    pen = Number.isFinite(value);
  }
  context.lineWidth = dotted ? 1.6 : 1.5;
  context.lineJoin = context.lineCap = "round";
  context.strokeStyle = colour;
  context.setLineDash(dotted ? [0.1, 3] : []);
  context.stroke();
  context.setLineDash([]);
}

function upright(context, x, height) {
  context.fillStyle = theme.line2;
  context.fillRect(Math.round(x), 0, 1, height);
}

function dot(context, x, y, colour) {
  context.beginPath();
  context.arc(x, y, 2.8, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** Counts between `low` and `high`: values in the scale's colours around zero, gradients in theirs. Ends and zero are written below. */
export function drawSpread({ context, width, height }, counts, { low, high }, hot) {
  const most = Math.max(1, ...counts), each = width / counts.length, floor = height - BELOW, full = Math.max(Math.abs(low), Math.abs(high));
  blank(context, width, height, theme.raised);
  ground(context, width + RIGHT, floor);
  counts.forEach((count, k) => {
    if (!count) return;
    const tall = Math.max(1.5, count / most * (floor - 2)), middle = mix(low, high, (k + 0.5) / counts.length) / full;
    context.fillStyle = hot ? theme.grad : scales.value.signed(Math.sign(middle) * mix(0.3, 1, Math.abs(middle)));
    context.fillRect(k * each, floor - tall, Math.max(1, each - 0.6), tall);
  });
  const look = { size: 11.5, fill: theme.ink3 }, zero = low < 0 && high > 0 ? -low / (high - low) * width : null;
  text(context, figure(low), 0, height - 3, look);
  text(context, figure(high), width, height - 3, { ...look, align: "right" });
  if (zero === null) return;
  context.fillStyle = theme.ink3;
  context.fillRect(Math.round(zero), floor, 1, 4);
  if (zero > 46 && zero < width - 46) text(context, "0", zero, height - 3, { ...look, align: "center" });
}

/**
 * Where pictures of (k, h, w) stand in a width: several in rows, each pixel as large as there is room.
 * @returns {{pixel, across, height}} CSS pixels of a pixel, pictures beside each other, height of all.
 */
export function placePictures([count, h, w], width) {
  const across = Math.min(count, Math.max(1, Math.ceil(Math.sqrt(count)))), down = Math.ceil(count / across);
  const pixel = Math.min(PIXEL, (width - (across - 1) * GAP) / across / w, 132 / down / h);
  return { pixel, across, height: Math.max(Math.ceil(down * h * pixel + (down - 1) * GAP), 10) };
}

/** Pictures (k, h, w), the largest value with its full colour. */
export function drawPictures({ context, width, height }, values, hot) {
  const [count, h, w] = values.shape, { pixel, across } = placePictures(values.shape, width), full = largest(values);
  blank(context, width, height, theme.raised);
  const { words } = hot ? scales.grad : scales.value, sprite = new Sprite(w, h), code = hot ? v => 254 * Math.abs(v) / full : v => 127 + 127 * v / full;
  context.imageSmoothingEnabled = false;
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < h * w; i++) {
      const v = values[k * h * w + i];
      sprite.words[i] = words[Number.isFinite(v) ? Math.round(code(v)) : 255];
    }
    sprite.push();
    const x = (k % across) * (w * pixel + GAP), y = Math.floor(k / across) * (h * pixel + GAP);
    context.drawImage(sprite.canvas, x, y, w * pixel, h * pixel);
    frame(context, x + 0.5, y + 0.5, w * pixel - 1, h * pixel - 1, 2, alpha(theme.ink, 0.14));
  }
}

const largest = values => values.reduce((most, v) => (Math.abs(v) > most && Number.isFinite(v) ? Math.abs(v) : most), 1e-12);
