// Where everything of the vision lab's network stands: the pad, and blocks in columns from left to right, in CSS pixels of the ground.
import { clamp } from "../canvas.js";
import { convolves } from "./strengths.js";

/** Top of the pad and of the first map, what stays empty below the last, and room for each lane of skip connections. */
const TOP = 76, BOTTOM = 14, LANE = 14;
/**
 * Looks by the width of the ground, each tried before the next one: side of the pad, most maps above each other, room between maps, the
 * gap that links need between blocks, and the smallest share of the size that tiles want.
 */
const LOOKS = [
  { from: 1300, pad: 232, rows: 4, gap: 14, links: 60, least: 0.74 }, { from: 0, pad: 168, rows: 4, gap: 14, links: 38, least: 0.74 },
  { from: 880, pad: 148, rows: 6, gap: 9, links: 25, least: 0.58 },
];
/** Rows of maps lie as far apart as so many need, and most cells above each other. */
const ROWS = 4, CELL_ROWS = 16;
/** Sides of tiles by the maps' own sides, when they have all the room they want. */
const TILES = [{ from: 20, size: 64 }, { from: 10, size: 50 }, { from: 5, size: 56 }, { from: 0, size: 44 }];
const LARGEST = 110, CELL = 14, CELL_GAP = 4, STRIP = 10;
/** Room for a kernel beside its map, and its largest side. */
const KERNEL = 28, KERNEL_SIDE = 23;
/** Sizes of tiles tried, as shares of what they want, before the ground becomes wider than what is seen of it. */
const SHARES_TRIED = [1.7, 1.5, 1.3, 1.15, 1.05, 0.95, 0.87, 0.8, 0.74, 0.68, 0.63, 0.58], PANNED = 0.8;
/** The widest gap between blocks, and what it is where the ground is panned. */
const WIDEST = 150, PANNED_GAP = 58;
/** A gap by form, as a share: into a strip nothing is to be told apart, and kernels stand in the way to their maps anyhow. */
const SHARES = { strip: 0.6, cells: 0.9, maps: 1 };
/** A block's least width, for the words at its station. */
const WORDS = 34;
/** Right of the head, for the beam to what it sees. */
const RIGHT = 34;

/** "maps" (pixels), "strip" (a flattened picture), "cells" (units), or "picture". */
export function formOf({ kind, shape }) {
  if (kind === "picture") return "picture";
  if (shape.length === 3) return "maps";
  return kind === "flatten" ? "strip" : "cells";
}

/** Whether a block's kernels stand beside its maps: they read the picture itself. */
const showsKernels = (scene, c) => convolves(scene.columns[c]) && scene.columns[c].from === 0;

/**
 * Places a scene. The ground is as wide as the host, or wider when that has no room.
 * @returns {{width, height, turned: false, low, high, pad: {x, y, size}, columns}} a column is {form, station, size, left, right,
 *   kernel, cell, tiles: {x, y}[]}: tiles are middles, by shown unit; `kernel` is the pixels a kernel takes beside its map, 0 without,
 *   and `cell` the pitch of its weights.
 */
export function place(scene, width, height) {
  const low = TOP, high = height - BOTTOM - lanes(scene) * LANE, room = Math.max(120, high - low), looks = LOOKS.filter(look => width >= look.from);
  const shares = scene.columns.slice(1).map((column, k) => (showsKernels(scene, k + 1) ? 0.8 : SHARES[formOf(column)]));
  const gaps = shares.reduce((sum, share) => sum + share, 0);
  const sized = (look, share) => scene.columns.map((column, c) => block(scene, column, c, room, share, look));
  const tries = look => SHARES_TRIED.filter(share => share >= look.least).map(share => sized(look, share));
  const fit = look => tries(look).find(blocks => spanOf(blocks) + gaps * look.links <= width);
  const fitting = looks.reduce((found, look) => found ?? fit(look), undefined);
  const blocks = fitting ?? sized(LOOKS[1], PANNED), gap = fitting ? Math.min((width - spanOf(blocks)) / gaps, WIDEST) : PANNED_GAP;
  const tallest = Math.max(...blocks.map(it => (it.form === "maps" ? it.size : 0)));
  let x = 0;
  const columns = blocks.map((it, c) => {
    if (c) x += gap * shares[c - 1];
    const stood = stand(it, x, low, room, tallest);
    x += it.width;
    return stood;
  });
  const total = fitting ? width : Math.ceil(columns.at(-1).right + RIGHT);
  return { width: total, height, turned: false, low, high, pad: { x: 0, y: low, size: blocks[0].size }, columns };
}

/** Width of blocks without the gaps between them. */
const spanOf = blocks => blocks.reduce((sum, it) => sum + it.width, 0) + RIGHT;

/** Lanes that skip connections need under the maps. */
export const lanes = scene => (scene.columns.some(column => column.skip_from != null) ? 1 : 0);

