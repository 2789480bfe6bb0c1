// What is looked at: the pixel under the pointer, its window in the block before, and the links into its map.
import { frame } from "../canvas.js";
import { hue } from "../network/rail.js";
import { theme } from "../theme.js";
import { explain } from "./explain.js";
import { frameOf } from "./layout.js";
import { width } from "./links.js";
import { windowOf, within } from "./window.js";

/** `pointing`: somebody points at it now; `keyed`: with the keyboard, and so it has the focus's colour. */
export function drawSight(context, store, layout, links, { pointing, keyed }) {
  const { scene, hover } = store, column = scene.columns[hover.column], place = layout.columns[hover.column];
  const colour = keyed ? theme.pos : colourOf(scene, hover.column);
  if (place.form === "picture") return;
  context.strokeStyle = colour;
  if (pointing && column.from !== 0) own(context, links, hover);
  const source = sourceOf(store, hover, column);
  ring(context, place, place.tiles[hover.unit], colour);
  if (place.form !== "maps") return;
  const box = pixelBox(column.shape, place, hover.unit, hover);
  if (source !== null) window(context, scene, layout, column, hover, source, box, colour);
  context.lineWidth = 2;
  context.strokeRect(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
}

export const colourOf = (scene, c) => (hue(scene, c) === theme.ink3 ? theme.ink : hue(scene, c));

/** The links into a map, over the others. */
function own(context, links, { column, unit }) {
  for (const link of links.drawn) {
    if (link.column !== column || link.to !== unit) continue;
    context.lineWidth = Math.max(1.2, width(link.size));
    context.globalAlpha = 0.85;
    context.stroke(link.path());
  }
  context.globalAlpha = 1;
}

/** The map whose window is framed: the one that says most. Null where there is no window. */
function sourceOf(store, hover, column) {
  if (!column.window) return null;
  return column.from === 0 ? 0 : explain(store, hover)?.source ?? null;
}

function ring(context, { size, form, left, pitchY }, tile, colour) {
  if (form === "strip") return frame(context, left - 2, tile.y - pitchY / 2 - 1, size + 4, pitchY + 2, 2, colour, 1.6);
  const half = size / 2 + (form === "maps" ? 3 : 1.5);
  frame(context, tile.x - half, tile.y - half, 2 * half, 2 * half, form === "maps" ? 7.5 : 4.5, colour, form === "maps" ? 2 : 1.6);
}

/** Where a pixel of a map is drawn. */
function pixelBox(shape, place, unit, { x, y }) {
  const whole = frameOf(shape, place.size, place.tiles[unit]), w = whole.width / shape[1], h = whole.height / shape[0];
  return { x: whole.x + x * w, y: whole.y + y * h, width: w, height: h };
}

/** The window, and two hairlines from it to the pixel it makes, as through a lens. */
function window(context, scene, layout, column, hover, source, pixel, colour) {
  const before = scene.columns[column.from].shape, seen = within(windowOf(column, hover.x, hover.y), before);
  const whole = frameOf(before, layout.columns[column.from].size, layout.columns[column.from].tiles[column.from === 0 ? 0 : source]);
  const w = whole.width / before[1], h = whole.height / before[0];
  const box = { x: whole.x + seen.x * w, y: whole.y + seen.y * h, width: seen.width * w, height: seen.height * h };
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.beginPath();
  context.moveTo(box.x + box.width, box.y);
  context.lineTo(pixel.x, pixel.y);
  context.moveTo(box.x + box.width, box.y + box.height);
  context.lineTo(pixel.x, pixel.y + pixel.height);
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeRect(box.x, box.y, box.width, box.height);
}
