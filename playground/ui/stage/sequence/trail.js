// What units said about characters that have left the window while text is written on.
import { grown } from "./prose.js";
import { lengthOf, valueAt } from "./values.js";

/** Characters kept. */
const MOST = 640;

export class Trail {
  #text = ""; #column = ""; #kept = [];

  clear() {
    [this.#text, this.#kept] = ["", []];
  }

  /** Notes what all shown units of a column's half say about the newest characters of the text. */
  note(store, { column, half }, text, state) {
    const where = `${column} ${half}`, by = grown(this.#text, text), units = store.scene.columns[column].shown.length, length = lengthOf(store);
    if (where !== this.#column || by === text.length) this.clear();
    this.#column = where;
    if (text === this.#text) return;
    const one = t => Float32Array.from({ length: units }, (_, k) => valueAt(store, column, state, half, k, t) ?? NaN);
    const count = Math.min(this.#text ? by : length, length);
    for (let k = count; k > 0; k--) this.#kept.push(one(length - k));
    this.#kept.splice(0, Math.max(0, this.#kept.length - MOST));
    this.#text = text;
  }

  /** What a unit said about the character that is `back` before the newest; NaN when nobody noted it. */
  value(back, { column, half, unit }) {
    return this.#column === `${column} ${half}` ? this.#kept.at(-1 - back)?.[unit] ?? NaN : NaN;
  }
}
