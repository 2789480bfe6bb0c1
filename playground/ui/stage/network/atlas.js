// Fields of many neurons as one picture off screen.
import { Sprite } from "../canvas.js";

const ACROSS = 16;

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
    context.imageSmoothingEnabled = side > 1;                    // one sample is one colour: nothing of its neighbours
    context.drawImage(this.sprite.canvas, (n % ACROSS) * side, Math.floor(n / ACROSS) * side, side, side, x, y, size, size);
  }
}
