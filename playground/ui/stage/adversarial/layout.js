// Where everything of two networks stands that meet in the middle: noise and generator, the plane, discriminator and verdict, losses below.
import { clamp, mix } from "../canvas.js";
import { head, hidden, finish, plainSize } from "../network/layout.js";
import { shownUnits } from "../store.js";

/** Largest tile and pitch by the width of the host, and sides of the noise's square and of the sample's two tiles. */
const LOOKS = [
  { from: 2200, tile: 56, pitch: 86, pad: 124, sample: 36, fewest: 6 }, { from: 1480, tile: 44, pitch: 68, pad: 104, sample: 30, fewest: 6 },
  { from: 0, tile: 36, pitch: 50, pad: 84, sample: 24, fewest: 6 },
];
const TURNED = { tile: 28, pitch: 40, pad: 64, sample: 20 };
/** Top of the plane; below it the legend and the data; room for the losses, with the gap over them. */
const TOP = 62, BELOW = 78, LOSSES = 92, OVER = 14;
/** First tile where menus stand under the counts. */
const FIRST = 88;
/** The plane's least and largest side, and its share of the width. */
const LEAST = 240, LARGEST = 640, SHARE = 0.335;
/**
 * Least distance between stations, the verdict's from the edge, the sample's from the plane, what leaves the plane from it, and how far
 * inside the square of noise links begin.
 */
const APART = 62, EDGE = 34, NEAR = 10, LEAVE = 6, INSIDE = 14;
/** Room of the noise's names. */
const NAMES = 22;
/** Turned: between the edges of rows, over the first, height of the losses, of the legend and of the data below what is in the middle. */
const GAP = 50, ROOF = 24, LOW_LOSSES = 100, FOOT = { plane: { legend: 46, data: 112 }, picture: { legend: 8, data: 12 } };

/** The columns of each player, by number: the sample belongs to the generator, the verdict to the discriminator. */
export function sides(columns) {
  const of = (...players) => columns.flatMap(({ player }, c) => (players.includes(player) ? [c] : []));
  return { generator: of("noise", "generator", "sample"), discriminator: of("discriminator", "verdict") };
}

/** Whether noise is drawn as a square, which has room for two numbers. */
export const isSquare = scene => scene.adversarial.noise === 2;

/** Height that the square of noise takes over the tiles: where classes are fed beside its two numbers, else none. */
const squareOver = (scene, look) => (isSquare(scene) && shownUnits(scene.columns[0]) > 2 ? look.pad + NEAR : 0);

/**
 * Places a scene in a host of the given size.
 * @returns {{width, height, turned, stacked, spacing, names, columns, arena: {x, y, size}, pad: {x, y, size}|null, losses}} columns are
 *   as network/layout.js has them; the sample's `exits` are where links leave the plane, and it is `hidden` where it has too many numbers
 *   to draw; `losses` has {x, y, width, height} by player.
 */
export function place(scene, width, height, turned = false) {
  return turned ? placeTurned(scene, width) : placeUpright(scene, width, height);
}

// ---------------------------------------------------------------- side by side

function placeUpright(scene, width, height) {
  const look = LOOKS.find(it => width >= it.from), { generator, discriminator } = sides(scene.columns);
  const most = width - 2 * (look.pad + APART * (Math.max(generator.length, discriminator.length + 1) - 1));
  const size = Math.round(clamp(Math.min(height - TOP - BELOW, width * SHARE, most), LEAST, LARGEST));
  const arena = { x: Math.round((width - size) / 2), y: TOP + Math.max(0, Math.round((height - TOP - BELOW - size) / 2)), size };
  const middle = arena.y + size / 2, end = height - LOSSES - OVER, first = Math.max(2, look.pad / 2 + 4);
  const ways = {
    generator: spread([-1, ...generator.slice(1)], first + look.pad / 2 - INSIDE, arena.x - NEAR - look.sample / 2),
    discriminator: spread([-1, ...discriminator], arena.x + size, width - EDGE),           // -1: the square's edge, and the plane's
  };
  ways.generator.at[0] = first;
  const spacing = Math.min(...Object.values(ways).map(way => way.spacing)), half = Math.min(middle - FIRST, end - middle);
  const frame = { turned: false, look, low: middle - half, high: middle + half, room: 2 * half, spacing };
  const columns = columnsOf(scene, frame, { ...ways.generator.at, ...ways.discriminator.at }, [arena.x + size + LEAVE, middle]);
  const side = arena.x - 46, loss = { y: height - LOSSES, width: side, height: LOSSES };
  const pad = isSquare(scene) ? { x: first - look.pad / 2, y: Math.round(middle - look.pad / 2), size: look.pad } : null;
  const right = first + (look.pad - columns[0].size) / 2;                 // so that names and numbers stand on the left, over the square
  if (squareOver(scene, look)) under(columns[0], pad);
  else if (pad) beside(columns[0], [[right, pad.y], [right, pad.y + pad.size]], [0, NEAR]);
  return {
    width, height, turned: false, stacked: true, spacing, names: NAMES, columns, arena, pad,
    losses: { generator: { x: 0, ...loss }, discriminator: { x: width - side, ...loss } },
  };
}

