// What the network sees in the picture: a bar for each class, the likeliest ones where there are many.
import { blank, fillRound, fit, text } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { percent } from "../format.js";
import { still, theme } from "../theme.js";
import { valueOf } from "./values.js";

/** Classes shown; share of the way a bar moves in a picture of the screen, and what counts as having arrived. */
export const MOST = 10;
const FOLLOW = 0.22, NEAR = 0.001;
const VALUES = 58, NAMES = 12;

export class Bars {
  #store; #canvas; #title; #room = null; #shown = []; #names = []; #width = 24; #stale = true;

  constructor(root, store) {
    this.#store = store;
    this.#canvas = root.querySelector("canvas.bars");
    this.#title = root.querySelector(".seen small");
    this.#canvas.addEventListener("click", event => this.#inspect(event.offsetY));
  }

  /** A bar stands for an output of the head; two classes may share one. */
  #inspect(y) {
    const found = likelihoods(this.#store), { columns } = this.#store.scene, head = columns.at(-1);
    if (!found) return;
    const rows = ranked(found, MOST), k = rows[Math.floor(y / highOf(this.#room.height, rows.length))];
    if (k !== undefined) this.#store.inspect(`${head.name}/output`, [Math.min(k, head.units - 1)], this.#canvas.getBoundingClientRect());
  }

  resize() {
    this.#room = fit(this.#canvas, true);
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const found = likelihoods(this.#store);
    if (changed.scene) this.#arrange();
    if (!found || !this.#room || !(this.#move(found) || changed.words)) return;
    const top = Math.max(...found), best = top > 0 ? found.indexOf(top) : -1, whole = this.#stale || changed.words, { context, width, height } = this.#room;
    const rows = ranked(found, MOST), high = highOf(height, rows.length);
    this.#stale = false;
    if (whole) blank(context, width, height);
    rows.forEach((k, row) => this.#bar(context, k, row * high, high, k === best, width, whole ? found[k] : null));
    if (whole) this.#say(found, best);
  }

  #arrange() {
    this.#names = this.#store.scene.classes.map(String);
    this.#shown = [];
    const { context } = this.#room ?? {};
    if (context) context.font = `15px ${theme.sans}`;
    this.#width = Math.min(110, Math.max(...this.#names.map(name => context?.measureText(name).width ?? 8)) + NAMES);
    this.#stale = true;
  }

  /** Bars follow by a share of the way; true while there is something to draw. */
  #move(found) {
    let moving = this.#stale;
    const share = still() ? 1 : FOLLOW;
    for (let k = 0; k < found.length; k++) {
      const by = found[k] - (this.#shown[k] ?? 0);
      if (Math.abs(by) > NEAR) moving = true;
      this.#shown[k] = Math.abs(by) > NEAR ? (this.#shown[k] ?? 0) + by * share : found[k];
    }
    return moving;
  }

  /** A bar; its name and its `number`, which are read, only where that is given. */
  #bar(context, k, y, high, best, width, number) {
    const value = this.#shown[k] || 0, left = this.#width, room = width - left - VALUES, middle = y + high / 2, size = Math.min(15, high - 4);
    fillRound(context, left, middle - high * 0.3, room, high * 0.6, 4, theme.sunk);
    if (value > 0.004) fillRound(context, left, middle - high * 0.3, Math.max(3, room * Math.min(1, value)), high * 0.6, 4, best ? theme.pos : theme.line2);
    if (number === null) return;
    const look = { weight: best ? 600 : 400, base: "middle" };
    text(context, this.#names[k], 4, middle, { ...look, size, fill: best ? theme.ink : theme.ink2 });
    text(context, percent(number), width - 2, middle, { ...look, size: Math.min(13.5, size), fill: best ? theme.ink : theme.ink3, align: "right" });
  }

  #say(found, best) {
    const { scene, frame, slow } = this.#store, truth = slow ? slow.target : frame.picture?.class;
    const said = found.some(Number.isNaN) ? "not a number" : verdict(this.#names[best], found[best]);
    const wrong = best >= 0 && truth !== null && truth !== undefined && truth !== best;
    setText(this.#title, wrong ? `${said}; it is ${scene.classes[truth] ?? truth}` : said);
    setAttribute(this.#canvas, "aria-label", `Probabilities: ${ranked(found, 3).map(k => `${this.#names[k]} ${percent(found[k])}`).join(", ")}`);
  }
}

/** Height of a row. */
export const highOf = (height, rows) => Math.min(25, height / rows);

/** The probabilities by class; in slow motion the followed sample's, 0 until the pass has come to the head. */
export function likelihoods(store) {
  const { slow, scene, arrays } = store, last = scene.columns.length - 1;
  if (!slow) return arrays.get("vision/probabilities");
  const values = scene.classes.map((_, k) => valueOf(store, last, scene.columns[last].shown.indexOf(k), 0, 0) ?? NaN);
  return values.some(Number.isNaN) ? values.fill(0) : values;
}

/** Numbers of the classes to show: all in their order, or the `most` likeliest, the likeliest first. */
export function ranked(values, most) {
  const all = Array.from(values, (_, k) => k);
  return all.length <= most ? all : all.sort((a, b) => values[b] - values[a]).slice(0, most);
}

/** The likeliest class in words. */
export function verdict(name, p) {
  if (!(p > 0)) return "nothing yet";
  return p > 0.9 ? `${name}, surely` : p > 0.5 ? `${name}, probably` : "not sure yet";
}
