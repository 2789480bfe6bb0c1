// The wall where two networks meet over pictures: samples of fixed noise with the verdict on each, and real ones beside.
import { clamp, fillRound, fit, frame, text } from "../canvas.js";
import { pointer, setAttribute } from "../dom.js";
import { number } from "../format.js";
import { theme } from "../theme.js";
import { Film } from "../vision/sheet.js";

/** Gaps between pictures, and between samples and real ones; the bar of a verdict; room for classes' names and for headings. */
const GAP = 4, APART = 22, BAR = 3, NAMES = 18, HEAD = 22;
/** Columns of real pictures, and rows of them that the picture of the followed noise takes at the foot. */
const REAL_COLUMNS = 2, FOLLOWED_ROWS = 3;
/** Side of the large picture under the pointer, as a share of the wall. */
const LARGE = 0.42;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LABEL = "Samples of the generator. Arrow keys go from one to the next.";

/**
 * Places `rows` x `columns` samples and two columns of real ones in a square of `size`; `named` rows have a name on the left.
 * @returns {{cell, pitch, left, top, real, rows, columns}} `cell` is a picture's side, `left` and `real` where samples and real ones begin.
 */
export function placeWall(size, rows, columns, named) {
  const margin = named ? NAMES : 0, all = columns + REAL_COLUMNS;
  const across = (size - margin - APART - (all - 2) * GAP) / all, down = (size - HEAD) / rows - GAP - BAR;
  const cell = Math.floor(Math.max(6, Math.min(across, down))), pitch = [cell + GAP, cell + GAP + BAR];
  const used = margin + APART + all * pitch[0] - 2 * GAP;
  const left = margin + Math.max(0, Math.floor((size - used) / 2)), top = HEAD + Math.max(0, Math.floor((size - HEAD - rows * pitch[1]) / 2));
  return { cell, pitch, left, top, real: left + columns * pitch[0] - GAP + APART, rows, columns };
}

/** The picture at (x, y): {kind: "fake" | "real", row, column}, or null. */
export function pickWall({ cell, pitch: [across, down], left, top, real, rows, columns }, x, y) {
  const row = Math.floor((y - top) / down), find = (start, count) => {
    const column = Math.floor((x - start) / across);
    return column >= 0 && column < count && x - start - column * across <= cell ? column : -1;
  };
  if (row < 0 || row >= rows) return null;
  for (const [kind, column] of [["fake", find(left, columns)], ["real", find(real, REAL_COLUMNS)]]) if (column >= 0) return { kind, row, column };
  return null;
}

/** Where classes are rows, a click on one asks for that class of what is followed. */
export class Wall {
  #host; #canvas; #store; #room = null; #hover = null; #film = null; #stale = true;

  constructor(root, store, send) {
    this.#host = root.querySelector(".wall");
    this.#canvas = this.#host.querySelector("canvas");
    this.#store = store;
    pointer(this.#canvas, (x, y) => this.#look(this.#room && pickWall(this.#placed, x, y)), () => this.#look(null));
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#canvas.addEventListener("blur", () => this.#look(null));
    this.#canvas.addEventListener("click", () => this.#names && this.#hover && send({ do: "touch", what: "class", value: this.#hover.row }));
  }

  // ---------------------------------------------------------------- what there is

  /** Pictures by kind: samples, or real ones; undefined where there are none. */
  #array(kind) {
    return this.#store.arrays.get({ fake: "adversarial/wall", real: "scene/real" }[kind]);
  }

