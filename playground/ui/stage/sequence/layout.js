// Where the unrolled network stands: time runs to the right, layers lie below each other, a rail with their stations at the left.
import { clamp } from "../canvas.js";

/** Room for names at the left and for the frame at the right, the rail's place, and the least width of a step, by what is read. */
const GUTTER = 116, GUTTER_NARROW = 98, NARROW = 620, EDGE = 2;
export const RAIL = 8;
const LEAST = { text: 8.4, symbols: 7.8, series: 4.5 };
/** Height of what is read on top, and the gap below it. */
const READ = { text: 30, symbols: 30, series: 68 }, FIRST = 10;
/** A layer's name above its bands; rows of what is not recurrent; bars of gradients; gaps below a band and below a layer. */
const HEAD = 24, THIN = 20, THIN_MOST = 120, CELLS = 20, BARS = 34, GAP = 7, APART = 9, HALF = 17;
/** Units shown of a band, the most first; the least height of one, of a unit in it, and a unit's largest. */
const ROWS = [32, 24, 16, 12], LOW = 31, UNIT = 2.6, UNIT_MOST = 13;

/** Bands of a column: {half, name, gate, symbol, range}, forward first. `half` 1 is the one that reads backward. */
export function gatesOf(column) {
  const list = (gates, half) => (gates ?? []).map(({ name, symbol, range }) => ({ half, gate: name, symbol, range, name: capital(name) }));
  return [...list(column.gates, 0), ...list(column.backward_gates, 1)];
}

export const recurrent = column => (column.gates ?? []).length > 0;
export const bidirectional = column => (column.backward_gates ?? []).length > 0;
/** How many numbers a step has in what a column shows: of a head that answers each step the three likeliest symbols' chances. */
export const widthOf = ({ columns, sequence }, c) => (sequence.each_step && c === columns.length - 1 ? 3 : columns[c].shown.length);
const capital = word => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * Places a scene in a box of the given size; higher than that when the bands would be too low, wider when the steps would be too narrow.
 * @returns {{width, height, turned: true, narrow, left, step, steps, reading, columns}} `left` is where the first step begins and `step` a step's
 *   width; a column is {form, station, top, bottom, rows, bands, bars}: `form` "read", "recurrent", "steps" (a row for each unit) or
 *   "units" (no time left), `rows` the units shown, a band {half, gate, name, symbol, range, y, height}, bars {half, y, height}.
 */
export function place(scene, width, height) {
  const { kind, steps } = scene.sequence, narrow = width < NARROW, left = narrow ? GUTTER_NARROW : GUTTER;
  const step = Math.max(LEAST[kind], (width - left - EDGE) / steps), sized = looks(scene).map(look => stand(scene, look, height));
  const { columns, bottom } = sized.find(it => it.fits) ?? sized.at(-1), total = left + step * steps + EDGE;
  const box = { width: Math.max(width, Math.ceil(total)), height: Math.max(height, Math.ceil(bottom)) };
  return { ...box, turned: true, narrow, left, step, steps, reading: READ[kind], columns };
}

/** Numbers of units tried. */
const looks = scene => {
  const most = Math.max(1, ...scene.columns.filter(recurrent).map(column => column.shown.length));
  return [Math.min(most, ROWS[0]), ...ROWS.slice(1).filter(rows => rows < most)];
};

/** All columns below each other, bands as high as fills the height; where nothing is recurrent what the others make is as high. */
function stand(scene, rows, height) {
  const bands = scene.columns.reduce((count, column) => count + gatesOf(column).length, 0), rest = height - fixedHeight(scene);
  const fair = bands ? rest / bands - GAP : 0, least = Math.max(LOW, UNIT * rows), tall = clamp(fair, least, UNIT_MOST * rows);
  const thin = bands ? THIN : clamp(THIN + rest / (scene.columns.length - 1), THIN, THIN_MOST);
  let y = READ[scene.sequence.kind] + FIRST;
  const columns = scene.columns.map((column, c) => {
    if (c === 0) return { form: "read", station: (y - FIRST) / 2, top: 0, bottom: y - FIRST, rows: 0, bands: [], bars: [] };
    const made = recurrent(column) ? layer(column, rows, y, tall) : plain(column, widthOf(scene, c), y, thin);
    y = made.bottom + APART;
    return made;
  });
  return { columns, bottom: y, fits: fair >= least };
}

/** What does not grow with the bands. */
function fixedHeight(scene) {
  const own = column => {
    if (!recurrent(column)) return (timed(column) ? THIN : CELLS) + APART;
    return HEAD + (bidirectional(column) ? 2 * (HALF + BARS + GAP) : BARS + GAP) + APART;
  };
  return READ[scene.sequence.kind] + FIRST + scene.columns.slice(1).reduce((sum, column) => sum + own(column), 0);
}

const timed = column => column.shape.length === 2;

function plain(column, rows, y, thin) {
  const [form, height] = timed(column) ? ["steps", Math.min(thin, UNIT_MOST * rows)] : ["units", CELLS];
  const bands = [{ half: 0, gate: null, y, height }];
  return { form, station: y + Math.min(height, HEAD) / 2, top: y, bottom: y + height, rows, bands, bars: [] };
}

function layer(column, most, top, tall) {
  const rows = Math.min(most, column.shown.length), height = Math.min(tall, UNIT_MOST * rows), bands = [], bars = [], gates = gatesOf(column);
  let y = top + HEAD;
  for (const half of bidirectional(column) ? [0, 1] : [0]) {
    if (bidirectional(column)) y += HALF;
    for (const gate of gates.filter(gate => gate.half === half)) {
      bands.push({ ...gate, y, height });
      y += height + GAP;
    }
    bars.push({ half, y, height: BARS });
    y += BARS + GAP;
  }
  return { form: "recurrent", station: top + HEAD / 2 - 1, top, bottom: y - GAP, rows, bands, bars };
}

/** The step at a place of the ground; null left and right of all. */
export function stepAt({ left, step, steps }, x) {
  const k = Math.floor((x - left) / step);
  return k >= 0 && k < steps ? k : null;
}

export const xOf = ({ left, step }, k) => left + k * step;

/** What lies under a place: {column, half, unit, step}; unit null beside bands, null where there is nothing. */
export function pick(layout, x, y) {
  const step = stepAt(layout, x);
  if (step === null) return null;
  for (const [c, column] of layout.columns.entries()) {
    if (y < column.top || y >= column.bottom) continue;
    const band = column.bands.find(band => y >= band.y && y < band.y + band.height);
    if (column.form !== "recurrent" || !band) return { column: c, half: 0, unit: null, step };
    return { column: c, half: band.half, unit: clamp(Math.floor((y - band.y) / band.height * column.rows), 0, column.rows - 1), step };
  }
  return { column: null, half: 0, unit: null, step };
}