/** Even stations from the first column to the last, by column. */
function spread(numbers, first, last) {
  const spacing = (last - first) / (numbers.length - 1);
  return { spacing, at: Object.fromEntries(numbers.map((c, k) => [c, mix(first, last, k / (numbers.length - 1))])) };
}

/** Noise of two numbers and classes beside it: the square stands over their block. */
function under(column, pad) {
  const shift = Math.round((pad.size + NEAR) / 2), top = Math.min(...column.tiles.map(tile => tile.y)) - column.size / 2;
  for (const tile of column.tiles) tile.y += shift;
  pad.y = top + shift - NEAR - pad.size;
}

/** Puts the first number's tile before the square, the second's behind it, `away` [x, y] from its edges. */
function beside(column, [before, after], [dx, dy]) {
  const half = column.size / 2;
  column.tiles = [
    { x: before[0] - dx - (dx && half), y: before[1] - dy - (dy && half) }, { x: after[0] + dx + (dx && half), y: after[1] + dy + (dy && half) },
  ];
}

// ---------------------------------------------------------------- turned: rows from top to bottom

function placeTurned(scene, width) {
  const look = TURNED, { generator, discriminator } = sides(scene.columns);
  const frame = { turned: true, look, low: 0, high: width, room: width, spacing: Infinity };
  const plain = plainSize(scene, frame), thick = c => 2 * hidden(shownUnits(scene.columns[c]), frame, plain).extent;
  const at = {}, row = (c, size) => {
    at[c] = edge + size / 2;
    edge += size + GAP;
  };
  const square = isSquare(scene), over = squareOver(scene, look);
  let edge = ROOF + over;
  row(generator[0], square && !over ? look.pad : thick(generator[0]));
  for (const c of generator.slice(1, -1)) row(c, thick(c));
  at[generator.at(-1)] = edge - GAP / 2 + look.sample / 2;
  const arena = { x: 0, y: Math.round(edge - GAP / 2 + look.sample + NEAR), size: width };
  const foot = FOOT[scene.adversarial.data], exits = arena.y + width + foot.legend;
  edge = exits + GAP;
  for (const c of discriminator.slice(0, -1)) row(c, thick(c));
  row(discriminator.at(-1), 28);
  const columns = columnsOf(scene, frame, at, [width / 2, exits]);
  const pad = square ? { x: (width - look.pad) / 2, y: ROOF, size: look.pad } : null, y = edge - GAP + 26;
  if (pad && !over) beside(columns[0], [[pad.x, at[0]], [pad.x + pad.size, at[0]]], [NEAR, 0]);
  const side = (width - 18) / 2, loss = { y, width: side, height: LOW_LOSSES };
  return {
    width, height: y + LOW_LOSSES + foot.data, turned: true, stacked: false, spacing: Infinity, names: 0, columns, arena, pad,
    losses: { generator: { x: 0, ...loss }, discriminator: { x: width - side, ...loss } },
  };
}

/** Height that the rows need. */
export const turnedHeight = (scene, width) => placeTurned(scene, width).height;

// ---------------------------------------------------------------- columns

function columnsOf(scene, frame, at, leave) {
  const plain = plainSize(scene, frame);
  return scene.columns.map((column, c) => {
    const count = shownUnits(column), make = column.player === "verdict" ? head : hidden;
    if (column.player === "sample") return sampleColumn(scene, frame, count, at[c], leave);
    return finish(make(count, c || frame.turned ? frame : { ...frame, room: frame.room - squareOver(scene, frame.look) }, plain), at[c], frame, { count });
  });
}

/** The numbers of a sample: two small tiles at the plane's edge; a picture's many are where the picture is. */
function sampleColumn(scene, frame, count, station, [x, y]) {
  const drawn = scene.adversarial.data === "plane", { sample } = frame.look, middle = (frame.low + frame.high) / 2;
  const pitch = drawn ? sample + 18 : Math.min(4, frame.room / 3 / count), across = k => (k - (count - 1) / 2) * pitch;
  const each = make => Array.from({ length: count }, (_, k) => make(across(k)));
  const made = { size: drawn ? sample : 0, extent: sample / 2, block: !drawn, pitch, tiles: each(place => [0, middle + place]) };
  const exits = each(place => (frame.turned ? { x: x + place, y } : { x, y: y + place }));
  return { ...finish(made, station, frame, { count }), ports: false, hidden: !drawn, exits };
}