  /** What is followed, by kind: in slow motion a real and a generated picture, else what is made of the chosen noise. */
  get #followed() {
    const { slow, arrays } = this.#store, names = slow ? [["real", "slow/real"], ["fake", "slow/generated"]] : [["fake", "adversarial/chosen"]];
    return names.map(([kind, name]) => [kind, arrays.get(name)]).filter(([, picture]) => picture);
  }

  get #placed() {
    const [rows, columns] = this.#array("fake")?.shape ?? [8, 8];
    return placeWall(this.#room.width, rows, columns, this.#names !== null);
  }

  /** Names of the rows where they are classes. */
  get #names() {
    const { conditional, classes } = this.#store.scene.adversarial;
    return conditional ? classes : null;
  }

  /** Rows of real ones. */
  get #realRows() {
    return Math.max(1, this.#placed.rows - FOLLOWED_ROWS * this.#followed.length);
  }

  /** The number of a picture among its kind, -1 where there is none. */
  #numberOf({ kind, row, column }) {
    const { columns, rows } = this.#placed, k = row * (kind === "real" ? REAL_COLUMNS : columns) + column;
    const count = kind === "real" ? Math.min(this.#array("real")?.shape[0] ?? 0, this.#realRows * REAL_COLUMNS) : rows * columns;
    return k < count ? k : -1;
  }

  // ---------------------------------------------------------------- pointer and keys

  #look(hover) {
    const found = hover && this.#numberOf(hover) >= 0 ? hover : null;
    if (JSON.stringify(found) === JSON.stringify(this.#hover)) return;
    this.#hover = found;
    this.#stale = true;
  }

  #key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || !this.#array("fake")) return;
    const { rows, columns } = this.#placed, { row, column } = this.#hover ?? { row: -arrow[1], column: -arrow[0] };
    this.#look({ kind: "fake", row: clamp(row + arrow[1], 0, rows - 1), column: clamp(column + arrow[0], 0, columns - 1) });
    event.preventDefault();
    event.stopPropagation();
  }

  // ---------------------------------------------------------------- drawing

  arrange() {
    const { image, data } = this.#store.scene.adversarial;
    this.#host.hidden = data !== "picture";
    if (this.#host.hidden) return;
    this.#room = fit(this.#canvas, true);
    this.#film = new Film(image);
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    if (!this.#room || this.#host.hidden || !this.#array("fake")) return;
    if (!this.#stale && !changed.scene && !changed.frame) return;
    this.#stale = false;
    const { context, width, height } = this.#room, placed = this.#placed;
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    this.#samples(context, placed);
    this.#real(context, placed);
    this.#drawFollowed(context, placed);
    if (this.#hover) this.#large(context, placed, width);
    this.#describe();
  }

  #samples(context, { cell, left, top, pitch, rows, columns }) {
    const verdicts = this.#store.arrays.get("adversarial/verdicts"), name = { size: 12.5, fill: theme.ink2, align: "right", base: "middle" };
    text(context, "generated", left, HEAD - 8, { size: 12.5, fill: theme.ink2 });
    this.#names?.slice(0, rows).forEach((words, row) => text(context, String(words), left - 6, top + row * pitch[1] + cell / 2, name));
    for (let k = 0; k < rows * columns; k++) {
      const x = left + (k % columns) * pitch[0], y = top + Math.floor(k / columns) * pitch[1];
      this.#picture(context, this.#array("fake"), k, x, y, cell);
      if (verdicts) bar(context, x, y + cell + 1, cell, verdicts[k]);
    }
  }

  /** Real ones have round corners, as real points are round. */
  #real(context, { cell, top, pitch, real }) {
    const pictures = this.#array("real"), count = pictures ? Math.min(pictures.shape[0], this.#realRows * REAL_COLUMNS) : 0;
    text(context, "real", real, HEAD - 8, { size: 12.5, fill: theme.ink2 });
    for (let k = 0; k < count; k++) {
      const x = real + (k % REAL_COLUMNS) * pitch[0], y = top + Math.floor(k / REAL_COLUMNS) * pitch[1];
      this.#picture(context, pictures, k, x, y, cell);
      frame(context, x - 0.5, y - 0.5, cell + 1, cell + 1, cell / 4, theme.paper, 3);
      frame(context, x + 0.5, y + 0.5, cell - 1, cell - 1, cell / 5, theme.real, 1.2);
    }
  }

  #drawFollowed(context, { cell, top, pitch, real }) {
    const side = 2 * cell + GAP, name = this.#store.slow ? undefined : this.#names?.[this.#store.frame.chosen?.class];
    let y = top + this.#realRows * pitch[1] + HEAD - 4;
    if (this.#followed.length) text(context, name === undefined ? "followed" : `followed: ${name}`, real, y - 7, { size: 12.5, fill: theme.ink2 });
    for (const [kind, picture] of this.#followed) {
      this.#picture(context, picture, 0, real, y, side);
      frame(context, real - 1, y - 1, side + 2, side + 2, kind === "real" ? cell / 4 : 1, theme[kind], 2);
      y += side + GAP + 4;
    }
  }

  #picture(context, pictures, k, x, y, side) {
    const [h, w, c] = pictures.shape.slice(-3), size = h * w * c;
    this.#film.write(pictures.subarray(k * size, (k + 1) * size), 1 / 255);
    this.#film.draw(context, x, y, side * Math.min(1, w / h), side * Math.min(1, h / w));
  }

  /** The picture under the pointer, large, with the verdict on it. */
  #large(context, { cell, pitch, left, top, real }, width) {
    const { kind, row, column } = this.#hover, side = Math.round(width * LARGE), right = cell + 10, isReal = kind === "real";
    const x = (isReal ? real : left) + column * pitch[0], y = top + row * pitch[1], beside = x + right + side > width ? x - side - 16 : x + right;
    const px = clamp(beside, 6, width - side - 6), py = clamp(y + cell / 2 - side / 2, 6, width - side - 34);
    frame(context, x - 1, y - 1, cell + 2, cell + 2, isReal ? cell / 5 : 1, theme.ink, 2);
    fillRound(context, px - 6, py - 6, side + 12, side + 40, 10, theme.raised);
    frame(context, px - 6.5, py - 6.5, side + 13, side + 41, 10, theme.line2);
    this.#picture(context, this.#array(kind), this.#numberOf(this.#hover), px, py, side);
    const look = { size: 14, weight: 600, fill: theme.ink, align: "center" };
    text(context, isReal ? "a real one" : this.#verdict(), px + side / 2, py + side + 22, look);
  }

  /** The discriminator's verdict on what is pointed at, in words. */
  #verdict() {
    const verdict = this.#store.arrays.get("adversarial/verdicts")?.[this.#numberOf(this.#hover)];
    return verdict === undefined ? "generated" : `looks ${number(100 * verdict, 0)} % real`;
  }

  #describe() {
    const { kind, row, column } = this.#hover ?? {};
    setAttribute(this.#canvas, "aria-label", kind === "fake" ? `Sample ${row + 1}, ${column + 1}: ${this.#verdict()}` : LABEL);
  }
}

/** How real the discriminator finds a sample. */
function bar(context, x, y, width, verdict) {
  context.fillStyle = theme.sunk;
  context.fillRect(x, y, width, BAR - 1);
  context.fillStyle = verdict >= 0.5 ? theme.real : theme.fake;
  context.fillRect(x, y, Math.max(1, width * clamp(verdict, 0, 1)), BAR - 1);
}
