// The lens: the sum behind the pixel that is looked at, written out.
import { clamp, fillRound, fit, frame, blank, text } from "../canvas.js";
import { setAttribute } from "../dom.js";
import { number } from "../format.js";
import { scales, theme } from "../theme.js";
import { explain } from "./explain.js";
import { scaleOf } from "./sheet.js";
import { colourOf } from "./sight.js";
import { mapsOf } from "./values.js";
import { activationName, pixelName, sourceName } from "./words.js";

/** Height of the labels above the grids, of a grid, of one line of the lens; width and height of a cell at most; between grids. */
const LABEL = 30, GRID = 78, LINE = 122, CELL = [47, 26], BETWEEN = 34, SUMS = 112, SWATCH = 62;
/** Room for the pixel with its name. */
const NAMED = 150;
/** Milliseconds between writings while the values change. */
const EVERY = 200;
/** Cells smaller than this have colours only. */
const WRITTEN = [27, 14];

/**
 * Where grids and sums stand: in one line, or where that has no room in two.
 * @returns {{cell: [number, number], written: boolean, grids: {x, y}[], sums: {x, y}, swatch: {x, y}|null, height: number}}
 */
export function placeLens(width, rows, across, grids = 3) {
  const wide = SUMS + SWATCH + 44, line = cells => grids * across * cells + (grids - 1) * BETWEEN + wide;
  const one = Math.floor((width - wide - (grids - 1) * BETWEEN) / grids / across), split = grids === 3 && one < Math.min(CELL[0], 150 / across);
  const cw = clamp(split ? Math.floor((width - BETWEEN) / 2 / across) : one, 6, Math.min(CELL[0], Math.max(24, 180 / across)));
  const ch = Math.min(CELL[1], GRID / rows), g = across * cw, step = g + BETWEEN;
  const places = Array.from({ length: grids }, (_, k) => (split && k === 2 ? { x: 0, y: LABEL + LINE } : { x: k * step, y: LABEL }));
  const last = places.at(-1), sums = { x: last.x + g + 24, y: last.y }, room = width - sums.x - SUMS;
  return {
    cell: [cw, ch], written: cw >= WRITTEN[0] && ch >= WRITTEN[1], grids: places, sums,
    swatch: room > NAMED ? { x: sums.x + SUMS + 20, y: last.y } : null, height: split ? 2 * LINE : LINE, fits: line(cw) <= width || split,
  };
}

export function createLens(host, store) {
  const canvas = host.querySelector("canvas");
  let room = null, hover = null, written = -Infinity, stale = true;

  function draw(now, changed) {
    if (!room || !room.width) return;
    const due = changed.words && (!store.playing || now - written > EVERY);
    if (store.hover === hover && !stale && !due && !changed.scene) return;
    hover = store.hover;
    written = now;
    stale = false;
    const what = explain(store, hover);
    blank(room.context, room.width, room.height);
    if (!what) return text(room.context, "Point at a pixel of a map: here stands the sum that made it.", 0, 30, { size: 12.5, fill: theme.ink3 });
    what.scale = scaleOf(mapsOf(store, what.column));
    FORMS[what.form](room.context, store.scene, what, room.width);
    setAttribute(host, "aria-label", sentence(store.scene, what));
  }

  return {
    draw,
    resize() {
      room = fit(canvas, true);
      stale = true;
    },
    retheme: () => void (stale = true),
  };
}

const FORMS = { conv: weighted, units: weighted, max: pooled, mean: pooled, map: mapped };

function weighted(context, scene, what, width) {
  const place = placeLens(width, what.rows, what.across), column = scene.columns[what.column];
  const unit = column.shown[what.unit] + 1, fed = column.from === 0 ? ", as fed" : "";
  const labels = what.form === "conv"
    ? [`window of ${sourceName(scene, column.from, what.source)}${fed}`, `kernel ${unit}`, "products"]
    : [what.more > 0 ? `${what.window.length} strongest inputs` : "inputs", "weights", "products"];
  const shades = [what.window, what.kernel, what.products].map(signed);
  [what.window, what.kernel, what.products].forEach((values, k) => grid(context, place, k, labels[k], values, what.across, shades[k]));
  signs(context, place, what.across);
  sums(context, place, what);
  swatch(context, scene, place, what);
}

function pooled(context, scene, what, width) {
  const place = placeLens(width, what.rows, what.across, 1), { x, y } = place.grids[0], [cw, ch] = place.cell;
  const known = what.window.map(v => v ?? NaN);
  grid(context, place, 0, `window of ${sourceName(scene, scene.columns[what.column].from, what.source)}`, known, what.across, signed(known));
  if (what.won >= 0)
    frame(context, x + (what.won % what.across) * cw - 0.5, y + Math.floor(what.won / what.across) * ch - 0.5, cw - 1, ch - 1, 4.5, colourOf(scene, what.column), 2);
  row(context, place.sums, 0, what.form === "max" ? "the largest" : "their mean", number(what.value), { strong: true });
  swatch(context, scene, place, what);
}

