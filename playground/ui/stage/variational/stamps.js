// Points that are stamped by the hundreds, 60 times a second: straight into pixels, which takes a tenth of the time that as many pictures do.

/** Places within a pixel, each way, that a stamp is drawn at beforehand: points glide by less than a pixel. */
const PHASES = 4;

/** One stamp at all its places, `side` pixels each way: colours (0xAABBGGRR), place after place. `draw(context, x, y)` draws it. */
function sheetOf(side, draw) {
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d", { willReadFrequently: true }), words = [];
  canvas.width = canvas.height = side * PHASES;
  for (let y = 0; y < PHASES; y++) for (let x = 0; x < PHASES; x++) {
    draw(context, side * (x + 0.5) + x / PHASES, side * (y + 0.5) + y / PHASES);
    words.push(new Uint32Array(context.getImageData(side * x, side * y, side, side).data.buffer));
  }
  return words;
}

/** `share` of 255 of one colour over another, which is opaque. */
export function blended(over, under, share) {
  const mixed = shift => (((over >>> shift) & 255) * share + ((under >>> shift) & 255) * (255 - share) + 127) / 255 | 0;
  return (0xff000000 | (mixed(16) << 16) | (mixed(8) << 8) | mixed(0)) >>> 0;
}

export class Stamps {
  #side; #sheets; #image = null; #words; #ground;

  /** `side`: device pixels each way that a stamp with a pixel around it needs; each of `draws(context, x, y)` draws one, in device pixels. */
  constructor(side, draws) {
    this.#side = side;
    this.#sheets = draws.map(draw => sheetOf(side, draw));
  }

  /** What the stamps are put on: all that the context's canvas shows now. */
  keep(context) {
    this.#image = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    this.#words = new Uint32Array(this.#image.data.buffer);
    this.#ground = this.#words.slice();
  }

  /** The ground with stamps at points (n, 2), times `ratio` device pixels, in the middle of each; `kinds` says which. NaN is not drawn. */
  paint(context, at, kinds, ratio) {
    this.#words.set(this.#ground);
    for (let k = 0; k < kinds.length; k++) if (at[2 * k] === at[2 * k]) this.#put(kinds[k], ratio * at[2 * k], ratio * at[2 * k + 1]);
    context.putImageData(this.#image, 0, 0);
  }

  #put(kind, x, y) {
    const side = this.#side, { width, height } = this.#image, words = this.#words;
    const column = Math.round((x - side / 2) * PHASES), row = Math.round((y - side / 2) * PHASES), left = Math.floor(column / PHASES), top = Math.floor(row / PHASES);
    const stamp = this.#sheets[kind][(row - top * PHASES) * PHASES + column - left * PHASES];
    for (let j = Math.max(0, -top); j < Math.min(side, height - top); j++) {
      for (let i = Math.max(0, -left); i < Math.min(side, width - left); i++) {
        const over = stamp[j * side + i], share = over >>> 24, place = (top + j) * width + left + i;
        if (share) words[place] = share === 255 ? over : blended(over, words[place], share);
      }
    }
  }
}
