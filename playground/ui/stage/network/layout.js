// Where everything of the network stands: features, hidden layers and head, in CSS pixels of the host.
import { clamp, mix } from "../canvas.js";
import { shownUnits } from "../store.js";

/** Largest tile and pitch, and the width of the data on the left, by the width of the host: from 1,560 and 2,400 pixels of page on more. */
const LOOKS = [
  { from: 1790, tile: 56, pitch: 86, data: 128 },
  { from: 1070, tile: 44, pitch: 68, data: 128 },
  { from: 0, tile: 36, pitch: 54, data: 112 },
];
const TURNED = { tile: 36, pitch: 43 };

/** Middle of the features' tiles, and the output's distance from the right edge. */
const FIRST = 244, LAST = 26;
/** First tile, controls of a narrow station included, and what stays empty below the last one. */
const TOP = 68, TOP_STACKED = 86, BOTTOM = 14;
/** Width of a station's count and menu without the activation's name, and of a letter of that; else the menu stands under the count. */
const CONTROLS = 96, LETTER = 7;
/** Most tiles of a plain column; what has more becomes a block. */
const PLAIN = 9, PLAIN_TURNED = 8, PLAIN_FEATURES = 16;
/** Smallest tile of a plain column, and what tiles leave to links and bias bars where stations are near. */
const SMALLEST = 12, FOR_LINKS = 42;
/** Smallest tile with a bias bar and with numbers. */
const ROOMY = 24;

/** The rail's height, and the station of the data on it. */
export const RAIL = 28, DATA = 56;

/**
 * Places a scene in a host of the given size.
 * @returns {{width, height, turned, stacked, spacing, names, columns}} `stacked`: menus stand under the counts; `names` is the room
 *   of features' names; a column is {station, size, radius, ports, block, extent, pitch, tiles: {x, y}[], units: number[]}: `station`
 *   lies along the way from data to output, `tiles` are middles, `units[u]` is the tile of the shown unit u (of the features only
 *   those that are on are units), `extent` is half the column's thickness.
 */
export function place(scene, width, height, turned = false) {
  const count = scene.columns.length, look = turned ? TURNED : LOOKS.find(l => width >= l.from);
  const end = turned ? height - foot(scene) : width - LAST - labelRoom(scene), first = turned ? 64 : FIRST;
  const spacing = (end - first) / (count - 1), stacked = !turned && spacing < controlsWidth(scene);
  const low = turned ? 0 : stacked ? TOP_STACKED : TOP, high = turned ? width : height - BOTTOM - lanes(scene) * 14;
  const frame = { turned, look, low, high, room: high - low, spacing };
  const plain = plainSize(scene, frame), middles = stations(scene, frame, first, end, plain);
  const columns = scene.columns.map((column, c) => {
    const units = c === 0 ? features(scene) : { count: shownUnits(column) };
    const make = c === count - 1 ? head : c === 0 ? featureColumn : hidden, made = make(units.count, frame, plain);
    return finish(made, middles[c], frame, units);
  });
  const names = turned ? 0 : FIRST - columns[0].size / 2 - 11 - look.data - 8;
  return { width, height, turned, stacked, spacing, names, columns };
}

/** Height a turned network asks for, so that controls and links find room between its layers. */
export function turnedHeight(scene, width) {
  const frame = { turned: true, look: TURNED, low: 0, high: width, room: width, spacing: Infinity }, plain = plainSize(scene, frame);
  const thick = scene.columns.map(column => 2 * hidden(shownUnits(column), frame, plain).extent - plain);
  return Math.max(410 + foot(scene), 64 + foot(scene) + (scene.columns.length - 1) * 100 + thick.reduce((sum, t) => sum + t, 0));
}

/** Lanes that the skip connections need under the tiles: one for each that runs beside another. */
export function lanes(scene) {
  const skips = scene.columns.map((column, c) => [column.skip_from, c]).filter(([from]) => from != null);
  return skips.reduce((most, [a, b]) => Math.max(most, skips.filter(([c, d]) => c <= a && b <= d).length), 0);
}

/** All candidates are drawn, those that are on are units, in the same order. */
const features = scene => ({ count: scene.features.length, of: onFeatures(scene) });

/** Numbers of the features that are on: the tiles of column 0's units. */
export const onFeatures = scene => scene.features.map((feature, k) => (feature.on ? k : -1)).filter(k => k >= 0);

/** Below the head of a turned network: its number in slow motion, under the names if there are several. */
const foot = scene => (shownUnits(scene.columns.at(-1)) > 1 ? 56 : 42);
const longest = words => Math.max(4, ...words.map(word => word.length));
const labelRoom = scene => (shownUnits(scene.columns.at(-1)) < 2 ? 0 : Math.min(84, 8 + LETTER * longest(outputNames(scene))));
const controlsWidth = scene => CONTROLS + LETTER * longest(scene.columns.slice(1, -1).map(({ activation }) => activation.symbol || activation.title));

