// Neurons: tiles with their fields, bias bars, output nodes, names of features, and what slow motion writes on them.
import { clamp, fillRound, frame, hatch, mask, text } from "../canvas.js";
import { thousands } from "../format.js";
import { filled } from "../points.js";
import { layout as places } from "../store.js";
import { font, scales, serif, theme } from "../theme.js";
import { Atlas } from "./atlas.js";
import { outputNames } from "./layout.js";

/** The bias that fills its bar. */
const FULL = 2;
const OFF = 0.34, BESIDE = 0.8;
/** Paper around a tile, so that links end cleanly, and the opacity of the hairline inside it. */
const COLLAR = 2.5, RIM = 0.22;
/** How far the outline of a hovered tile reaches beyond it. */
const EDGE = 3.5;

export class Tiles {
  constructor(store) {
    this.store = store;
    this.masks = new Map();
    /** The colour around what is hovered. */
    this.outline = theme.ink;
    /** The neuron that is inspected, as store.setHover has it, or null. */
    this.inspected = null;
    /** What remains of a column's opacity. */
    this.share = () => 1;
    /** Fields of what is fed, as bytes, where they change with each frame; null where the scene has them. */
    this.inputs = () => null;
  }

  /** Takes in a new scene, size or theme; the caller paints afterwards. */
  arrange(layout, ratio) {
    const { scene, arrays } = this.store, side = scene.tile;
    this.scene = scene;
    this.layout = layout;
    this.ratio = ratio;
    this.places = places(scene.columns);
    this.last = scene.columns.length - 1;
    this.masks.clear();
    this.names = outputNames(scene);
    this.features = new Atlas(scene.features.length, side);
    this.features.write(arrays.get("scene/network/features") ?? new Uint8Array(0), scales.value.words);
    this.fields = new Atlas(Math.max(1, this.places[this.last].unit), side);
    this.bars = new Int16Array(this.places[this.last].unit + this.places[this.last].units);
    this.#update();
  }

