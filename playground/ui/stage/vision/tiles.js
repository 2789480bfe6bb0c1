// The blocks' maps, kernels, strips and cells on the ground.
import { frame, hatch, mask } from "../canvas.js";
import { hue } from "../network/rail.js";
import { alpha, scales, theme } from "../theme.js";
import { frameOf } from "./layout.js";
import { Sheet } from "./sheet.js";
import { gradientsOf, mapsOf } from "./values.js";

const COLLAR = 3, RADIUS = 5, RIM = 0.2, RING = 2;

export class Tiles {
  #store; #scene; #layout; #sheets = []; #masks = []; #shown = [];

  constructor(store) {
    this.#store = store;
  }

  /** Takes in a new scene, size or theme; the caller paints afterwards. */
  arrange(layout, ratio) {
    this.#scene = this.#store.scene;
    this.#layout = layout;
    this.#sheets = this.#scene.columns.map(({ shape, shown }, c) => (c && layout.columns[c].form !== "picture" ? sheetOf(layout.columns[c], shape, shown.length) : null));
    this.#masks = layout.columns.map(column => (column.form === "maps" ? mask(column.size, RADIUS, ratio, COLLAR, RIM) : screen(column, ratio)));
    this.#shown = this.#sheets.map(() => null);
  }

  /** Makes the sheets anew whose values are; returns whether any is. */
  update() {
    let any = false;
    for (let c = 1; c < this.#sheets.length; c++) any = this.#renew(c) || any;
    return any;
  }

  #renew(c) {
    if (!this.#sheets[c]) return false;
    const sheet = this.#sheets[c], hot = gradientsOf(this.#store, c), blamed = arrived(hot), values = blamed ? hot : mapsOf(this.#store, c);
    if (values === this.#shown[c]) return false;
    this.#shown[c] = values;
    const known = values && (!this.#store.slow || arrived(values));
    if (!known) sheet.clear();
    else if (blamed) sheet.writeGradients(values);
    else sheet.write(values);
    sheet.blamed = blamed;
    return true;
  }

  /** Whether a block shows gradients. */
  blamed = c => this.#sheets[c]?.blamed === true;

  /** Paints a block's tiles: `share` of their opacity, the rest is paper. */
  paint(context, c, share = 1) {
    if (!this.#sheets[c]) return;
    context.imageSmoothingEnabled = false;
    if (this.#layout.columns[c].form === "maps") this.#maps(context, c);
    else this.#units(context, c);
    if (share < 1) this.#fade(context, c, 1 - share);
  }

  #maps(context, c) {
    const { size, tiles } = this.#layout.columns[c], sheet = this.#sheets[c], { shape } = this.#scene.columns[c], half = size / 2;
    tiles.forEach((tile, k) => {
      const box = frameOf(shape, size, tile);
      if (sheet.broken[k]) hatch(context, tile.x - half, tile.y - half, size, size, 0);
      else sheet.draw(context, k, box.x, box.y, box.width, box.height);
      context.drawImage(this.#masks[c], tile.x - half - COLLAR, tile.y - half - COLLAR, size + 2 * COLLAR, size + 2 * COLLAR);
    });
  }

  /** Cells and strips: one picture of all units, seen through a screen with holes. */
  #units(context, c) {
    const column = this.#layout.columns[c], sheet = this.#sheets[c], { x, y, width, height } = boxOf(column), { tiles, size, pitchY } = column;
    sheet.drawAll(context, x, y, width, height);
    const high = column.form === "strip" ? pitchY : size;
    if (sheet.broken.includes(1))
      tiles.forEach((tile, k) => sheet.broken[k] && hatch(context, tile.x - size / 2, tile.y - high / 2, size, high, 0));
    context.drawImage(this.#masks[c], x, y, width, height);
  }

  #fade(context, c, share) {
    const column = this.#layout.columns[c], { size, tiles } = column;
    context.fillStyle = alpha(theme.paper, share);
    if (column.form === "maps") for (const { x, y } of tiles) context.fillRect(x - size / 2, y - size / 2, size, size);
    else context.fillRect(...Object.values(boxOf(column)));
  }

  /** Kernels beside the maps they make, of several channels their mean. */
  kernels(context, c) {
    const column = this.#layout.columns[c], kernels = this.#store.arrays.get(`vision/kernels/${c}`);
    if (!column.kernel || !kernels) return;
    const [kh, kw, channels, outputs] = kernels.shape, { cell, tiles, size, kernel } = column, full = strongest(kernels);
    tiles.forEach(({ x, y }, j) => {
      const left = x - size / 2 - kernel + 3, top = y - (kh * cell - 1) / 2;
      context.fillStyle = theme.paper;
      context.fillRect(left - 3, top - 3, kw * cell + 5, kh * cell + 5);
      for (let t = 0; t < kh * kw; t++) {
        let sum = 0;
        for (let i = 0; i < channels; i++) sum += kernels[(t * channels + i) * outputs + j];
        context.fillStyle = scales.value.signed(sum / channels / full);
        context.fillRect(left + (t % kw) * cell, top + Math.floor(t / kw) * cell, cell - 1, cell - 1);
      }
    });
  }

  /** A ring around each tile of a block, `share` opaque: in the layer's colour, or in the gradients'. */
  ring(context, c, share, hot) {
    if (!this.#sheets[c]) return;
    const { tiles, size, form, left, pitchY } = this.#layout.columns[c];
    context.globalAlpha = share;
    const colour = hot ? theme.grad : hue(this.#scene, c) === theme.ink3 ? theme.ink : hue(this.#scene, c), half = size / 2 + 2.5;
    if (form === "strip") frame(context, left - 2, tiles[0].y - pitchY / 2 - 2, size + 4, tiles.length * pitchY + 4, 4, colour, RING);
    else for (const { x, y } of tiles) frame(context, x - half, y - half, 2 * half, 2 * half, form === "maps" ? 7.5 : 5, colour, size > 20 ? RING : 1.4);
    context.globalAlpha = 1;
  }
}

/** Slow motion sends what has not been computed yet as NaN throughout. */
const arrived = values => values !== undefined && !values.every(Number.isNaN);

/** A kernel's full colour: the largest weight of the block. */
const strongest = kernels => kernels.reduce((most, w) => Math.max(most, Math.abs(w)), 0.1);

function sheetOf({ form, down }, shape, count) {
  return form === "maps" ? new Sheet(count, shape, Math.min(4, count)) : new Sheet(count, [1, 1], form === "strip" ? count : down);
}

/** The box of cells or of a strip, a whole pitch to each unit: {x, y, width, height}. */
function boxOf({ tiles, down, across, pitchX, pitchY }) {
  return { x: tiles[0].x - pitchX / 2, y: tiles[0].y - pitchY / 2, width: across * pitchX, height: down * pitchY };
}

/** Paper with a rounded hole and a hairline for each cell of a column, or one hole for a strip. */
function screen(column, ratio) {
  if (column.form === "picture") return null;
  const { x, y, width, height } = boxOf(column), { form, size, tiles } = column, canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  const hole = tile => [tile.x - x - size / 2, tile.y - y - size / 2, size, size, Math.min(3.5, size / 4)];
  const holes = form === "strip" ? [[0, 0, width, height, 3]] : tiles.map(hole);
  [canvas.width, canvas.height] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
  context.scale(canvas.width / width, canvas.height / height);
  context.beginPath();
  context.rect(0, 0, width, height);
  for (const hole of holes) context.roundRect(...hole);
  context.fillStyle = theme.paper;
  context.fill("evenodd");
  const rim = alpha(theme.dark ? "#ffffff" : "#1d232b", form === "strip" ? RIM : 0.14);
  if (size > 6) for (const [left, top, w, h, radius] of holes) frame(context, left + 0.5, top + 0.5, w - 1, h - 1, radius - 0.5, rim);
  return canvas;
}
