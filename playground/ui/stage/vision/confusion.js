// What the test pictures were taken for: a matrix whose cells open their pictures, with the most confused pairs beside it.
import { blank, clamp, fillRound, fit, frame, text } from "../canvas.js";
import { setAttribute, setHtml, setText } from "../dom.js";
import { escape, icon, thousands } from "../format.js";
import { scales, theme } from "../theme.js";
import { Film } from "./sheet.js";

/** Largest cell, room for the names of rows and columns, most pairs listed, most classes with names. */
const CELL = 19, NAMES = 18, UNDER = 16, PAIRS = 6, NAMED = 16;
const ASIDE = "click a cell to open its pictures";
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Confusion {
  #store; #send; #canvas; #side; #aside; #room = null; #stale = true; #due = false; #seen = -1; #cursor = null; #focused = false; #opened = "";

  constructor(root, store, send) {
    [this.#store, this.#send] = [store, send];
    this.#canvas = root.querySelector("canvas.matrix");
    this.#side = root.querySelector(".confusion .pairs");
    this.#aside = root.querySelector(".confusion .aside");
    this.#canvas.addEventListener("pointermove", event => this.#point(this.#at(event)));
    this.#canvas.addEventListener("pointerleave", () => this.#point(null));
    this.#canvas.addEventListener("click", event => this.#open(this.#at(event)));
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#canvas.addEventListener("focus", () => (this.#focused = this.#canvas.matches(":focus-visible")));
    this.#canvas.addEventListener("blur", () => ((this.#focused = false), this.#point(null)));
    this.#side.addEventListener("click", event => this.#press(event.target.closest("button")));
  }

  get #count() {
    return this.#store.scene.classes.length;
  }

  get #cell() {
    return Math.min(CELL, (this.#room.height - UNDER) / this.#count, (this.#room.width - NAMES) / this.#count);
  }

  #at({ offsetX: x, offsetY: y }) {
    if (!this.#room) return null;
    const found = Math.floor((x - NAMES) / this.#cell), truth = Math.floor((y - 1) / this.#cell), inside = v => v >= 0 && v < this.#count;
    return inside(found) && inside(truth) ? [truth, found] : null;
  }

  #point(cursor) {
    if (String(cursor) === String(this.#cursor)) return;
    this.#cursor = cursor;
    this.#stale = true;
    this.#canvas.style.cursor = cursor ? "pointer" : "";
    setText(this.#aside, cursor ? this.#words(cursor) : ASIDE);
  }

  #key(event) {
    const arrow = ARROWS[event.key], [truth, found] = this.#cursor ?? [0, 0], last = this.#count - 1;
    if (arrow) this.#point(this.#cursor ? [clamp(truth + arrow[0], 0, last), clamp(found + arrow[1], 0, last)] : [0, 0]);
    else if (event.key === "Enter" && this.#cursor) this.#open(this.#cursor);
    else if (event.key === "Escape") this.#open(null);
    else return;
    if (this.#cursor) setAttribute(this.#canvas, "aria-label", this.#words(this.#cursor));
    event.preventDefault();
    event.stopPropagation();
  }

  #words([truth, found]) {
    const { classes } = this.#store.scene, n = this.#matrix?.[truth * this.#count + found] ?? 0;
    return truth === found ? `${classes[truth]}, read rightly: ${n}` : `${classes[truth]} read as ${classes[found]}: ${n}`;
  }

  get #matrix() {
    return this.#store.arrays.get("vision/confusion");
  }

  /** Opens a cell's pictures; the same again, or null, closes them. */
  #open(cell) {
    const open = this.#store.frame.cell, same = cell && open && open.truth === cell[0] && open.found === cell[1];
    if (!cell && !open) return;
    this.#send({ do: "touch", what: "cell", value: same ? null : cell });
  }

  #press(button) {
    if (!button) return;
    const { pair, picture } = button.dataset;
    if (pair) this.#open(pair.split(",").map(Number));
    else if (picture) this.#look(Number(picture));
    else this.#open(null);
  }

  /** An opened picture goes to the pad. */
  #look(n) {
    const pixels = this.#store.arrays.get("vision/cell"), size = this.#store.scene.image.reduce((a, b) => a * b);
    if (pixels) this.#send({ do: "touch", what: "draw", value: Array.from(pixels.subarray(n * size, (n + 1) * size)) });
  }

  resize() {
    this.#room = fit(this.#canvas, true);
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
    this.#opened = "";
  }

  draw(now, changed) {
    const { frame: { confusion, cell }, fresh } = this.#store, step = confusion?.step ?? -1;
    this.#due ||= step !== this.#seen || fresh.has("vision/confusion");
    if (changed.scene || (this.#due && changed.words)) this.#stale = true;
    this.#seen = step;
    if (changed.scene) this.#opened = "";
    const opened = cell ? `${cell.truth},${cell.found},${cell.count}` : "";
    if (this.#stale && this.#room) this.#paint();
    if (opened && (opened !== this.#opened || fresh.has("vision/cell"))) this.#show(cell);
    else if (!opened && (this.#opened || changed.words || changed.scene)) this.#list();
    this.#opened = opened;
  }

  // ---------------------------------------------------------------- matrix

  #paint() {
    const { context, width, height } = this.#room, n = this.#count, m = this.#cell, matrix = this.#matrix;
    this.#stale = this.#due = false;
    blank(context, width, height);
    if (n <= NAMED) this.#label(context, n, m);
    const rows = Array.from({ length: n }, (_, i) => (matrix ? matrix.subarray(i * n, (i + 1) * n).reduce((a, b) => a + b, 0) : 0));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      const share = rows[i] ? matrix[i * n + j] / rows[i] : 0;
      fillRound(context, NAMES + j * m, 1 + i * m, m - Math.min(1.5, m / 5), m - Math.min(1.5, m / 5), Math.min(2.5, m / 5), shade(share, i === j));
    }
    const { cell } = this.#store.frame;
    if (cell) this.#outline(context, cell.truth, cell.found, theme.ink);
    if (this.#cursor) this.#outline(context, ...this.#cursor, this.#focused ? theme.pos : theme.ink2);
  }

  #label(context, n, m) {
    const look = { size: 11.5, fill: theme.ink3 };
    this.#store.scene.classes.forEach((name, i) => {
      const short = [...String(name)].slice(0, 2).join("");
      text(context, short, NAMES - 6, 1 + i * m + m / 2, { ...look, align: "right", base: "middle" });
      text(context, short, NAMES + i * m + m / 2 - 0.75, n * m + 13, { ...look, align: "center" });
    });
  }

  #outline(context, i, j, colour) {
    const m = this.#cell;
    frame(context, NAMES + j * m - 1, i * m, m + 0.5, m + 0.5, 3.5, colour, 2);
  }

  // ---------------------------------------------------------------- beside it

  #list() {
    const { scene } = this.#store, found = this.#matrix ? pairs(this.#matrix, this.#count, PAIRS) : [];
    const one = ({ truth, found: j, count }) =>
      `<button data-pair="${truth},${j}"><span>${escape(scene.classes[truth])} read as ${escape(scene.classes[j])}</span><b>${thousands(count)}</b></button>`;
    const words = !this.#matrix ? "" : found.length ? `<p>Most confused</p>${found.map(one).join("")}` : "<p>Nothing is confused.</p>";
    this.#write(words, () => this.#canvas);
  }

  /** Writes what stands beside; a focus that was in it goes to `next()`. */
  #write(html, next) {
    const inside = this.#side.contains(this.#side.getRootNode().activeElement);
    if (setHtml(this.#side, html) && inside) next().focus();
  }

  #show({ truth, found, count }) {
    const { scene, arrays } = this.#store, pixels = arrays.get("vision/cell"), size = scene.image.reduce((a, b) => a * b);
    const n = pixels ? Math.floor(pixels.length / size) : 0, name = escape(scene.classes[truth]);
    const title = truth === found ? `${name}, rightly` : `${name} as ${escape(scene.classes[found])}`;
    const one = k => `<button data-picture="${k}" aria-label="Look at picture ${k + 1}"><img alt="" draggable="false"></button>`;
    const more = count > n ? `<p>${n} of ${thousands(count)}</p>` : "";
    const html = `<header><b>${title}</b><button aria-label="Close">${icon("close", 15)}</button></header>
      <div class="pictures">${Array.from({ length: n }, (_, k) => one(k)).join("")}</div>${more}`;
    this.#write(html, () => this.#side.querySelector("button"));
    const film = n ? new Film(scene.image) : null;
    this.#side.querySelectorAll("img").forEach((image, k) => {
      film.write(pixels.subarray(k * size, (k + 1) * size), 1 / 255);
      image.src = film.sprite.canvas.toDataURL();
    });
  }
}

/** On the diagonal blue by the share read rightly; beside it orange, a few already to be seen. */
function shade(share, right) {
  if (!share) return theme.sunk;
  return scales.value.signed(right ? 0.85 * share : -Math.min(1, 0.16 + 1.6 * share));
}

/** The most frequent confusions, {truth, found, count}, the most frequent first. */
export function pairs(matrix, n, most) {
  const found = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j && matrix[i * n + j]) found.push({ truth: i, found: j, count: matrix[i * n + j] });
  return found.sort((a, b) => b.count - a.count).slice(0, most);
}