  /** Paints everything anew. `marks` are slow motion's, by column. */
  paint(context, marks, hover) {
    context.clearRect(0, 0, this.layout.width + COLLAR * 20, this.layout.height);
    this.bars.fill(-32768);
    this.#update();
    this.#each((column, c, t) => this.#neuron(context, column, c, t, hover));
    this.#each((column, c, t) => this.#mark(context, column, c, t, marks?.[c]));
    this.#featureNames(context, marks);
    this.scene.columns.forEach((column, c) => column.units > column.shown.length && this.#share(context, column, this.layout.columns[c]));
  }

  /** Paints only what a new frame changes: fields, and bars that moved. */
  refresh(context, hover) {
    this.#update();
    this.#each((column, c, t) => {
      if (c < this.last && (c > 0 || this.fed)) this.#field(context, column, c, t, hover);
      if (c > 0 && column.ports) this.#port(context, column, c, t, hover);
    });
  }

  #update() {
    const codes = this.store.arrays.get("network/fields");
    this.fed = this.inputs(this.store);
    if (this.fed) this.features.write(this.fed, scales.value.words);
    if (codes) this.fields.write(codes, scales.value.words);
    else this.fields.clear(scales.value.words);
  }

  #each(visit) {
    this.layout.columns.forEach((column, c) => {
      for (let t = 0; t < column.tiles.length && !column.hidden; t++) visit(column, c, t);
    });
  }

  #opacity(c, t, hover) {
    if (c === 0 && !this.scene.features[t].on) return OFF;
    return hover?.type === "neuron" && !this.#hovered(c, t, hover) ? BESIDE : 1;
  }

  #hovered(c, t, hover) {
    if (hover?.type === "feature") return c === 0 && hover.unit === t;
    if (hover?.type !== "neuron" && hover?.type !== "bias") return false;
    return hover.column === c && this.layout.columns[c].units[hover.unit] === t;
  }

  #neuron(context, column, c, t, hover) {
    if (c === this.last) this.#output(context, column, t, hover);
    else this.#field(context, column, c, t, hover);
    if (c > 0 && column.ports) this.#port(context, column, c, t, hover);
  }

  /** The square of a field, then the mask that rounds it. */
  #field(context, column, c, t, hover) {
    const { size, radius, tiles } = column, x = tiles[t].x - size / 2, y = tiles[t].y - size / 2;
    const share = this.#opacity(c, t, hover), atlas = c === 0 ? this.features : this.fields;
    const n = c === 0 ? t : this.places[c].unit + t;
    if (hover) context.clearRect(x - EDGE, y - EDGE, size + 2 * EDGE, size + 2 * EDGE);
    context.globalAlpha = share * this.share(c);
    if (atlas.broken[n]) hatch(context, x, y, size, size, radius);
    atlas.draw(context, n, x, y, size);
    context.globalAlpha = share;
    context.drawImage(this.#mask(size, radius), x - COLLAR, y - COLLAR, size + 2 * COLLAR, size + 2 * COLLAR);
    context.globalAlpha = 1;
    if (this.#hovered(c, t, hover)) around(context, column, t, COLLAR, this.outline, 2);
    else if (this.#hovered(c, t, this.inspected)) around(context, column, t, COLLAR, theme.ink3, 1.5);
  }

  #mask(size, radius) {
    if (!this.masks.has(size)) this.masks.set(size, mask(size, radius, this.ratio, COLLAR, RIM));
    return this.masks.get(size);
  }

  /** The bias: a bar that leaves the middle of a pill on the side where links come in. Painted only when it moved. */
  #port(context, column, c, t, hover) {
    const value = this.store.arrays.get("network/weights")?.[this.places[c].bias + t] || 0, place = this.places[c].unit + t;
    const length = column.size - 6, half = length / 2 - 1, bar = clamp(value / FULL, -1, 1) * half, step = Math.round(bar * 4);
    if (step === this.bars[place]) return;
    this.bars[place] = step;
    const { x, y } = column.tiles[t], turned = this.layout.turned, edge = (turned ? y : x) - column.size / 2 - 10;
    context.globalAlpha = this.share(c) * this.#opacity(c, t, hover);
    context.save();
    context.translate(turned ? x : edge, turned ? edge : y);
    if (turned) context.transform(0, 1, -1, 0, 0, 0);
    drawBar(context, length, bar, value);
    context.restore();
    context.globalAlpha = 1;
  }

  /** An output: a round node with the sign of its activation, or with its class's colour and name. */
  #output(context, column, t, hover) {
    const { x, y } = column.tiles[t], r = column.size / 2, several = column.tiles.length > 1;
    const marked = this.#hovered(this.last, t, this.inspected) ? theme.ink3 : theme.line2;
    const [line, rim] = this.#hovered(this.last, t, hover) ? [2, this.outline] : [1.5, marked];
    context.globalAlpha = this.share(this.last);
    circle(context, x, y, r, rim, line, theme.raised);
    context.globalAlpha = 1;
    if (several) this.#class(context, x, y, r, t);
    else this.#sign(context, x, y);
  }

  #sign(context, x, y) {
    const { activation, names } = this.scene.columns[this.last], symbol = activation?.symbol || names?.[0] || "y";
    if (symbol.length <= 2) text(context, symbol, x, y + 0.5, { fill: theme.ink, align: "center", base: "middle", face: serif(17) });
    else text(context, symbol, x, y + 0.5, { size: 11.5, fill: theme.ink, align: "center", base: "middle" });
  }

  #class(context, x, y, r, t) {
    const { turned } = this.layout, dot = Math.max(2.5, r * 0.42);
    if (this.scene.task === "classification") filled(context, this.scene, t, x, y, dot);
    else circle(context, x, y, dot, null, 0, theme.ink3);
    if (r < 5) return;
    const look = { size: r > 8 ? 12.5 : 11.5, fill: theme.ink2, align: turned ? "center" : "left", base: turned ? "alphabetic" : "middle" };
    const room = turned ? 2 * r + 8 : this.layout.width - x - r - 7 + LAST;
    text(context, fitted(context, this.names[t], room, look.size), turned ? x : x + r + 7, turned ? y + r + 15 : y + 0.5, look);
  }

  /** Of a wide layer: how many of its neurons are drawn. */
  #share(context, { shown, units }, column) {
    const low = Math.max(...column.tiles.map(t => t.y)) + column.size / 2 + 17, { turned, width } = this.layout;
    const said = `${shown.length} of ${thousands(units)} neurons`;
    const look = { size: 11.5, fill: theme.ink3, align: turned ? "right" : "center", halo: true };
    text(context, said, turned ? width - 2 : column.station, low, look);
  }

  /** Features' names: all in the same size, the larger one if they fit in it. */
  #featureNames(context, marks) {
    const column = this.layout.columns[0];
    if (column.block) return;
    context.font = font(14);
    const fit = this.scene.features.every(({ label }) => context.measureText(label).width <= this.layout.names);
    const { turned } = this.layout, size = turned ? 11.5 : column.ports && fit ? 14 : 12.5, half = column.size / 2;
    const room = turned ? column.pitch - 2 : this.layout.names, placed = turned ? { align: "center" } : { align: "right", base: "middle" };
    this.scene.features.forEach(({ label, on }, t) => {
      const { x, y } = column.tiles[t], lift = marks && on && column.ports ? 7 : 0, look = { size, fill: on ? theme.ink : theme.ink3, ...placed };
      text(context, fitted(context, label, room, size), turned ? x : x - half - 11, turned ? y - half - 7 : y - lift, look);
    });
  }

  /** The ring of slow motion and the sample's number: below the tile, of features beside their names. */
  #mark(context, column, c, t, mark) {
    const unit = column.units.indexOf(t);
    if (!mark || unit < 0) return;
    const { x, y } = column.tiles[t], half = column.size / 2, line = mark.hot ? 2 : 1.8;
    if (c === this.last) circle(context, x, y, half + 1, mark.hue, line);
    else around(context, column, t, 1.5, mark.hue, column.ports ? line : 1.2);
    if (column.ports) this.#number(context, column, c, x, y, half, mark, unit);
  }

  #number(context, column, c, x, y, half, mark, unit) {
    const look = { size: 11.5, weight: 600, fill: mark.hot ? theme.grad : theme.ink, align: "center", halo: true };
    const several = c === this.last && column.tiles.length > 1;
    const said = mark.number(unit), { turned } = this.layout;
    if (c === 0 && !turned) text(context, said, x - half - 11, y + 9, { ...look, align: "right", base: "middle" });
    else if (several && !turned) text(context, said, x + half + 7, y + 13, { ...look, align: "left", base: "middle" });
    else if (c > 0) text(context, said, x, y + half + (c === this.last ? 16 : 13.5) + (several ? 14 : 0), look);
  }
}