function mapped(context, scene, what, width) {
  const place = { ...placeLens(width, 1, 1, 1), sums: { x: 0, y: LABEL } }, name = activationName(what) || scene.columns[what.column].title;
  if (what.input !== undefined) row(context, place.sums, 0, "before", number(what.input), {});
  row(context, place.sums, what.input === undefined ? 0 : 1, name, number(what.value), { strong: true });
  swatch(context, scene, { ...place, swatch: { x: SUMS + 40, y: LABEL } }, what);
}

/** Values on their scale, the largest of them with its full colour: [fill, whether letters on it are light]. */
function signed(values) {
  const full = values.reduce((most, v) => Math.max(most, Math.abs(v) || 0), 0.5);
  return v => {
    const share = clamp(v / full, -1, 1);
    return [scales.value.signed(0.8 * share), theme.dark ? Math.abs(share) > 0.55 : share > 0.75];
  };
}

function grid(context, { grids, cell: [cw, ch], written }, k, label, values, across, shade) {
  const { x, y } = grids[k];
  text(context, label, x, y - 10, { size: 12.5, fill: theme.ink2 });
  values.forEach((v, i) => {
    const left = x + (i % across) * cw, top = y + Math.floor(i / across) * ch, [fill, light] = shade(v);
    fillRound(context, left, top, cw - 2, ch - 2, Math.min(4, ch / 5), Number.isNaN(v) ? theme.sunk : fill);
    if (!written || Number.isNaN(v)) return;
    const ink = light ? (theme.dark ? "#0e1014" : "#ffffff") : theme.ink;
    text(context, number(v), left + cw / 2 - 1, top + ch / 2 - 0.5, { size: ch > 20 && cw > 40 ? 13 : 11.5, weight: 500, align: "center", base: "middle", fill: ink });
  });
}

function signs(context, { grids, cell: [cw, ch] }, across) {
  const middle = GRID / 2, look = { size: 20, fill: theme.ink3, align: "center", base: "middle" };
  text(context, "×", grids[1].x - BETWEEN / 2 - 1, grids[1].y + middle, look);
  const wrapped = grids[2].y > grids[1].y, x = wrapped ? grids[1].x + across * cw + 6 : grids[2].x - BETWEEN / 2 - 1;
  text(context, "=", x, grids[wrapped ? 1 : 2].y + middle, look);
}

/** The sum column: what is written out, what the others add, bias, and what the activation makes of it. */
function sums(context, { sums: at }, what) {
  const { more, others, bias, part } = what, counted = what.form === "conv" ? (more === 1 ? "other map" : "other maps") : "others";
  const lines = [["sum", part]];
  if (more > 0) lines.push([`${more} ${counted}`, others]);
  lines.push(["bias", bias]);
  lines.forEach(([name, v], k) => row(context, at, k, name, v === undefined ? "…" : number(v), { fill: name === "bias" ? byName(v) : theme.ink }));
  const y = at.y + 12 + lines.length * 19;
  context.strokeStyle = theme.line2;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(at.x, Math.round(y - 12) + 0.5);
  context.lineTo(at.x + SUMS, Math.round(y - 12) + 0.5);
  context.stroke();
  row(context, { x: at.x, y: at.y + 4 }, lines.length, activationName(what) || "value", number(what.value), { strong: true });
}

const byName = v => (v < 0 ? theme.negInk : theme.posInk);

function row(context, { x, y }, k, name, value, { fill = theme.ink, strong = false }) {
  const base = y + 12 + k * 19;
  text(context, name, x, base, { size: 13, fill: theme.ink3 });
  text(context, value, x + SUMS, base + (strong ? 1 : 0), { size: strong ? 19 : 15, weight: 600, fill, align: "right" });
}

/** The pixel itself, large, in its colour. */
function swatch(context, scene, { swatch: at }, what) {
  if (!at) return;
  const side = SWATCH;
  text(context, pixelName(scene, what), at.x, at.y - 10, { size: 12.5, fill: theme.ink2 });
  fillRound(context, at.x, at.y + 6, side, side, 8, Number.isNaN(what.value) ? theme.sunk : scales.value.signed(what.value / what.scale));
  frame(context, at.x - 0.5, at.y + 5.5, side + 1, side + 1, 8, colourOf(scene, what.column), 2);
}

/** The same for those who listen. */
export function sentence(scene, what) {
  const name = `${scene.columns[what.column].title}, ${pixelName(scene, what)}`;
  if (what.form === "max" || what.form === "mean") return `${name}: ${what.form === "max" ? "the largest" : "the mean"} of ${what.window.length} pixels, ${number(what.value)}.`;
  if (what.form === "map") return `${name}: ${number(what.value)}.`;
  const others = what.more > 0 ? `, ${what.more} more add ${what.others === undefined ? "what is not known" : number(what.others)}` : "";
  return `${name}: products sum to ${number(what.part)}${others}, bias ${number(what.bias)}, ${activationName(what) || "value"} ${number(what.value)}.`;
}
