// The blocks' maps, kernels, strips and cells on the ground.
import { fillRound, frame, hatch, mask } from "../canvas.js";
import { hue } from "../network/rail.js";
import { alpha, scales, theme } from "../theme.js";
import { frameOf } from "./layout.js";
import { Sheet } from "./sheet.js";
import { gradientsOf, mapsOf } from "./values.js";

const COLLAR = 2.5, RADIUS = 5, RIM = 0.2, RING = 2;

export class Tiles {
  #store; #scene; #layout; #sheets = []; #masks = []; #shown = [];

  constructor(store) {
    this.#store = store;
  }

  /** Takes in a new scene, size or theme; the caller paints afterwards. */
  arrange(layout, ratio) {
    this.#scene = this.#store.scene;
    this.#layout = layout;
    this.#sheets = this.#scene.columns.map(({ shape, shown }, c) => (c ? new Sheet(shown.length, shape.length === 3 ? shape : [1, 1]) : null));
    this.#masks = layout.columns.map(({ form, size }) => (form === "maps" ? mask(size, RADIUS, ratio, COLLAR, RIM) : null));
    this.#shown = [];
  }

  /** Makes the sheets anew whose values are; returns whether any is. */
  update() {
    let any = false;
    for (let c = 1; c < this.#sheets.length; c++) any = this.#renew(c) || any;
    return any;
  }

  #renew(c) {
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

  /** Paints a block's tiles: `share` of their opacity; on paper they are opaque. */
  paint(context, c, share = 1) {
    const { form } = this.#layout.columns[c];
    context.globalAlpha = share;
    if (form === "maps") this.#maps(context, c);
    else if (form === "strip") this.#strip(context, c);
    else if (form === "cells") this.#cells(context, c);
    context.globalAlpha = 1;
  }

  #maps(context, c) {
    const { size, tiles } = this.#layout.columns[c], sheet = this.#sheets[c], { shape } = this.#scene.columns[c], half = size / 2;
    context.imageSmoothingEnabled = false;
    tiles.forEach((tile, k) => {
      const box = frameOf(shape, size, tile);
      if (sheet.broken[k]) hatch(context, tile.x - half, tile.y - half, size, size, 0);
      else sheet.draw(context, k, box.x, box.y, box.width, box.height);
      context.drawImage(this.#masks[c], tile.x - half - COLLAR, tile.y - half - COLLAR, size + 2 * COLLAR, size + 2 * COLLAR);
    });
  }

  /** A flattened picture: all its shown values in one narrow strip. */
  #strip(context, c) {
    const column = this.#layout.columns[c], sheet = this.#sheets[c], { tiles, size, pitchY } = column;
    context.imageSmoothingEnabled = false;
    tiles.forEach(({ x, y }, k) => {
      const top = Math.round(2 * (y - pitchY / 2)) / 2, bottom = Math.round(2 * (y + pitchY / 2)) / 2;
      if (sheet.broken[k]) hatch(context, x - size / 2, top, size, bottom - top, 0);
      else sheet.draw(context, k, x - size / 2, top, size, bottom - top);
    });
    frame(context, column.left + 0.5, tiles[0].y - pitchY / 2, size - 1, tiles.length * pitchY, 2, alpha(theme.ink, RIM));
  }

  #cells(context, c) {
    const { tiles, size } = this.#layout.columns[c], sheet = this.#sheets[c], radius = Math.min(3.5, size / 4), { words, width } = sheet.sprite;
    const rim = alpha(theme.dark ? "#ffffff" : "#1d232b", 0.14);
    tiles.forEach(({ x, y }, k) => {
      const colour = css(words[Math.floor(k / 8) * width + (k % 8)]);
      if (sheet.broken[k]) hatch(context, x - size / 2, y - size / 2, size, size, radius);
      else fillRound(context, x - size / 2, y - size / 2, size, size, radius, colour);
      if (size > 6) frame(context, x - size / 2 + 0.5, y - size / 2 + 0.5, size - 1, size - 1, radius - 0.5, rim);
    });
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

const css = word => `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