/** What a name may use to the right of the host: the gap before the output. */
const LAST = 22;

/** The bar of a bias in a frame whose x runs along the way; (0, 0) is the middle of the pill's near side. */
function drawBar(context, length, bar, value) {
  fillRound(context, -1.5, -length / 2 - 1.5, 9, length + 3, 4, theme.paper);
  fillRound(context, 0, -length / 2, 6, length, 3, theme.line2);
  const size = Math.max(1.5, Math.abs(bar)), round = clamp(size - (length / 2 - 3), 0, 3);
  context.beginPath();
  if (value > 0) context.roundRect(0, -size, 6, size, [round, round, 0, 0]);
  else context.roundRect(0, 0, 6, size, [0, 0, round, round]);
  context.fillStyle = value ? scales.value.signed(0.95 * Math.sign(value)) : theme.ink3;
  context.fill();
  context.fillStyle = theme.ink;
  context.fillRect(0, -0.5, 6, 1);
}

/** A line around a tile, `distance` away from it. */
function around(context, { tiles, size, radius }, t, distance, colour, line) {
  const side = size + 2 * distance;
  frame(context, tiles[t].x - side / 2, tiles[t].y - side / 2, side, side, radius + distance, colour, line);
}

function circle(context, x, y, r, stroke, line, fill) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  if (fill) context.fillStyle = fill;
  if (fill) context.fill();
  if (!stroke) return;
  context.lineWidth = line;
  context.strokeStyle = stroke;
  context.stroke();
}

/** A name cut to the room it has, its unit in brackets first. */
function fitted(context, name, room, size) {
  context.font = font(size);
  const fits = words => context.measureText(words).width <= room, bare = name.replace(/\s*\([^)]*\)$/, "");
  if (fits(name)) return name;
  if (fits(bare)) return bare;
  let end = bare.length - 1;
  while (end > 1 && !fits(`${bare.slice(0, end)}…`)) end--;
  return `${bare.slice(0, end)}…`;
}
