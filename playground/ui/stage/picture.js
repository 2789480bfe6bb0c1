// From codes on a grid to colours: the arithmetic of the output picture, without a canvas.

const NAN_CODE = -32768;

/** Codes of one plane of a grid as values; not a number stays so. */
export function valuesOf(codes, offset, scale, out) {
  for (let k = 0; k < out.length; k++) {
    const code = codes[offset + k];
    out[k] = code === NAN_CODE ? NaN : code * scale;
  }
  return out;
}

/**
 * Doubles an n x n field, bilinear, into `out` (2n x 2n); `rows` is room for n x 2n. Samples lie at the middles of cells, so every
 * new one lies a quarter of the way to a neighbour; at the rim the nearest is repeated.
 */
export function double(field, n, rows, out) {
  const wide = 2 * n;
  for (let y = 0; y < n; y++) {
    for (let x = 0, from = y * n, to = y * wide; x < n; x++, to += 2) {
      const here = 0.75 * field[from + x];
      rows[to] = here + 0.25 * field[from + (x ? x - 1 : 0)];
      rows[to + 1] = here + 0.25 * field[from + (x < n - 1 ? x + 1 : x)];
    }
  }
  for (let y = 0; y < n; y++) {
    const here = y * wide, above = (y ? y - 1 : 0) * wide, below = (y < n - 1 ? y + 1 : y) * wide, to = 2 * y * wide;
    for (let x = 0; x < wide; x++) {
      const middle = 0.75 * rows[here + x];
      out[to + x] = middle + 0.25 * rows[above + x];
      out[to + wide + x] = middle + 0.25 * rows[below + x];
    }
  }
  return out;
}

const STEPS = 2048;

/** A colour for every value in -limit..limit, looked up: `share(value)` in -1..1 places it on the words of a scale. */
export class Lookup {
  constructor(limit, share, words) {
    this.limit = limit;
    this.gain = (STEPS - 1) / (2 * limit);
    this.words = Uint32Array.from({ length: STEPS }, (_, k) => words[Math.round(127 + 127 * share(k / this.gain - limit))]);
  }

  /** Colours of a field; not a number is transparent. */
  paint(field, out) {
    const { limit, gain, words } = this;
    for (let k = 0; k < out.length; k++) {
      const v = field[k];
      out[k] = v === v ? words[((v < -limit ? -limit : v > limit ? limit : v) + limit) * gain + 0.5 | 0] : 0;
    }
  }
}

/** From logits: the confidence of a sigmoid, or only its side. */
export const confidence = words => new Lookup(8, z => Math.tanh(z / 2), words);
export const sides = words => new Lookup(8, Math.sign, words);
/** From values in -1..1: as they are, or in bands of a quarter. */
export const plain = words => new Lookup(1, v => v, words);
export const bands = words => new Lookup(1, v => Math.max(-1, Math.min(1, Math.round(v * 4) / 4)), words);

const EXP_LOW = -16, EXP_GAIN = 64;
const EXP = Float32Array.from({ length: -EXP_LOW * EXP_GAIN + 1 }, (_, k) => Math.exp(EXP_LOW + k / EXP_GAIN));
const power = z => (z < EXP_LOW ? 0 : EXP[(z - EXP_LOW) * EXP_GAIN + 0.5 | 0]);

/**
 * Colours of k classes: the winner's, by its softmax probability from 1/k (pale) to 1 (full), or flat when `flat`.
 * `planes` are k fields of logits, `scales` the classes' words in order.
 */
export function paintClasses(planes, scales, flat, out) {
  const count = planes.length, share = 254 / (1 - 1 / count);
  for (let k = 0; k < out.length; k++) {
    let best = 0;
    for (let c = 1; c < count; c++) if (planes[c][k] > planes[best][k]) best = c;
    const top = planes[best][k];
    let sum = 0;
    for (let c = 0; c < count; c++) sum += power(planes[c][k] - top);
    const shade = flat ? 254 : Math.max(0, (1 / sum - 1 / count) * share) | 0;
    out[k] = sum === sum ? scales[best][shade] : 0;
  }
}

/** By how much a class beats the best other one, in logits: its border is where this is 0. */
export function margin(planes, which, out) {
  for (let k = 0; k < out.length; k++) {
    let other = -Infinity;
    for (let c = 0; c < planes.length; c++) if (c !== which && planes[c][k] > other) other = planes[c][k];
    out[k] = planes[which][k] - other;
  }
  return out;
}

/** The value of an n x n field at (u, v) in 0..1 from the left and the top, bilinear. */
export function sample(field, n, u, v) {
  const place = t => Math.max(0, Math.min(n - 1, t * n - 0.5)), x = place(u), y = place(v);
  const i = Math.min(n - 2, Math.floor(x)), j = Math.min(n - 2, Math.floor(y)), a = x - i, b = y - j, k = j * n + i;
  return (field[k] * (1 - a) + field[k + 1] * a) * (1 - b) + (field[k + n] * (1 - a) + field[k + n + 1] * a) * b;
}

/** Softmax probabilities. */
export function softmax(logits) {
  const top = Math.max(...logits), powers = logits.map(z => Math.exp(z - top)), sum = powers.reduce((a, b) => a + b, 0);
  return powers.map(p => p / sum);
}

export const sigmoid = z => 1 / (1 + Math.exp(-z));