/** A block's own measures: {form, size, across, down, pitchX, pitchY, inner, width, kernel, cell, count}. */
export function block(scene, column, c, room, share, { pad, rows, gap, kernels = true }) {
  const form = formOf(column), count = column.shown?.length ?? column.units;
  if (form === "picture") return sized({ form, count, size: pad, across: 1, down: 1, pitchX: pad, pitchY: pad, kernel: 0, cell: 0 });
  if (form === "strip") return sized({ form, count, size: STRIP, across: 1, down: count, pitchX: STRIP, pitchY: room / count, kernel: 0, cell: 0 });
  if (form === "cells") return cells(count, room);
  const kernel = kernels && showsKernels(scene, c) && column.window ? KERNEL : 0, across = Math.ceil(count / rows), down = Math.ceil(count / across);
  const pitch = room / Math.max(ROWS, down), wanted = TILES.find(tile => Math.max(...column.shape.slice(0, 2)) >= tile.from).size * share;
  const size = Math.round(Math.min(wanted, pitch - gap, LARGEST));
  const cell = kernel ? Math.max(2, Math.floor((KERNEL_SIDE + 1) / Math.max(...column.window.taps))) : 0;
  return sized({ form, count, size, across, down, pitchX: size + kernel + gap, pitchY: pitch, kernel, cell });
}

function cells(count, room) {
  const across = Math.ceil(count / CELL_ROWS), down = Math.ceil(count / across), pitch = Math.min(room / down, CELL + CELL_GAP + 2);
  const size = Math.max(3, Math.min(CELL, Math.round(pitch - CELL_GAP)));
  return sized({ form: "cells", count, size, across, down, pitchX: size + CELL_GAP, pitchY: pitch, kernel: 0, cell: 0 });
}

function sized(it) {
  const inner = (it.across - 1) * it.pitchX + it.size + it.kernel;
  return { ...it, inner, width: Math.max(inner, WORDS) };
}

/**
 * The block at `x`, its tiles row by row around the middle of the room; rows of maps lie on the lines that the tallest maps need, and their
 * edges on whole pixels, where they are sharp and quickly drawn.
 */
export function stand(it, x, low, room, tallest) {
  const left = Math.round(x + (it.width - it.inner) / 2), right = left + it.inner, middle = low + room / 2;
  const pitchY = it.form === "maps" ? Math.min((room - tallest) / (Math.max(ROWS, it.down) - 1), tallest * 2.2) : it.pitchY;
  const aligned = it.form === "maps" ? y => Math.round(y - it.size / 2) + it.size / 2 : y => y;
  const tiles = Array.from({ length: it.count }, (_, k) => {
    const [row, place] = it.form === "cells" ? [k % it.down, Math.floor(k / it.down)] : [Math.floor(k / it.across), k % it.across];
    return { x: left + it.kernel + place * it.pitchX + it.size / 2, y: aligned(middle + (row - (it.down - 1) / 2) * pitchY) };
  });
  const stood = { ...it, pitchY, left, right, station: (left + right) / 2 };
  return { ...stood, tiles: it.form === "picture" ? [{ x: left + it.size / 2, y: low + it.size / 2 }] : tiles };
}

/**
 * The pixel under a place of the ground as {column, unit, x, y} (x = y = 0 for a unit), or null. The picture is the pad's.
 */
export function pick(scene, layout, px, py) {
  for (let c = 1; c < layout.columns.length; c++) {
    const column = layout.columns[c], reach = column.size / 2;
    if (column.form === "picture" || px < column.left - 2 || px > column.right + 2) continue;
    const tall = column.form === "strip" ? column.pitchY / 2 : reach;
    const unit = column.tiles.findIndex(({ x, y }) => Math.abs(px - x) <= reach + 2 && Math.abs(py - y) <= tall + (column.form === "maps" ? 2 : 0.5));
    if (unit >= 0) return { column: c, unit, ...pixelAt(scene.columns[c], column, column.tiles[unit], px, py) };
  }
  return null;
}

/** The map whose kernel stands under a place of the ground, {column, unit}, or null. */
export function pickKernel(layout, px, py) {
  for (const [c, { kernel, size, tiles }] of layout.columns.entries()) {
    const unit = kernel ? tiles.findIndex(({ x, y }) => px < x - size / 2 && px >= x - size / 2 - kernel && Math.abs(py - y) <= kernel / 2) : -1;
    if (unit >= 0) return { column: c, unit };
  }
  return null;
}

function pixelAt({ shape }, { form, size }, tile, px, py) {
  if (form !== "maps") return { x: 0, y: 0 };
  const box = frameOf(shape, size, tile), across = (px - box.x) / box.width * shape[1], down = (py - box.y) / box.height * shape[0];
  return { x: clamp(Math.floor(across), 0, shape[1] - 1), y: clamp(Math.floor(down), 0, shape[0] - 1) };
}

/** Where a map's pixels are drawn: all of its tile, or what its proportions leave of it. */
export function frameOf([h, w], size, { x, y }) {
  const width = size * Math.min(1, w / h), height = size * Math.min(1, h / w);
  return { x: x - width / 2, y: y - height / 2, width, height };
}
