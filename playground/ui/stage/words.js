// The strip of words: the segments of a step with their times, and one sentence on what is happening.
import { progress } from "./caption.js";
import { setHtml, setText } from "./dom.js";
import { duration, escape } from "./format.js";
import { phaseOf, turnOf } from "./store.js";

/** So long the strip shows why a command was refused. */
const REFUSED_MS = 8000;

const sentence = (strong, words) => `<p class="ask"><strong>${escape(strong)}</strong> ${escape(words)}</p>`;

const preparing = ({ done, total }) => `Preparing ${done} of ${total} kernels.`;

/** What the strip says, the most pressing first, as HTML. `refused` is an error to show now, or null; `caption` says slow motion in words. */
export function sentenceOf(store, lost, refused, caption) {
  const { scene, frame } = store;
  if (lost) return sentence("Reconnecting.", "The picture is the last one that came; the run goes on.");
  if (frame.state === "preparing") return sentence(preparing(frame.kernels), "They are compiled once and kept for the next time.");
  if (refused) return sentence("Not done.", refused.text);
  if (frame.message) return messageHtml(frame.message);
  const slow = caption?.(store);
  if (slow) return `<p class="caption"><strong>${slow[0]}</strong><span class="math">${slow[1]}</span></p>`;
  if (scene.data.obstacle) return sentence("No data.", scene.data.obstacle);
  if (scene.link_error) return sentence("The link.", scene.link_error);
  if (store.note) return sentence("Shown in part.", store.note);
  return scene.tip ? sentence("Try this.", scene.tip) : "";
}

function messageHtml({ kind, text, detail, actions }) {
  const button = ({ title }, k) => `<button class="action${k ? "" : " solid"}" data-action="${k}">${escape(title)}</button>`;
  const buttons = (actions ?? []).map(button).join("");
  const swatch = kind === "diverged" ? "<i></i>" : "";
  return `<div class="alarm ${escape(kind)}">${swatch}<p><strong>${escape(text)}</strong> ${escape(detail ?? "")}</p>${buttons}</div>`;
}

/** In the turn of a player that has been named only what is done. */
const shortTitle = (name, title, before) => (turnOf(name) && turnOf(name) === turnOf(before?.[0]) ? phaseOf(name) : title);

const bar = ([segment, title], k, all) => `<li data-segment="${segment}"><button title="Slow motion, on to the next: ${title.toLowerCase()}"
  ><span>${shortTitle(segment, title, all[k - 1])} <em></em></span></button></li>`;

export class Words {
  #store; #link; #host; #bars; #caption; #shown = ""; #refused = { number: 0, at: -Infinity }; #lost = false;

  constructor(root, store, send, link) {
    this.#store = store;
    this.#link = link;
    this.#host = root.querySelector(".words");
    this.#bars = root.querySelector(".stages");
    this.#bars.addEventListener("click", event => {
      const item = event.target.closest("[data-segment]");
      if (item) send({ do: "stage", segment: item.dataset.segment });
    });
    this.#host.addEventListener("click", event => {
      const button = event.target.closest("[data-action]");
      if (button) send(store.frame.message.actions[button.dataset.action].do);
    });
  }

  /** A lab's slow motion in words: `caption(store)`, [sentence, formula as HTML] or null. */
  speak(caption) {
    this.#caption = caption;
  }

  /** Says why nothing can be drawn. */
  explain(text) {
    setHtml(this.#host, text && sentence("Not connected.", text));
  }

  draw(now, changed) {
    const store = this.#store, { frame } = store;
    if (!changed.words && !this.#moving(now)) return;
    this.#drawBars();
    setHtml(this.#host, sentenceOf(store, this.#link.lost(now), this.#refusal(frame.error, now), this.#caption));
    this.#bars.hidden = Boolean(frame.message?.actions?.length);
  }

  /** What is said may change without a frame: a line is lost, a refusal has been read, slow motion goes on. */
  #moving(now) {
    const lost = this.#link.lost(now), moving = lost !== this.#lost || this.#store.slow !== null || now - this.#refused.at < REFUSED_MS + 100;
    this.#lost = lost;
    return moving;
  }

  /** The last error, while it is new. One that was there when we came is not. */
  #refusal(error, now) {
    if (error && error.number !== this.#refused.number) this.#refused = { number: error.number, at: now };
    return error && now - this.#refused.at < REFUSED_MS ? error : null;
  }

  #drawBars() {
    const html = this.#store.scene.segments.map(bar).join("");
    if (html !== this.#shown) this.#bars.innerHTML = this.#shown = html;
    const { slow, frame, stageClock } = this.#store, filled = slow && progress(slow, stageClock);
    for (const bar of this.#bars.children) {
      const { segment } = bar.dataset, time = frame.timing?.[segment];
      setText(bar.querySelector("em"), !slow && time != null ? duration(time) : "");
      bar.style.setProperty("--t", filled ? filled[segment].toFixed(3) : "0");
      bar.style.setProperty("--hue", this.#hue(segment));
      bar.className = !filled ? "" : filled.running === segment ? "on" : filled[segment] === 1 ? "done" : "";
    }
  }

  /** Forward has the receiving layer's colour or the player's whose turn it is, backward the gradients', the others ink. */
  #hue(segment) {
    const { stage, scene } = this.#store, player = { generator: "var(--fake)", discriminator: "var(--real)" }[turnOf(segment)];
    if (phaseOf(segment) === "backward") return "var(--grad)";
    if (player) return player;
    if (phaseOf(segment) !== "forward" || !stage) return "var(--ink)";
    const column = stage.segment === segment ? stage.column : 1;
    return column < scene.columns.length - 1 ? `var(--l${(column - 1) % 4 + 1})` : "var(--ink)";
  }
}
