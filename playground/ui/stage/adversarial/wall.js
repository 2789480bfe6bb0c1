// The wall where two networks meet over pictures: samples of fixed noise, in rows by class where there are some, with the verdict on each; real ones beside.
import { clamp, fillRound, fit, frame, text } from "../canvas.js";
import { pointer, setAttribute } from "../dom.js";
import { number } from "../format.js";
import { theme } from "../theme.js";
import { Film } from "../vision/sheet.js";

/** Gap between pictures, between samples and real ones; the bar of a verdict; room for classes' names. */
const GAP = 4, APART = 22, BAR = 3, NAMES = 18, HEAD = 22;
/** Side of the large picture under the pointer, as a share of the wall. */
const LARGE = 0.42;
/** Columns of real pictures beside, and rows of them that the picture of the followed noise takes at the foot. */
const REAL_COLUMNS = 2, FOLLOWED_ROWS = 3;

/**
 * Places `rows` x `columns` samples and two columns of real ones in a square of `size`.
 * @returns {{cell, pitch, left, top, real, rows, columns}} `cell` is a picture's side, `left` and `real` where samples and real ones begin.
 */
export function placeWall(size, rows, columns, named) {
  const left = named ? NAMES : 0, across = (size - left - APART - (columns + REAL_COLUMNS - 2) * GAP) / (columns + REAL_COLUMNS);
  const down = (size - HEAD) / rows - GAP - BAR, cell = Math.floor(Math.max(6, Math.min(across, down))), used = left + APART + (columns + REAL_COLUMNS) * (cell + GAP) - 2 * GAP;
  const start = left + Math.max(0, Math.floor((size - used) / 2)), top = HEAD + Math.max(0, Math.floor((size - HEAD - rows * (cell + GAP + BAR)) / 2));
  return { cell, pitch: [cell + GAP, cell + GAP + BAR], left: start, top, real: start + columns * (cell + GAP) - GAP + APART, rows, columns };
}

/** The picture at (x, y): {kind: "fake" | "real", row, column}, or null. */
export function pickWall({ cell, pitch: [across, down], left, top, real, rows, columns }, x, y) {
  const row = Math.floor((y - top) / down), at = (start, count) => {
    const column = Math.floor((x - start) / across);
    return column >= 0 && column < count && x - start - column * across <= cell ? column : -1;
  };
  if (row < 0 || row >= rows) return null;
  for (const [kind, column] of [["fake", at(left, columns)], ["real", at(real, REAL_COLUMNS)]]) if (column >= 0) return { kind, row, column };
  return null;
}

export class Wall {
  #host; #canvas; #store; #room = null; #hover = null; #film = null; #sizes = ""; #stale = true;

  constructor(root, store) {
    this.#host = root.querySelector(".wall");
    this.#canvas = this.#host.querySelector("canvas");
    this.#store = store;
    pointer(this.#canvas, (x, y) => this.#look(this.#room && pickWall(this.#placed, x, y)), () => this.#look(null));
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#canvas.addEventListener("blur", () => this.#look(null));
  }

  get #wall() {
    return this.#store.arrays.get("adversarial/wall");
  }

  get #placed() {
    const [rows, columns] = this.#wall?.shape ?? [8, 8];
    return placeWall(this.#room.width, rows, columns, this.#names !== null);
  }