/** The outputs' names: classes, or targets of a regression with several. */
export function outputNames(scene) {
  const names = scene.classes?.length ? scene.classes : scene.targets ?? [], column = scene.columns.at(-1);
  return Array.from({ length: shownUnits(column) }, (_, k) => String(names[column.shown?.[k] ?? k] ?? k + 1));
}

const pitchOf = (count, frame) => Math.min(frame.look.pitch, frame.room / count);

/** Size of a tile in plain columns: the same in all of them, by the fullest, which counts as one of eight (or the look's `fewest`) at least. */
export function plainSize(scene, frame) {
  const most = frame.turned ? PLAIN_TURNED : PLAIN, given = Math.min(scene.features.length, PLAIN);
  const fullest = Math.max(frame.look.fewest ?? 8, ...scene.columns.slice(1, -1).map(shownUnits).filter(n => n <= most));
  if (frame.turned) return clamp(Math.round(pitchOf(Math.max(given, fullest), frame) - 10), SMALLEST, frame.look.tile);
  const room = Math.min(pitchOf(given, frame) - 11, pitchOf(fullest, frame) - 18, frame.spacing - FOR_LINKS);
  return clamp(Math.round(room), SMALLEST, frame.look.tile);
}

/** Middles of the columns along the way: even, or with even gaps between rows where turned blocks are thick. */
function stations(scene, frame, first, end, plain) {
  const count = scene.columns.length;
  if (!frame.turned) return scene.columns.map((_, c) => mix(first, end, c / (count - 1)));
  const thick = scene.columns.map((column, c) => (c === count - 1 ? plain : 2 * hidden(shownUnits(column), frame, plain).extent));
  const gap = (end - first + plain - thick.reduce((sum, t) => sum + t, 0)) / (count - 1);
  let edge = first - plain / 2;
  return thick.map(t => (edge += t + gap) - gap - t / 2);
}

function featureColumn(count, frame, plain) {
  if (count <= PLAIN || (frame.turned && count > PLAIN)) return hidden(count, frame, plain, PLAIN);
  if (count > PLAIN_FEATURES) return hidden(count, frame, plain);
  return line(count, frame, clamp(Math.round(pitchOf(count, frame) - 8), SMALLEST, plain));
}

/** Up to so many units one line of tiles, more in a block. */
export function hidden(count, frame, plain, most = frame.turned ? PLAIN_TURNED : PLAIN) {
  return count <= most ? line(count, frame, plain) : block(count, frame);
}

/** One tile after the other across the way. */
function line(count, frame, size) {
  const pitch = pitchOf(count, frame), middle = (frame.low + frame.high) / 2;
  const tiles = Array.from({ length: count }, (_, k) => [0, middle + (k - (count - 1) / 2) * pitch]);
  return { size, tiles, extent: size / 2, block: false, pitch };
}

/** Sixteen tiles high and as thick as needed; smaller tiles and taller blocks where the next column is near. */
function block(count, frame) {
  const nominal = count > 32 ? 17 : 20, width = Math.max(40, frame.spacing - 46), gap = 4.5;
  let size = nominal + 1, rows, thick;
  do {
    size--;
    const fit = Math.max(1, Math.floor(frame.room / (size + gap)));
    rows = frame.turned ? Math.max(1, Math.floor(frame.room / 26)) : size === nominal ? Math.min(16, fit) : fit;
    thick = Math.ceil(count / rows);
  } while (thick * (size + gap) - gap > width && size > 8);
  return { ...grid(count, thick, size + gap, (frame.low + frame.high) / 2), size, extent: (thick * (size + gap) - gap) / 2, block: true };
}

/** Tiles in rows of `thick`, the last row begun and not filled. */
function grid(count, thick, step, middle) {
  const rows = Math.ceil(count / thick), along = k => ((k % thick) - (thick - 1) / 2) * step;
  const across = k => middle + (Math.floor(k / thick) - (rows - 1) / 2) * step;
  const tiles = Array.from({ length: count }, (_, k) => [along(k), across(k)]);
  return { tiles, pitch: step };
}

/** Output nodes: round, 28 wide, smaller where there are many classes. */
export function head(count, frame) {
  const made = line(count, frame, 28), size = count > 1 ? clamp(Math.round(made.pitch - 9), 8, 28) : 28;
  return { ...made, size, extent: size / 2 };
}

/** Turns (along, across) into (x, y) with tiles on whole pixels, and adds what follows from the size. */
export function finish(made, station, frame, units) {
  const half = made.size / 2, snap = v => Math.round(v - half) + half;
  const tiles = made.tiles.map(([along, across]) =>
    frame.turned ? { x: snap(across), y: snap(station + along) } : { x: snap(station + along), y: snap(across) });
  const of = units.of ?? Array.from({ length: units.count }, (_, k) => k);
  return { ...made, tiles, station, units: of, radius: made.size > ROOMY ? 6 : 3.5, ports: made.size > ROOMY };
}
