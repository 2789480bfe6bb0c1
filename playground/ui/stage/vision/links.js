// Links between blocks, drawn for what they carry and thinned to the strongest.
import { cubic } from "../canvas.js";
import { choose } from "../network/links.js";
import { scales, theme } from "../theme.js";
import { NORM, strengths, tieOf, WEIGHT } from "./strengths.js";

/** Most links drawn into one block, and over all blocks. */
const MOST = 40, TOTAL = 180;
const DASH = [11, 4], NONE = [], DASHED = 1.5;
/** Paper between a tile and the end of its link. */
const OFF = 4;

export class Links {
  /** What is drawn, the weak first: {column, from, to, curve, size (0..1, of the block's strongest), sign}. */
  drawn = [];
  /** Links that there are and that are not drawn. */
  hidden = 0;
  #scene; #layout; #made = new Map(); #chosen = []; #next = 0;

  constructor(scene, layout) {
    [this.#scene, this.#layout] = [scene, layout];
  }

  /** Chooses what is drawn by the newest weights. */
  choose(arrays) {
    for (let c = 1; c < this.#scene.columns.length; c++) this.#into(c, arrays);
    this.#gather();
  }

  /** The same for one block, the next one at each call: sorting weights takes its time. */
  chooseNext(arrays) {
    this.#next = this.#next % (this.#scene.columns.length - 1) + 1;
    this.#into(this.#next, arrays);
    this.#gather();
  }

  #gather() {
    const found = this.#chosen.filter(Boolean);
    this.drawn = found.flatMap(({ links }) => links);
    this.hidden = found.reduce((sum, { hidden }) => sum + hidden, 0);
  }

  #into(c, arrays) {
    const given = strengths(this.#scene, arrays, c), most = Math.max(12, Math.min(MOST, Math.floor(TOTAL / (this.#scene.columns.length - 1))));
    if (!given) return;
    const { sizes, signs, inputs, outputs } = given, told = tieOf(this.#scene, c) === NORM || tieOf(this.#scene, c) === WEIGHT;
    const places = Uint32Array.from(sizes.keys()).filter(k => !(sizes[k] === 0)), shown = told ? choose(sizes, places, most) : evenly(places.length, most);
    const full = shown.reduce((large, k) => Math.max(large, sizes[places[k]]), 1e-6);
    const links = Array.from(shown, k => {
      const at = places[k];
      return { ...this.#between(c, Math.floor(at / outputs), at % outputs, inputs), size: sizes[at] / full, sign: signs[at] };
    });
    this.#chosen[c] = { links, hidden: told ? places.length - shown.length : 0 };
  }

  #between(c, from, to, inputs) {
    const key = (c * 4096 + from) * 64 + to;
    if (!this.#made.has(key)) this.#made.set(key, this.#make(c, from, to, inputs));
    return this.#made.get(key);
  }

  #make(c, from, to, inputs) {
    const { columns } = this.#layout, source = this.#scene.columns[c].from, a = columns[source], b = columns[c], end = b.tiles[to];
    const start = source === 0 ? this.#pad(to, b) : along(a.tiles, from, inputs);
    const x = source === 0 ? a.right : start.x + a.size / 2;
    const curve = cubic(x + OFF, start.y, end.x - b.size / 2 - b.kernel - OFF, end.y + spread(from, inputs, b));
    return { column: c, from, to, curve, path: lazy(() => pathOf(curve)) };
  }

  /** Where the link to a block's tile leaves the pad: fanned around its middle. */
  #pad(to, { tiles }) {
    const { y, size } = this.#layout.source ?? this.#layout.pad;
    return { y: y + size / 2 + (to - (tiles.length - 1) / 2) * Math.min(5, size * 0.7 / tiles.length) };
  }
}

/** The i-th of `inputs` places along tiles, which may be fewer or more. */
function along(tiles, i, inputs) {
  return tiles[inputs === tiles.length ? i : Math.min(tiles.length - 1, Math.floor(i / inputs * tiles.length))];
}

/** Ends of links fan out over a part of their tile, by their source. */
const spread = (from, inputs, { form, size }) => (form === "maps" && inputs > 1 ? ((from - (inputs - 1) / 2) / inputs) * size * 0.45 : 0);

/** Of `count` equal ones as many as may be drawn, from all over. */
export function evenly(count, most) {
  const shown = Math.min(count, most);
  return Uint32Array.from({ length: shown }, (_, k) => Math.floor((k + 0.5) * count / shown));
}

/** A path is made when it is drawn for the first time. */
function lazy(make) {
  let made = null;
  return () => (made ??= make());
}

function pathOf([x, y, ...rest]) {
  const path = new Path2D();
  path.moveTo(x, y);
  path.bezierCurveTo(...rest);
  return path;
}

export const width = size => 0.5 + 2.1 * size * size;

/** Strokes the links; `dash` is how far dashes have moved, null when they stand still; `share(link)` what is left of a link's opacity. */
export function drawLinks(context, links, dash, share) {
  for (const link of links) {
    const { size, sign } = link, line = width(size), running = dash !== null && sign && line > DASHED;
    context.globalAlpha = share(link) * 0.07 + 0.4 * size * size;
    context.lineWidth = sign ? line : 1;
    context.strokeStyle = sign ? scales.value.signed(0.8 * sign) : theme.ink3;
    context.setLineDash(running ? DASH : NONE);
    if (running) context.lineDashOffset = -dash - 5 * link.from - 3 * link.to;
    context.stroke(link.path());
  }
  context.setLineDash(NONE);
  context.globalAlpha = 1;
}
