// All maps of a block as one picture off screen, made anew only when its values are.
import { Sprite } from "../canvas.js";
import { scales } from "../theme.js";
import { largest } from "./values.js";

/** Values smaller than this stay pale, so that a block that does nothing looks like nothing. */
const LEAST = 0.25, LEAST_GRADIENT = 1e-12;

/** The value that has the full colour among these. */
export const scaleOf = values => largest(values, LEAST);

export class Sheet {
  /** For `count` maps of h x w pixels, `down` of them below each other before the next ones beside. Units are maps of one pixel. */
  constructor(count, [h, w], down) {
    [this.count, this.h, this.w, this.down] = [count, h, w, down];
    this.sprite = new Sprite(w * Math.ceil(count / down), h * down);
    this.broken = new Uint8Array(count);
  }

  /** Values on the scale of values, around zero. */
  write(values) {
    this.#paint(values, scales.value.words, 127, 127 / scaleOf(values), false);
  }

  /** Gradients by their size, on the gradients' scale. */
  writeGradients(values) {
    this.#paint(values, scales.grad.words, 0, 254 / largest(values, LEAST_GRADIENT), true);
  }

  /** Zero everywhere: nothing has been computed yet. */
  clear() {
    this.broken.fill(0);
    this.sprite.words.fill(scales.value.words[127]);
    this.sprite.push();
  }

  #paint(values, words, zero, gain, sizes) {
    const { w, h, down, sprite } = this, out = sprite.words;
    let from = 0;
    for (let n = 0; n < this.count; n++) {
      let lost = 0, to = (n % down) * h * sprite.width + Math.floor(n / down) * w;
      for (let y = 0; y < h; y++, to += sprite.width - w) {
        for (let x = 0; x < w; x++) {
          const v = values[from++], code = zero + gain * (sizes && v < 0 ? -v : v);
          if (v !== v) lost = 1;
          out[to++] = words[code > 254 ? 254 : code > 0 ? code | 0 : 0];
        }
      }
      this.broken[n] = lost;
    }
    sprite.push();
  }

  draw(context, n, x, y, width, height) {
    const { w, h, down } = this;
    context.drawImage(this.sprite.canvas, Math.floor(n / down) * w, (n % down) * h, w, h, x, y, width, height);
  }

  /** All of them, side by side. */
  drawAll(context, x, y, width, height) {
    context.drawImage(this.sprite.canvas, x, y, width, height);
  }
}

/** A picture (h, w, c), values times `unit` are 0..1: ink on raised, or its own colours. */
export class Film {
  constructor([h, w, c]) {
    this.c = c;
    this.sprite = new Sprite(w, h);
  }

  write(values, unit = 1) {
    const out = this.sprite.words, { c } = this;
    for (let k = 0; k < out.length; k++) out[k] = c === 3 ? coloured(values, 3 * k, unit * 255) : inked(values[c * k] * unit);
    this.sprite.push();
  }

  draw(context, x, y, width, height) {
    context.drawImage(this.sprite.canvas, x, y, width, height);
  }
}

const inked = v => scales.picture.words[v > 1 ? 254 : v > 0 ? (254 * v) | 0 : 0];
const coloured = (values, k, gain) =>
  (0xff000000 | (byte(values[k + 2] * gain) << 16) | (byte(values[k + 1] * gain) << 8) | byte(values[k] * gain)) >>> 0;
const byte = v => (v > 255 ? 255 : v > 0 ? v | 0 : 0);

