// Links: which there are, where they run, which are strong enough to be drawn, and how.
import { clamp, cubic } from "../canvas.js";
import { layout as places } from "../store.js";
import { scales, theme } from "../theme.js";

/** Above MANY links only the STRONGEST are drawn. */
export const MANY = 320, STRONGEST = 160;
/** Links wider than this carry dashes while it trains. */
const DASHED = 1.1, DASH = [11, 4], NONE = [], LOST = [2, 3];

export const width = w => Math.min(8, 0.6 + 1.7 * Math.abs(w));
export const opacity = w => clamp(0.14 + 0.5 * Math.abs(w), 0.14, 0.86);
export const colour = w => scales.value.signed(Math.sign(w) * Math.min(1, 0.22 + 0.55 * Math.abs(w)));

/** All links of a scene, numbered: those of column 1 first, row by row of their weights. */
export class Links {
  constructor(scene, layout) {
    this.layout = layout;
    this.places = places(scene.columns);
    this.from = scene.columns.map(column => column.from);
    this.count = this.places.reduce((sum, p) => sum + (p.inputs ?? 0) * p.units, 0);
    this.columns = new Uint8Array(this.count);
    this.sources = new Uint16Array(this.count);
    this.units = new Uint16Array(this.count);
    this.weights = new Uint32Array(this.count);
    this.curves = new Array(this.count);
    this.paths = new Array(this.count);
    this.first = [0];
    this.#number();
    this.drawn = new Uint32Array(0);
  }

  #number() {
    let k = 0;
    this.places.forEach((place, column) => {
      this.first[column] = k;
      for (let n = 0; n < (place.inputs ?? 0) * place.units; n++, k++) {
        this.columns[k] = column;
        this.sources[k] = Math.floor(n / place.units);
        this.units[k] = n % place.units;
        this.weights[k] = place.weight + n;
      }
    });
  }

  /** The number of the link into `unit` of `column` from its input `source`. */
  index(column, source, unit) {
    return this.first[column] + source * this.places[column].units + unit;
  }

  get thinned() {
    return this.count > MANY;
  }

  /** The cubic of a link: from the middle of a tile's far side to the port, where ends fan out by their source. */
  curve(k) {
    return (this.curves[k] ??= curve(this.layout, this.from[this.columns[k]], this.columns[k], this.sources[k], this.units[k]));
  }

  /** The same as a path to stroke. */
  path(k) {
    return (this.paths[k] ??= pathOf(this.curve(k)));
  }

  /** Chooses what is drawn, the weak first: the strongest if there are many, and all links of the neuron that is hovered. */
  choose(values, hover) {
    const strongest = choose(values, this.weights, this.thinned ? STRONGEST : this.count, this.first.slice(1));
    const own = hover ? this.#touching(hover) : [];
    const seen = new Set(strongest);
    const added = own.filter(k => !seen.has(k)).sort((a, b) => Math.abs(values[this.weights[a]]) - Math.abs(values[this.weights[b]]));
    this.drawn = Uint32Array.from([...added, ...strongest]);
  }

  #touching(hover) {
    const found = [];
    for (let k = 0; k < this.count; k++) if (this.touches(k, hover)) found.push(k);
    return found;
  }

  /** Whether a link belongs to what is hovered: is it, or begins or ends at that neuron. */
  touches(k, hover) {
    const column = this.columns[k];
    if (hover.type === "link") return column === hover.column && this.sources[k] === hover.from && this.units[k] === hover.to;
    if (hover.type === "feature") return false;
    if (column === hover.column) return this.units[k] === hover.unit;
    return hover.type === "neuron" && this.from[column] === hover.column && this.sources[k] === hover.unit;
  }
}

function curve(layout, from, column, source, unit) {
  const a = layout.columns[from], b = layout.columns[column], start = (a.exits ?? a.tiles)[a.units[source]], end = b.tiles[b.units[unit]];
  const leave = a.exits ? 0 : a.size / 2 + 2, arrive = b.size / 2 + (b.ports ? 9 : 2), inputs = a.units.length;
  const fan = ((source - (inputs - 1) / 2) / inputs) * b.size * 0.55;
  if (layout.turned) return cubic(start.x, start.y + leave, end.x + fan, end.y - arrive, true);
  return cubic(start.x + leave, start.y, end.x - arrive, end.y + fan);
}

function pathOf([x, y, ...rest]) {
  const path = new Path2D();
  path.moveTo(x, y);
  path.bezierCurveTo(...rest);
  return path;
}

/**
 * Numbers of the `most` strongest links, the weak first: for one half the strongest of each column, which begins at its number in
 * `firsts`, for the rest the strongest of all. What is not a number counts as strong, for it must be seen.
 */
export function choose(values, weights, most, firsts = [0]) {
  const sizes = Float32Array.from(weights, place => (Number.isNaN(values[place]) ? Infinity : Math.abs(values[place])));
  const byStrength = (a, b) => sizes[b] - sizes[a], kept = new Set();
  if (sizes.length > most) {
    const share = Math.floor(most / 2 / firsts.length);
    firsts.forEach((first, k) => top(sizes, first, firsts[k + 1] ?? sizes.length, share).forEach(link => kept.add(link)));
  }
  for (const link of top(sizes, 0, sizes.length, most)) if (kept.size < most) kept.add(link);
  return Uint32Array.from(kept).sort(byStrength).reverse();
}

/** Numbers of the `most` largest sizes from `first` to before `end`, the largest first. */
function top(sizes, first, end, most) {
  const span = sizes.subarray(first, end), least = most < span.length ? span.slice().sort()[span.length - most] : -1, found = [];
  for (let k = first; k < end; k++) if (sizes[k] >= least) found.push(k);
  return found.sort((a, b) => sizes[b] - sizes[a]).slice(0, most);
}

/**
 * Strokes the chosen links.
 * @param {{values: Float32Array, dash: number|null, share: (k: number) => number, shown: number}} how: `dash` is how far dashes
 *   have moved, null when they stand still; `share` what remains of a link's opacity; `shown` a link to be seen however weak it is.
 */
export function drawLinks(context, links, { values, dash, share, shown }) {
  context.lineCap = "butt";
  for (const k of links.drawn) {
    const w = values[links.weights[k]];
    context.globalAlpha = k === shown ? 0.95 : share(k) * opacity(w);
    context.lineWidth = Math.max(width(w), k === shown ? 2 : 0);
    if (Number.isNaN(w)) strokeLost(context, links.path(k), share(k));
    else stroke(context, links.path(k), w, dash === null ? null : dash + phase(links, k));
  }
  context.setLineDash(NONE);
  context.globalAlpha = 1;
}

/** Links before their weights are known: at 10 %, some of them if there are many. */
export function drawBlank(context, links) {
  context.globalAlpha = 0.1;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1;
  for (let k = 0; k < links.count; k += Math.ceil(links.count / MANY)) {
    context.stroke(links.path(k));
  }
  context.globalAlpha = 1;
}

const phase = (links, k) => links.columns[k] * 7 + links.sources[k] * 5 + links.units[k] * 3;

function stroke(context, path, w, dash) {
  const running = dash !== null && width(w) > DASHED;
  context.strokeStyle = colour(w);
  context.setLineDash(running ? DASH : NONE);
  if (running) context.lineDashOffset = -dash;
  context.stroke(path);
}

/** A weight that is not a number: thin dots of ink. */
function strokeLost(context, path, share) {
  context.lineWidth = 1;
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.6 * share;
  context.setLineDash(LOST);
  context.stroke(path);
}
