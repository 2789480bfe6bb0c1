// The examples on the output picture: train points filled, test points hollow, each with a halo.
import { clamp } from "./canvas.js";
import { alpha, scales, theme } from "./theme.js";

/** The size of the picture at which a point has the radius it is given, and the number of points from which they shrink. */
const NOMINAL = 292, CROWD = 500;
const FILLED = 2.7, HOLLOW = 3, HALO = 0.9, RIM = 1.7;
/** What needs a hairline: two classes in light, and small values. */
const PALE = [2, 5], FAINT = 0.3;

const SHAPES = [
  (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  (path, x, y, r) => path.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  (path, x, y, r) => {
    path.moveTo(x, y - 1.25 * r);
    path.lineTo(x + 1.15 * r, y + 0.8 * r);
    path.lineTo(x - 1.15 * r, y + 0.8 * r);
    path.closePath();
  },
];

/** The colour of a target: its class's, or a regression's value on the scale. */
export const colourOf = (scene, y) => (scene.task === "classification" ? theme.classOf(y, scene.classes.length) : scales.value.signed(y));

/** Beyond six classes the same colours come as squares, then as triangles. */
const shapeOf = (scene, y) => (scene.task === "classification" ? SHAPES[Math.floor(y / theme.classes.length) % SHAPES.length] : SHAPES[0]);

/** Draws points x (n, 2), y (n), test (n) through `place(x, y) -> [px, py]` on a picture of `size`. */
export function drawPoints(context, scene, { x, y, test }, place, size, showTest) {
  const trained = test.reduce((sum, t) => sum + !t, 0), drawn = showTest ? test.length : trained;
  const scale = size / NOMINAL * clamp(Math.sqrt(CROWD / drawn), 0.6, 1);
  const each = (which, draw, radius) => {
    for (let k = 0; k < test.length; k++) {
      if (test[k] === which) draw(context, scene, y[k], ...place(x[2 * k], x[2 * k + 1]), radius * scale);
    }
  };
  if (showTest) each(1, hollow, HOLLOW);
  each(0, filled, FILLED);
}

function hollow(context, scene, y, px, py, r) {
  context.beginPath();
  shapeOf(scene, y)(context, px, py, r);
  context.fillStyle = theme.halo;
  context.fill();
  context.lineWidth = RIM;
  context.strokeStyle = colourOf(scene, y);
  context.stroke();
}

/** One filled point: the mark of its class, or of its value. */
export function filled(context, scene, y, px, py, r) {
  const shape = shapeOf(scene, y);
  context.beginPath();
  shape(context, px, py, r + HALO);
  context.fillStyle = theme.halo;
  context.fill();
  context.beginPath();
  shape(context, px, py, r);
  context.fillStyle = colourOf(scene, y);
  context.fill();
  if (!isPale(scene, y)) return;
  context.lineWidth = 1;
  context.strokeStyle = alpha(theme.ink, 0.45);
  context.stroke();
}

/** Classes that are pale in light, and values near zero, which are nearly the colour of the picture. */
function isPale(scene, y) {
  if (scene.task !== "classification") return Math.abs(y) < FAINT;
  return !theme.dark && scene.classes.length > 2 && PALE.includes(y % theme.classes.length);
}

/** Slow motion's batch in thin rings, its followed sample large. `batch` are numbers of train points, which come first. */
export function drawBatch(context, scene, { x, y }, { batch, sample }, place, size) {
  const scale = size / NOMINAL;
  context.lineWidth = 1.5;
  context.strokeStyle = theme.ink;
  for (const k of batch) ring(context, ...place(x[2 * k], x[2 * k + 1]), 6 * scale);
  const k = batch[sample], [px, py] = place(x[2 * k], x[2 * k + 1]);
  ring(context, px, py, 6.5 * scale, theme.halo, 2.5, colourOf(scene, y[k]));
  ring(context, px, py, 9 * scale, theme.ink, 2);
}

function ring(context, x, y, r, stroke = theme.ink, width = 1.5, fill = null) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  if (fill) context.fillStyle = fill;
  if (fill) context.fill();
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke();
}

/** The row of the batch whose point lies nearest to (px, py), or -1 when none is within `reach` pixels. */
export function nearest(batch, x, place, px, py, reach) {
  let best = reach, found = -1;
  batch.forEach((k, row) => {
    const [qx, qy] = place(x[2 * k], x[2 * k + 1]), distance = Math.hypot(qx - px, qy - py);
    if (distance <= best) [best, found] = [distance, row];
  });
  return found;
}
