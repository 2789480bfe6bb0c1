// The cell at this step: the wiring of the unit at hand, each wire as wide and coloured as what it carries.
import { blank, fillRound, fit, frame, text } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { number } from "../format.js";
import { scales, serif, still, theme } from "../theme.js";
import { numbers } from "./numbers.js";
import { readSymbols } from "./reading.js";
import { sign } from "./symbols.js";

const TOP = 30, BOTTOM = 34, NODE = 12, BOX = [50, 30];

export class Cell {
  #store; #host; #canvas; #aside; #room = null; #key = ""; #where = "";

  constructor(root, store) {
    this.#store = store;
    this.#host = root.querySelector(".cell");
    this.#canvas = this.#host.querySelector("canvas");
    this.#aside = this.#host.querySelector(".aside");
  }

  resize() {
    this.#room = this.#canvas.clientWidth ? fit(this.#canvas, true) : null;
    this.#key = "";
  }

  retheme() {
    this.#key = "";
  }

  draw(now, changed) {
    const it = numbers(this.#store, still());
    if (changed.scene) this.#host.hidden = !it;
    if (!it) return;
    if (!this.#room) this.resize();
    const key = JSON.stringify(it);
    if (!this.#room || key === this.#key || (!changed.words && !this.#elsewhere(it))) return;
    this.#key = key;
    const { context, width, height } = this.#room;
    blank(context, width, height);
    DRAWN[it.cell](new Wiring(context, width, height), it);
    const symbol = readSymbols(this.#store)?.[it.step];
    setText(this.#aside, `unit ${it.number}, ${symbol === undefined ? `step ${it.step + 1}` : `“${sign(symbol)}”`}`);
    setAttribute(this.#canvas, "aria-label", spoken(it));
  }

  /** Another unit or step is looked at: that is drawn at once, other numbers as often as they can be read. */
  #elsewhere({ column, half, unit, step }) {
    const where = [column, half, unit, step].join(), moved = where !== this.#where;
    this.#where = where;
    return moved;
  }
}

/** The numbers as a sentence. */
export function spoken(it) {
  const said = { lstm: ["before", "f", "i", "g", "o", "c", "h"], gru: ["before", "r", "z", "n", "h"], rnn: ["before", "sum", "h"] }[it.cell];
  const names = {
    f: "forget", i: "input", o: "output", g: "new content", c: "cell", h: "hidden", r: "reset", z: "keep", n: "new content", sum: "sum", before: "before",
  };
  return `${it.title}, unit ${it.number}, step ${it.step + 1}: ${said.map(name => `${names[name]} ${number(it[name])}`).join(", ")}.`;
}

/** Wires, nodes and gates on a canvas. */
class Wiring {
  constructor(context, width, height) {
    [this.context, this.width, this.top, this.low, this.middle] = [context, width, TOP, height - BOTTOM, (TOP + height - BOTTOM) / 2 - 3];
  }

  wire(ax, ay, bx, by, value) {
    const { context } = this, size = Math.min(1, Math.abs(value)) || 0;
    context.lineWidth = 1.6 + 6 * size;
    context.strokeStyle = size ? scales.value.signed(Math.sign(value) * (0.35 + 0.65 * size)) : theme.line2;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
    context.stroke();
    context.lineCap = "butt";
  }

  node(x, y, sign) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, NODE, 0, 2 * Math.PI);
    context.fillStyle = theme.paper;
    context.fill();
    context.lineWidth = 1.4;
    context.strokeStyle = theme.ink3;
    context.stroke();
    text(context, sign, x, y + 0.5, { size: 15, fill: theme.ink, align: "center", base: "middle" });
  }

  /** A box with a letter and a number, coloured by its scale. */
  box(x, y, letter, value, fill, dark) {
    const { context } = this, [w, h] = BOX, ink = dark ? (theme.dark ? "#0e1014" : "#ffffff") : theme.ink;
    fillRound(context, x - w / 2, y - h / 2, w, h, 7, Number.isNaN(value) ? theme.sunk : fill);
    frame(context, x - w / 2 + 0.5, y - h / 2 + 0.5, w - 1, h - 1, 6.5, theme.line2);
    if (letter) text(context, letter, x - w / 2 + 11, y + 0.5, { face: serif(15.5), fill: ink, align: "center", base: "middle" });
    text(context, known(value), x + (letter ? 7 : 0), y + 0.5, { size: 12.5, weight: 600, fill: ink, align: "center", base: "middle" });
  }

  gate(x, y, letter, value) {
    this.box(x, y, letter, value, scales.gate.unit(value || 0), value > 0.5);
  }

  content(x, y, letter, value) {
    const share = Math.max(-1, Math.min(1, value || 0));
    this.box(x, y, letter, value, scales.value.signed(0.8 * share), theme.dark ? Math.abs(share) > 0.6 : share > 0.75);
  }

  /** A stub without a value. */
  stub(x, a, b) {
    const { context } = this;
    context.lineWidth = 1.5;
    context.strokeStyle = theme.line2;
    context.beginPath();
    context.moveTo(x, a);
    context.lineTo(x, b);
    context.stroke();
  }

  say(words, x, y, { strong = false, ...look } = {}) {
    text(this.context, words, x, y, { size: 12.5, weight: strong ? 600 : 400, fill: strong ? theme.ink : theme.ink3, ...look });
  }
}

const known = value => (Number.isNaN(value) ? "–" : number(value));

/** One wire for the memory, another for what is said aloud. */
function lstm(w, { f, i, o, g, c, h, before }) {
  const { top, low, middle, width } = w, [xf, xi, xo] = [0.23, 0.5, 0.78].map(share => share * width), right = width - 5;
  w.wire(4, top, xf - NODE, top, before);
  w.wire(xf + NODE, top, xi - NODE, top, f * before);
  w.wire(xi + NODE, top, right, top, c);
  w.wire(xo, top + 3, xo, low - NODE, Math.tanh(c));
  w.wire(xo + NODE, low, right, low, h);
  w.wire(xi, low - 16, xi, top + NODE, i * g);
  w.stub(xf, top + NODE, middle);
  w.gate(xf, middle, "f", f);
  w.gate(xi, middle, "i", i);
  w.gate(xo, middle, "o", o);
  w.content(xi, low, "g", g);
  w.node(xf, top, "×");
  w.node(xi, top, "+");
  w.node(xo, low, "×");
  w.say("cell before", 2, top - 14);
  w.say(known(before), 2, top + 22, { strong: true });
  w.say(`cell ${known(c)}`, width - 2, top - 14, { strong: true, align: "right" });
  w.say(`hidden ${known(h)}`, width - 2, low + 27, { strong: true, align: "right" });
  w.say("new content", xi - 33, low, { align: "right", base: "middle" });
}

/** One wire: what is kept of the state, and what is renewed. */
function gru(w, { r, z, n, h, before }) {
  const { top, low, middle, width } = w, [xr, xz, xn] = [0.13, 0.42, 0.74].map(share => share * width), right = width - 5;
  w.wire(4, top, xz - NODE, top, before);
  w.wire(xz + NODE, top, xn - NODE, top, z * before);
  w.wire(xn + NODE, top, right, top, h);
  w.wire(xr, top + 3, xr, low, before);
  w.wire(xr, low, xn - BOX[0] / 2, low, r * before);
  w.wire(xn, low - 16, xn, top + NODE, (1 - z) * n);
  w.stub(xz, top + NODE, middle);
  w.gate(xr, middle, "r", r);
  w.gate(xz, middle, "z", z);
  w.gate(xn, middle, "", 1 - z);
  w.content(xn, low, "n", n);
  w.node(xz, top, "×");
  w.node(xn, top, "+");
  w.say("hidden before", 2, top - 14);
  w.say(known(before), xr + 10, top + 22, { strong: true });
  w.say(`hidden ${known(h)}`, width - 2, top - 14, { strong: true, align: "right" });
  w.say("1 − z", xn + 31, middle, { face: serif(14.5), fill: theme.ink2, base: "middle" });
  w.say("new content", width - 2, low + 28, { align: "right" });
  w.say("reset", xr, low + 24, { align: "center" });
  w.say("keep", xz, middle + 27, { align: "center" });
}

/** One sum and one function. */
function rnn(w, { h, before, sum, activation }) {
  const { low, middle, width } = w, [xs, xt] = [0.36, 0.64].map(share => share * width), right = width - 5;
  w.wire(4, middle, xs - NODE, middle, before);
  w.wire(xs, low, xs, middle + NODE, sum);
  w.wire(xs + NODE, middle, xt - BOX[0] / 2, middle, sum);
  w.wire(xt + BOX[0] / 2, middle, right, middle, h);
  w.node(xs, middle, "Σ");
  fillRound(w.context, xt - BOX[0] / 2, middle - BOX[1] / 2, ...BOX, 7, theme.raised);
  frame(w.context, xt - BOX[0] / 2 + 0.5, middle - BOX[1] / 2 + 0.5, BOX[0] - 1, BOX[1] - 1, 6.5, theme.line2);
  w.say(activation === "relu" ? "ReLU" : "tanh", xt, middle + 0.5, { size: 13, fill: theme.ink, align: "center", base: "middle" });
  w.say("hidden before", 2, middle - 18);
  w.say(known(before), 2, middle + 24, { strong: true });
  w.say(`sum ${known(sum)}`, (xs + xt) / 2, middle - 24, { strong: true, align: "center" });
  w.say(`hidden ${known(h)}`, width - 2, middle - 18, { strong: true, align: "right" });
  w.say("input, all other states, bias", xs, low + 18, { align: "center" });
}

const DRAWN = { lstm, gru, rnn };
