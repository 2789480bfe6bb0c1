// Bars for what the network holds likely next, and how the next character is drawn from them.
import { blank, fillRound, fit, text } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { number, percent } from "../format.js";
import { still, theme } from "../theme.js";
import { entriesOf, MOST, sayingOf } from "./chances.js";
import { stepAtHand } from "./values.js";

/** Share of the way a bar moves in a picture of the screen, what counts as having arrived; room for names and numbers, rows at most. */
const FOLLOW = 0.22, NEAR = 0.001, NAMES = 34, NAMES_LONG = 62, VALUES = 58, HIGH = 25, LONG = 2;

export class Bars {
  #store; #manner; #host; #canvas; #title; #aside; #room = null; #shown = new Map(); #at = null; #stale = true; #mannered = "";

  constructor(root, store, manner) {
    [this.#store, this.#manner, this.#host] = [store, manner, root.querySelector(".next")];
    this.#canvas = this.#host.querySelector("canvas");
    [this.#title, this.#aside] = [this.#host.querySelector("h2"), this.#host.querySelector(".aside")];
    this.#bind();
  }

  #bind() {
    const [heat, most] = ["temperature", "top-k"].map(name => this.#host.querySelector(`[name=${name}]`));
    heat.addEventListener("input", () => this.#manner.set({ temperature: Number(heat.value) }));
    most.addEventListener("change", () => this.#manner.set({ topK: Math.min(Number(most.max), Math.max(0, Math.round(Number(most.value)) || 0)) }));
  }

  resize() {
    this.#room = this.#canvas.clientWidth ? fit(this.#canvas, true) : null;
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { sequence, sequence: { kind } } = this.#store.scene;
    if (changed.scene) this.#arrange(sequence);
    if (kind === "series") return;
    if (!this.#room) this.resize();
    if (!this.#room) return;
    const at = stepAtHand(this.#store, still()), entries = entriesOf(this.#store, this.#manner, at), whole = this.#stale || changed.words || at !== this.#at;
    const moving = this.#move(entries);
    this.#follow();
    if (!moving && !whole) return;
    this.#at = at;
    this.#stale = false;
    this.#paint(entries, whole);
    if (whole) this.#say(entries, at);
  }

  #arrange({ kind, alphabet }) {
    this.#host.hidden = kind === "series";
    this.#host.querySelector(".manner").hidden = kind !== "text";
    this.#host.querySelector("[name=top-k]").max = alphabet.length;
    setText(this.#title, kind === "text" ? "Next character" : this.#store.scene.data.kind === "remember" ? "The first was" : "What it says");
    this.#shown.clear();
    this.#stale = true;
  }

  /** The controls say what holds. */
  #follow() {
    const { temperature, topK } = this.#manner, key = `${temperature} ${topK}`;
    if (key === this.#mannered) return;
    this.#mannered = key;
    this.#stale = true;
    const [heat, most] = ["temperature", "top-k"].map(name => this.#host.querySelector(`[name=${name}]`));
    if (Number(heat.value) !== temperature) heat.value = temperature;
    setText(this.#host.querySelector(".heat b"), number(temperature, 1));
    if (Number(most.value) !== topK) most.value = topK || "";
  }

  /** Bars follow by a share of the way; true while there is something to draw. */
  #move(entries) {
    let moving = false;
    const share = still() ? 1 : FOLLOW;
    for (const { key, p } of entries) {
      const was = this.#shown.get(key) ?? 0, far = Math.abs(p - was) > NEAR;
      moving ||= far;
      this.#shown.set(key, far ? was + (p - was) * share : p);
    }
    return moving;
  }

  #paint(entries, whole) {
    const { context, width, height } = this.#room, high = Math.min(HIGH, height / MOST);
    const left = entries.some(({ name }) => name.length > LONG) ? NAMES_LONG : NAMES, room = width - left - VALUES;
    if (whole) blank(context, width, height);
    entries.forEach(({ key, name, p, hit }, row) => {
      const middle = (row + 0.5) * high, value = this.#shown.get(key) || 0, thick = high * 0.7;
      fillRound(context, left, middle - thick / 2, room, thick, 4, theme.sunk);
      if (value > 0.002) fillRound(context, left, middle - thick / 2, Math.max(3, room * Math.min(1, value)), thick, 4, hit ? theme.gate : theme.line2);
      if (!whole) return;
      const look = { weight: hit ? 600 : 400, base: "middle" };
      text(context, name, left - 10, middle, { ...look, size: name.length > LONG ? 12 : 15, fill: hit ? theme.ink : theme.ink2, align: "right" });
      text(context, percent(p), width - 2, middle, { ...look, size: 13, fill: hit ? theme.ink : theme.ink3, align: "right" });
    });
  }

  #say(entries, at) {
    setText(this.#aside, sayingOf(this.#store, entries, at));
    const likely = [...entries].sort((a, b) => b.p - a.p).slice(0, 3).map(({ name, p }) => `${name} ${percent(p)}`);
    setAttribute(this.#canvas, "aria-label", `Probabilities: ${likely.join(", ")}`);
  }
}
