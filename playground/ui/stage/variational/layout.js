// Where everything of the variational lab stands: picture and encoder on the left, the latent map in the middle, decoder and picture on the right.
import { clamp } from "../canvas.js";
import { RAIL } from "../network/layout.js";
import { block, stand } from "../vision/layout.js";

/** Top of the map and of the blocks; what stays empty below the map for its words, and below the blocks. */
const MAP_TOP = 62, TOP = 70, WORDS = 30, BOTTOM = 12;
/** The map's share of the width, its least side, and its largest where the page is narrow. */
const SHARE = 0.325, LEAST = 280, LARGEST = 402;
/** Where the host is narrower, the panels stand below the ground, and the ground is panned. */
const NARROW = 700;
/** What is seen of the halves beside the map there, so that one knows of them. */
const PEEK = 26;
/** Height of the panels beside the map's foot, and where the host is so high. */
const PANELS = 150, HIGH = 720, HIGH_PANELS = 230;
/** Side of the pictures, and where a side is so wide. */
const PICTURE = 100, WIDE = 560, WIDE_PICTURE = 150;
/** What the pad has below its picture, as a share of its side and in pixels; what stands above a picture that has a name. */
const PAD_SHARE = 0.42, PAD_BELOW = 36, NAME = 20;
/** Ways to draw a half, each tried before the next: most maps above each other, room between them, kernels, least room for links. */
const LOOKS = [
  { rows: 4, gap: 12, kernels: true, links: 34 }, { rows: 8, gap: 8, kernels: true, links: 20 }, { rows: 8, gap: 6, kernels: false, links: 11 },
];
/** Sizes of tiles tried, as shares of what they want; the one where the ground is panned, and the room for links there. */
const TRIED = [1.6, 1.3, 1.1, 0.95, 0.8, 0.7, 0.6, 0.5], PANNED = 0.6, PANNED_LINKS = 26;

const isCode = ({ kind }) => kind === "code" || kind === "sample";

/**
 * Places a scene on a host of that size.
 * @returns {{width, height, turned: false, low, high, rail, panels, begin, pad, source, noisy, map, again, columns}} as the vision lab's
 *   layout; `begin` is where a panned ground is looked at first, `source` the picture that goes in, boxes are {x, y, size}. Of the code's
 *   columns the first has the station, the others are `hidden`.
 */
export function place(scene, width, height) {
  const narrow = width < NARROW, panels = narrow ? 0 : height > HIGH ? HIGH_PANELS : PANELS, low = TOP, high = height - panels - BOTTOM;
  const first = scene.columns.findIndex(isCode), codes = scene.columns.filter(isCode).length, last = scene.columns.length - 1;
  const ends = [[1, first], [first + codes, last]], room = Math.max(120, high - low);
  const eased = Math.max(...ends.map(([from, to]) => widthOf(blocks(scene, from, to, room, LOOKS[0], 1), LOOKS[0].links))) + PICTURE;
  const wanted = Math.max(LEAST, SHARE * width, Math.min(LARGEST, width - 2 * eased));
  const map = Math.floor(narrow ? Math.min(LARGEST, width - 2 * PEEK) : Math.min(height - MAP_TOP - WORDS, wanted));
  const beside = (width - map) / 2, size = beside > WIDE ? WIDE_PICTURE : PICTURE;
  const halves = ends.map(([from, to]) => half(scene, from, to, room, narrow ? 0 : beside - size));
  const wide = Math.max(beside, ...halves.map(({ needs }) => needs + size)), total = Math.ceil(2 * wide + map), left = (total - map) / 2;
  const pad = padOf(scene, low, room, size), again = { x: total - size, y: pad.picture, size }, box = { x: left, y: MAP_TOP, size: map };
  const columns = [
    picture(0, pad.picture, size), ...spread(halves[0], size, left, low, room), ...code(scene, box, codes), ...spread(halves[1], left + map, total - size, low, room),
    picture(again.x, again.y, size),
  ];
  return {
    width: total, height, turned: false, low, high, rail: RAIL + 0.5, panels, begin: (total - width) / 2, map: box, again, columns,
    pad: { x: 0, y: pad.clean, size }, source: { x: 0, y: pad.picture, size }, noisy: pad.noisy === null ? null : { x: 0, y: pad.noisy, size },
  };
}

/** A half's blocks, and the least width that they need with their links: {blocks, needs}. */
function half(scene, from, to, room, width) {
  for (const look of LOOKS) {
    for (const share of TRIED) {
      const made = blocks(scene, from, to, room, look, share), needs = widthOf(made, look.links);
      if (needs <= width) return { blocks: made, needs };
    }
  }
  const made = blocks(scene, from, to, room, LOOKS.at(-1), PANNED);
  return { blocks: made, needs: widthOf(made, PANNED_LINKS) };
}

const blocks = (scene, from, to, room, look, share) =>
  scene.columns.slice(from, to).map((column, k) => block(scene, column, from + k, room, share, { pad: 0, ...look }));

const widthOf = (blocks, links) => blocks.reduce((sum, it) => sum + it.width, 0) + (blocks.length + 1) * links;

/** Blocks between two places, evenly. */
function spread({ blocks }, from, to, low, room) {
  const tallest = Math.max(0, ...blocks.map(it => (it.form === "maps" ? it.size : 0)));
  const gap = (to - from - blocks.reduce((sum, it) => sum + it.width, 0)) / (blocks.length + 1);
  let x = from;
  return blocks.map(it => {
    const stood = stand(it, x + gap, low, room, tallest);
    x += gap + it.width;
    return stood;
  });
}

/** The code's columns: each latent number comes in at the map's left edge and goes out at its right one. */
function code(scene, { x, y, size }, count) {
  const latent = scene.variational.latent, pitch = Math.min(16, size * 0.6 / latent), station = x + size / 2;
  const tiles = Array.from({ length: latent }, (_, k) => ({ x: station, y: y + size / 2 + (k - (latent - 1) / 2) * pitch }));
  const column = { form: "picture", map: true, station, size, left: x, right: x + size, kernel: 0, cell: 0, pitchX: size, pitchY: pitch, tiles };
  return Array.from({ length: count }, (_, k) => ({ ...column, hidden: k > 0 }));
}

function picture(x, y, size) {
  const tiles = [{ x: x + size / 2, y: y + size / 2 }];
  return { form: "picture", station: x + size / 2, size, left: x, right: x + size, kernel: 0, cell: 0, pitchX: size, pitchY: size, tiles };
}

/** Where the pictures on the left begin: the noisy one (null without noise), the clean one, and the one of them that goes in. */
function padOf(scene, low, room, size) {
  const noisy = scene.variational.noise ? size + NAME : 0, high = noisy + size * (1 + PAD_SHARE) + PAD_BELOW, y = low + clamp((room - high) / 2, 0, room);
  return { noisy: noisy ? y : null, clean: y + noisy, picture: y };
}
