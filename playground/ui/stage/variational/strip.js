// Pictures side by side on a canvas, as large as its width lets them be: rows of pictures, with words below each.
import { blank, fit, frame, text } from "../canvas.js";
import { alpha, theme } from "../theme.js";
import { Film } from "../vision/sheet.js";

const GAP = 6, LINE = 15, LARGEST = 78;

/** The grid of `columns` pictures in `rows` rows on a canvas of that size: {size, pitch, high}, with a line of words below each row or none. */
export function gridOf(width, height, columns, rows, lines) {
  const size = Math.floor(Math.min((width - (columns - 1) * GAP) / columns, (height - rows * GAP - lines * LINE) / rows, LARGEST));
  return { size, pitch: Math.min((width - size) / Math.max(1, columns - 1), size + 3 * GAP), high: size + GAP };
}

export class Strip {
  #canvas; #room = null; #film = null; #image = null;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  resize() {
    this.#room = fit(this.#canvas, true);
  }

  /** Which place (row, column) lies under a pixel of the canvas; null between pictures. */
  at(x, y, columns, rows, lines) {
    const { size, pitch, high } = gridOf(this.#room.width, this.#room.height, columns, rows, lines), column = Math.floor(x / pitch), row = Math.floor(y / high);
    return column < columns && row < rows && x - column * pitch <= size && y - row * high <= size ? [row, column] : null;
  }

  /** Paints `series`, rows of bytes (n, h, w, c), all of n pictures; `words` below each column, `marked` ones in a ring. */
  draw(image, series, { words = [], marked = [] } = {}) {
    if (!this.#room?.width) return;
    if (this.#image !== image) [this.#image, this.#film] = [image, new Film(image)];
    const { context, width, height } = this.#room, count = series[0].shape[0], { size, pitch, high } = gridOf(width, height, count, series.length, words.length ? 1 : 0);
    blank(context, width, height);
    context.imageSmoothingEnabled = false;
    series.forEach((pictures, row) => this.#row(context, pictures, row * high, size, pitch, marked));
    words.forEach((word, k) => text(context, word, k * pitch + size / 2, series.length * high + 9, { size: 11.5, fill: theme.ink2, align: "center" }));
  }

  #row(context, pictures, y, size, pitch, marked) {
    const [count, h, w, c] = pictures.shape, each = h * w * c, scale = size / Math.max(h, w);
    for (let k = 0; k < count; k++) {
      const x = k * pitch;
      this.#film.write(pictures.subarray(k * each, (k + 1) * each), 1 / 255);
      this.#film.draw(context, x + (size - w * scale) / 2, y + (size - h * scale) / 2, w * scale, h * scale);
      const ring = marked.includes(k);
      frame(context, x + 0.5, y + 0.5, size - 1, size - 1, 4, ring ? theme.ink : alpha(theme.ink, 0.16), ring ? 1.6 : 1);
    }
  }
}
