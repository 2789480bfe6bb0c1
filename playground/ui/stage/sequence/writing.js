// The text: what is read, coloured by the unit at hand, and what the network writes on, with a field for one's own.
import { blank, fit, text } from "../canvas.js";
import { setAttribute, setHtml, setText } from "../dom.js";
import { escape, icon, percent } from "../format.js";
import { font, scales, still, theme } from "../theme.js";
import { characterAt, flow, tail } from "./prose.js";
import { readSymbols } from "./reading.js";
import { word } from "./symbols.js";
import { Trail } from "./trail.js";
import { lengthOf, numberOf, reached, running, stepAtHand, telling, unitAtHand, valueAt } from "./values.js";

const SIZE = 15.5, LINE = 23, BLINK_MS = 530, TYPED_MS = 90;
/** Opacity of a colour behind letters, blue and orange look alike strong. */
const STRONG = [0.34, 0.55];

export class Writing {
  #store; #send; #manner; #host; #canvas; #field; #room = null; #placed = []; #trail = new Trail();
  #stale = true; #blink = false; #drawn = ""; #pointed = null; #timer = 0; #typed = false;

  constructor(root, store, send, manner) {
    [this.#store, this.#send, this.#manner] = [store, send, manner];
    this.#host = root.querySelector(".strip.text");
    this.#canvas = this.#host.querySelector("canvas");
    this.#field = this.#host.querySelector("[name=prompt]");
    this.#host.querySelector("[data-act=one]").innerHTML = icon("step", 18);
    this.#bind();
  }

  #bind() {
    this.#field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#type(), TYPED_MS);
    });
    this.#field.addEventListener("keydown", event => event.key === "Enter" && this.#write(true));
    this.#host.addEventListener("click", event => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act === "write") this.#write(!this.#store.frame.writing?.on);
      if (act === "one") this.#send({ do: "touch", what: "step", value: null });
    });
    this.#host.querySelector("[name=row]").addEventListener("change", ({ target }) => {
      this.#field.value = "";
      this.#typed = false;
      if (target.value !== "") this.#send({ do: "touch", what: "row", value: Number(target.value) });
    });
    this.#host.querySelector("[name=rate]").addEventListener("input", ({ target }) => this.#manner.set({ rate: Number(target.value) }));
    this.#canvas.addEventListener("pointermove", event => this.#point(event.offsetX, event.offsetY));
    this.#canvas.addEventListener("pointerdown", event => this.#point(event.offsetX, event.offsetY));
    this.#canvas.addEventListener("pointerleave", event => event.pointerType === "mouse" && this.#point(-1, -1));
  }

  /** What writing begins anew after: one's own text, or what is looked at; nothing where it goes on after what it has written. */
  get #prompt() {
    const { writing, sequence } = this.#store.frame;
    return this.#typed ? this.#field.value : goesOn(sequence?.text ?? "", writing) ? "" : sequence?.text ?? "";
  }

  #type() {
    const typed = [...this.#field.value].slice(-this.#store.scene.sequence.steps).join("");
    this.#typed = typed !== "";
    if (typed) this.#send({ do: "touch", what: "type", value: typed });
  }

  #write(on) {
    clearTimeout(this.#timer);
    const prompt = on ? this.#prompt : "";
    this.#send({ do: "touch", what: "write", value: { on, ...this.#manner.told, ...(prompt && { prompt }) } });
    this.#typed = false;
  }

  /** Temperature, top-k or speed have changed. */
  remanner() {
    this.#send({ do: "touch", what: "write", value: { on: this.#store.frame.writing?.on === true, ...this.#manner.told } });
    this.#stale = true;
  }

  resize() {
    this.#room = this.#canvas.clientWidth ? fit(this.#canvas, true) : null;
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { scene, frame } = this.#store;
    if (changed.scene) this.#arrange(scene);
    if (scene.sequence.kind !== "text") return;
    if (!this.#room) this.resize();
    if (!this.#room) return;
    const { writing } = frame, blink = Boolean(writing?.on) && (still() || now % (2 * BLINK_MS) < BLINK_MS), unit = unitAtHand(this.#store);
    const key = [unit?.column, unit?.unit, unit?.half, stepAtHand(this.#store, still()), this.#pointed].join();
    this.#manner.adopt(writing);
    if (!changed.words && !this.#stale && blink === this.#blink && key === this.#drawn) return;
    [this.#blink, this.#drawn, this.#stale] = [blink, key, false];
    this.#say(writing);
    this.#paint(unit);
  }

  #arrange({ sequence, samples }) {
    this.#host.hidden = sequence.kind !== "text";
    this.#trail.clear();
    if (sequence.kind !== "text") return;
    const options = (samples ?? []).map(({ row, label }) => `<option value="${row}">${escape(label)}</option>`);
    setHtml(this.#host.querySelector("[name=row]"), `<option value="">Passage</option>${options.join("")}`);
  }

  #say(writing) {
    const on = Boolean(writing?.on), [button, row] = ["[data-act=write]", "[name=row]"].map(name => this.#host.querySelector(name));
    const { row: read } = this.#store.frame.sequence ?? {};
    setText(button, on ? "Stop" : "Write");
    button.classList.toggle("solid", !on);
    this.#host.querySelector("[data-act=one]").disabled = on;
    setText(this.#host.querySelector(".rate b"), `${this.#manner.rate}/s`);
    const rate = this.#host.querySelector("[name=rate]"), known = (this.#store.scene.samples ?? []).some(sample => sample.row === read);
    if (Number(rate.value) !== this.#manner.rate) rate.value = this.#manner.rate;
    const chosen = known ? String(read) : "";
    if (row.value !== chosen && row.getRootNode().activeElement !== row) row.value = chosen;
  }

  /** The characters to show: what is looked at, or the prompt and what came after. */
  #characters() {
    const { frame, slow } = this.#store;
    return slow ? readSymbols(this.#store) ?? [] : [...shownText(frame.sequence?.text ?? "", frame.writing)];
  }

  #paint(unit) {
    const { context, width, height } = this.#room, store = this.#store, characters = this.#characters(), lines = Math.max(1, Math.floor(height / LINE));
    context.font = font(SIZE);
    const widths = new Map(), measure = c => widths.get(c) ?? (widths.set(c, context.measureText(shown(c)).width), widths.get(c));
    this.#placed = tail(flow(characters, measure, width - 4), lines);
    const first = characters.length - lengthOf(store), at = stepAtHand(store, still()), values = this.#shades(unit, characters, first);
    blank(context, width, height);
    for (const { x, line, width: own, index } of this.#placed) this.#shade(context, x, line * LINE, own, values(index));
    for (const { character, x, line, width: own, index } of this.#placed) {
      const here = index - first === at;
      if (here) underline(context, x, line * LINE + LINE - 3, own, theme.ink);
      text(context, shown(character), x, line * LINE + 16, { size: SIZE, weight: here ? 600 : 400, fill: character === "\n" ? theme.ink3 : theme.ink });
    }
    this.#caret(context);
    this.#label(unit, characters);
  }

  /** By index of a character: what the unit at hand said when it was read, NaN where nobody knows. */
  #shades(unit, characters, first) {
    if (!unit) return () => NaN;
    const store = this.#store, column = store.scene.columns[unit.column], state = telling(column);
    const run = running(store, still()), [from, to] = run && !run.backward ? reached(run, unit.half, store.scene.sequence.steps) : [0, Infinity];
    const seen = t => (t >= from && t < to ? valueAt(store, unit.column, state, unit.half, unit.unit, t) ?? NaN : NaN);
    if (store.frame.writing?.text && !store.slow) this.#trail.note(store, unit, characters.join(""), state);
    return index => (index >= first ? seen(index - first) : this.#trail.value(characters.length - 1 - index, unit));
  }

  #shade(context, x, y, width, value) {
    if (!value) return;
    const size = Math.min(1, Math.abs(value));
    context.globalAlpha = size * STRONG[value > 0 ? 1 : 0];
    context.fillStyle = scales.value.signed(Math.sign(value));
    context.fillRect(x, y + 1, width + 0.5, LINE - 3);
    context.globalAlpha = 1;
  }

  #caret(context) {
    const last = this.#placed.at(-1);
    if (!this.#blink) return;
    context.fillStyle = theme.ink;
    context.fillRect((last ? last.x + last.width : 0) + 1.5, (last?.line ?? 0) * LINE + 2, 2, LINE - 5);
  }

  #label(unit, characters) {
    const column = unit && this.#store.scene.columns[unit.column];
    setText(this.#host.querySelector(".who b"), unit ? `Unit ${numberOf(column, unit.unit)}` : "Text");
    setText(this.#host.querySelector(".who span"), unit ? "colours the text" : "");
    setAttribute(this.#canvas, "aria-label", characters.join("").slice(-200) || "Nothing yet");
  }

  // ---------------------------------------------------------------- alternatives

  /** Looks at the character under the pointer, and says what else might have stood there. */
  #point(x, y) {
    const found = characterAt(this.#placed, x, y, LINE), step = found ? found.index - (this.#characters().length - lengthOf(this.#store)) : null;
    this.#pointed = found?.index ?? null;
    this.#store.setHover(step !== null && step >= 0 ? { type: "step", x: step } : null);
    const card = this.#host.querySelector(".alternatives"), said = found && step > 0 ? alternatives(this.#store, step) : [];
    card.classList.toggle("on", said.length > 0);
    if (!said.length) return;
    setHtml(card, said.map(({ name, said, hit }) => `<span${hit ? ' class="hit"' : ""}>${escape(name)} <b>${escape(said)}</b></span>`).join(""));
    card.style.left = `${Math.max(0, Math.min(this.#canvas.offsetLeft + found.x, this.#host.clientWidth - card.offsetWidth))}px`;
    card.style.top = `${this.#canvas.offsetTop + found.line * LINE - card.offsetHeight - 4}px`;
  }

  destroy() {
    clearTimeout(this.#timer);
  }
}

/** Lines of the text are no lines here, where there is room for few. */
const shown = character => (character === "\n" ? "↵" : character);

/** Whether what is looked at is the end of what was written. */
export function goesOn(read, writing) {
  return Boolean(writing?.text) && (read.endsWith(writing.text) || writing.text.endsWith(read) || (writing.prompt + writing.text).endsWith(read));
}

/** What is looked at, with what was written before it. */
export function shownText(read, writing) {
  const whole = goesOn(read, writing) ? writing.prompt + writing.text : "";
  return whole.length > read.length && whole.endsWith(read) ? whole : read;
}

function underline(context, x, y, width, colour) {
  context.fillStyle = colour;
  context.fillRect(x, y, Math.max(3, width), 1.6);
}

/** What was likeliest where the character of a step came, and that one, marked: {name, said, hit}; of one less likely it is known below what. */
export function alternatives(store, step) {
  const chances = store.arrays.get("sequence/chances"), chosen = store.arrays.get("sequence/chosen"), came = readSymbols(store)?.[step];
  if (!chances || !chosen || store.slow) return [];
  const { alphabet } = store.scene.sequence, from = 3 * (step - 1);
  const one = k => ({ name: word(alphabet[chosen[from + k]] ?? ""), said: percent(chances[from + k]), hit: alphabet[chosen[from + k]] === came });
  const likeliest = [0, 1, 2].filter(k => chances[from + k] !== undefined).map(one);
  if (came === undefined || likeliest.some(({ hit }) => hit)) return likeliest;
  return [...likeliest, { name: word(came), said: `< ${percent(chances[from + 2])}`, hit: true }];
}
