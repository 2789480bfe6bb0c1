// Fields of many neurons as one picture off screen, and the paper mask that gives each tile its rounded corners.
import { Sprite } from "../canvas.js";
import { alpha, theme } from "../theme.js";

const ACROSS = 16;
/** Paper around a tile, so that links end cleanly. */
export const COLLAR = 2.5;

/** Square fields of `side` samples, sixteen in a row. */
export class Atlas {
  constructor(count, side) {
    this.side = side;
    this.count = count;
    this.sprite = new Sprite(side * Math.min(count, ACROSS), side * Math.ceil(count / ACROSS));
    this.broken = new Uint8Array(count);
  }

  /** Paints the fields' codes 0..254 through the 256 `words` of a scale; a field with a code 255 is marked as broken. */
  write(codes, words) {
    for (let n = 0; n < this.count; n++) this.broken[n] = this.#one(codes, n, words);
    this.sprite.push();
  }

  #one(codes, n, words) {
    const { side, sprite } = this, out = sprite.words, end = (n + 1) * side * side;
    let from = n * side * side, to = (Math.floor(n / ACROSS) * sprite.width + (n % ACROSS)) * side, lost = 0;
    while (from < end) {
      for (let x = 0; x < side; x++) {
        const code = codes[from++];
        if (code === 255) lost = 1;
        out[to++] = words[code];
      }
      to += sprite.width - side;
    }
    return lost;
  }

  /** Colours all fields as zero: nothing has been computed yet. */
  clear(words) {
    this.sprite.words.fill(words[127]);
    this.broken.fill(0);
    this.sprite.push();
  }

  draw(context, n, x, y, size) {
    const { side } = this;
    context.drawImage(this.sprite.canvas, (n % ACROSS) * side, Math.floor(n / ACROSS) * side, side, side, x, y, size, size);
  }
}

/** Canvas with a collar of paper, a rounded hole of `size`, and a hairline inside the hole; drawn over a square field it rounds it. */
export function mask(size, radius, ratio) {
  const side = size + 2 * COLLAR, canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  canvas.width = canvas.height = Math.ceil(side * ratio);
  context.scale(ratio, ratio);
  context.beginPath();
  context.roundRect(0, 0, side, side, radius + COLLAR);
  context.roundRect(COLLAR, COLLAR, size, size, radius);
  context.fillStyle = theme.paper;
  context.fill("evenodd");
  context.beginPath();
  context.roundRect(COLLAR + 0.5, COLLAR + 0.5, size - 1, size - 1, radius - 0.5);
  context.strokeStyle = alpha(theme.dark ? "#ffffff" : "#1d232b", 0.22);
  context.stroke();
  return canvas;
}