  /** Names of the rows where they are classes. */
  get #names() {
    return this.#store.scene.adversarial.conditional ? this.#store.scene.adversarial.classes ?? this.#store.scene.classes : null;
  }

  #look(hover) {
    if (JSON.stringify(hover) === JSON.stringify(this.#hover)) return;
    this.#hover = hover;
    this.#stale = true;
  }

  #key(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    const { rows, columns } = this.#placed, { row, column } = this.#hover ?? { row: 0, column: -dx };
    this.#look({ kind: "fake", row: clamp(row + dy, 0, rows - 1), column: clamp(column + dx, 0, columns - 1) });
    event.preventDefault();
    event.stopPropagation();
  }

  arrange() {
    const { image, data } = this.#store.scene.adversarial;
    this.#host.hidden = data !== "picture";
    if (this.#host.hidden) return;
    this.#room = fit(this.#canvas, true);
    if (String(image) !== this.#sizes) this.#film = new Film(image);
    this.#sizes = String(image);
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { fresh } = this.#store;
    if (!this.#room || this.#host.hidden || !this.#wall) return;
    if (!this.#stale && !fresh.has("adversarial/wall") && !changed.scene) return;
    this.#stale = false;
    const { context, width, height } = this.#room, placed = this.#placed;
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    this.#samples(context, placed);
    this.#real(context, placed);
    this.#followed(context, placed);
    if (this.#hover) this.#large(context, placed, width);
    this.#describe();
  }

  #samples(context, placed) {
    const verdicts = this.#store.arrays.get("adversarial/verdicts"), names = this.#names, { cell, left, top, pitch, rows, columns } = placed;
    text(context, "generated", left, HEAD - 8, { size: 12.5, fill: theme.ink2 });
    for (let row = 0; row < rows; row++) {
      if (names) text(context, String(names[row] ?? row), left - 6, top + row * pitch[1] + cell / 2, { size: 12.5, fill: theme.ink2, align: "right", base: "middle" });
      for (let column = 0; column < columns; column++) {
        const x = left + column * pitch[0], y = top + row * pitch[1], k = row * columns + column;
        this.#picture(context, this.#wall, k, x, y, cell);
        if (verdicts) bar(context, x, y + cell + 1, cell, verdicts[k]);
      }
    }
  }

  #real(context, placed) {
    const real = this.#store.arrays.get("scene/real"), { cell, top, pitch } = placed;
    text(context, "real", placed.real, HEAD - 8, { size: 12.5, fill: theme.ink2 });
    for (let k = 0; real && k < Math.min(real.shape[0], this.#realRows * REAL_COLUMNS); k++) {
      const x = placed.real + (k % REAL_COLUMNS) * pitch[0], y = top + Math.floor(k / REAL_COLUMNS) * pitch[1];
      this.#picture(context, real, k, x, y, cell);
      frame(context, x - 0.5, y - 0.5, cell + 1, cell + 1, cell / 4, theme.paper, 3);
      frame(context, x + 0.5, y + 0.5, cell - 1, cell - 1, cell / 5, theme.real, 1.2);
    }
  }

  get #realRows() {
    const { rows } = this.#placed;
    return this.#store.arrays.has("adversarial/chosen") ? Math.max(1, rows - FOLLOWED_ROWS) : rows;
  }

  /** What the generator makes of the noise that is followed. */
  #followed(context, { cell, top, pitch, real }) {
    const picture = this.#store.arrays.get("adversarial/chosen"), y = top + this.#realRows * pitch[1] + HEAD - 4, side = 2 * cell + GAP;
    if (!picture) return;
    text(context, "from the ring", real, y - 7, { size: 12.5, fill: theme.ink2 });
    this.#picture(context, picture, 0, real, y, side);
    frame(context, real - 1, y - 1, side + 2, side + 2, 1, theme.fake, 2);
  }

  #picture(context, pictures, k, x, y, side) {
    const [h, w, c] = pictures.shape.slice(-3), size = h * w * c;
    this.#film.write(pictures.subarray(k * size, (k + 1) * size), 1 / 255);
    this.#film.draw(context, x, y, side * Math.min(1, w / h), side * Math.min(1, h / w));
  }

  /** The picture under the pointer, large, with the verdict on it. */
  #large(context, { cell, pitch, left, top, real, columns }, width) {
    const { kind, row, column } = this.#hover, x = (kind === "real" ? real : left) + column * pitch[0], y = top + row * pitch[1], side = Math.round(width * LARGE);
    const from = kind === "real" ? this.#store.arrays.get("scene/real") : this.#wall, k = row * (kind === "real" ? REAL_COLUMNS : columns) + column;
    if (!from || k >= (kind === "real" ? Math.min(from.shape[0], this.#realRows * REAL_COLUMNS) : from.shape[0] * from.shape[1])) return;
    const px = clamp(x + cell + 10 + side > width ? x - side - 16 : x + cell + 10, 6, width - side - 6), py = clamp(y + cell / 2 - side / 2, 6, width - side - 34);
    frame(context, x - 1, y - 1, cell + 2, cell + 2, kind === "real" ? cell / 5 : 1, theme.ink, 2);
    fillRound(context, px - 6, py - 6, side + 12, side + 40, 10, theme.raised);
    frame(context, px - 6.5, py - 6.5, side + 13, side + 41, 10, theme.line2);
    this.#picture(context, from, k, px, py, side);
    const verdict = this.#store.arrays.get("adversarial/verdicts")?.[k];
    const said = kind === "real" ? "a real one" : verdict === undefined ? "generated" : `${this.#store.scene.adversarial.loss === "wasserstein" ? "verdict" : "real?"} ${number(100 * verdict, 0)} %`;
    text(context, said, px + side / 2, py + side + 22, { size: 14, weight: 600, fill: theme.ink, align: "center" });
  }

  #describe() {
    const verdicts = this.#store.arrays.get("adversarial/verdicts"), { row, column, kind } = this.#hover ?? {};
    const said = kind === "fake" && verdicts ? `Sample ${row + 1}, ${column + 1}: the discriminator finds it ${number(100 * verdicts[row * this.#wall.shape[1] + column], 0)} % real.` : "Samples of the generator. Arrow keys go from one to the next.";
    setAttribute(this.#canvas, "aria-label", said);
  }
}

/** How real the discriminator finds a sample: a bar, on the scale of its verdict. */
function bar(context, x, y, width, verdict) {
  context.fillStyle = theme.sunk;
  context.fillRect(x, y, width, BAR - 1);
  context.fillStyle = verdict >= 0.5 ? theme.real : theme.fake;
  context.fillRect(x, y, Math.max(1, width * clamp(verdict, 0, 1)), BAR - 1);
}
