// The transport bar: buttons, pace, counters.
import { setAttribute, setText } from "./dom.js";
import { compact, icon, loss, percent, thousands } from "./format.js";
import { STOPS, paceInWords, paceOf, placeOf, stopOf } from "./pace.js";
import { still } from "./theme.js";

const HOLD_MS = 1200;       // so long the slider is the person's, then it follows the run

/** name, title, width in digits, class; the accuracy's place stays empty in regression. */
const COUNTERS = [
  ["epoch", "Epoch", 4.6, "strong"],
  ["step", "Step", 7.4, ""],
  ["train", "Train loss", 4.4, "train"],
  ["test", "Test loss", 4.4, "test strong"],
  ["accuracy", "Test accuracy", 5.4, ""],
  ["speed", "Samples/s", 4.2, "quiet"],
  ["fps", "fps", 2.2, "quiet"],
];

const NONE = "–";
/** Steps and epochs in full up to seven digits. */
const count = value => (value < 1e7 ? thousands(value) : compact(value));
/** No loss: not measured yet, or no longer a number. */
const measured = (value, { state }) => (value != null ? loss(value) : state === "diverged" ? "NaN" : NONE);

/** What each counter says of a frame; `fps` is the stage's own. */
export function counters(frame, fps) {
  const playing = frame.state === "playing";
  return {
    epoch: count(Math.floor(frame.epoch)),
    step: count(frame.step),
    train: measured(frame.train, frame),
    test: measured(frame.test, frame),
    accuracy: frame.accuracy == null ? NONE : percent(frame.accuracy),
    speed: playing && !frame.slow && frame.samples_per_second ? compact(frame.samples_per_second) : NONE,
    fps: playing && fps ? String(Math.round(fps)) : NONE,
  };
}

const counterHtml = ([name, title, width, kind]) =>
  `<div class="counter ${kind}" data-name="${name}"><span>${title}</span><output style="width:${width}ch">${NONE}</output></div>`;

export function createTransport(root, store, send, link, diagnostics) {
  const host = root.querySelector(".transport"), play = host.querySelector(".play"), input = host.querySelector("input");
  const stops = host.querySelector(".pace-stops"), fields = {};
  let touched = -Infinity, shown = null;

  for (const button of host.querySelectorAll("[data-icon]")) button.innerHTML = icon(button.dataset.icon, 22);
  play.innerHTML = icon("play", 24) + icon("pause", 24);
  stops.innerHTML = STOPS.map(([name, place]) => `<button data-place="${place}" tabindex="-1">${name}</button>`).join("");
  const list = host.querySelector(".counters");
  list.innerHTML = COUNTERS.map(counterHtml).join("");
  const way = list.querySelector("[data-name=fps] span");
  for (const [name] of COUNTERS) fields[name] = list.querySelector(`[data-name=${name}] output`);

  host.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (button?.dataset.do) send({ do: button.dataset.do });
    else if (button?.dataset.place) move(Number(button.dataset.place));
  });
  input.addEventListener("input", () => move(input.value / 1000));

  function move(place) {
    touched = performance.now();
    show(place);
    send({ do: "pace", ...paceOf(place), ...(still() && { brisk: true }) });
  }

  function show(place) {
    if (Math.abs(input.value / 1000 - place) > 0.0005) input.value = place * 1000;
    host.style.setProperty("--pace", place);
    setAttribute(input, "aria-valuetext", paceInWords(paceOf(place)));
    setAttribute(input, "title", paceInWords(paceOf(place)));
    const near = stopOf(place);
    for (const button of stops.children) button.classList.toggle("on", button.textContent === near);
  }

  /** The slider follows the run: after a reload, or when the page changed the pace. */
  function follow(pace, now) {
    const key = JSON.stringify(pace);
    if (key === shown || now - touched < HOLD_MS) return;
    shown = key;
    show(placeOf(pace));
  }

  return {
    draw(now, changed) {
      if (!changed.words) return;
      const frame = store.frame, values = counters(frame, diagnostics.fps);
      for (const name in fields) setText(fields[name], values[name]);
      fields.accuracy.parentElement.hidden = store.scene.task === "regression";
      setAttribute(play, "aria-label", store.playing ? "Pause (Space)" : "Play (Space)");
      play.classList.toggle("on", store.playing);
      setText(way, link.mode === "fallback" ? "fps, no socket" : "fps");
      follow(frame.pace, now);
    },
  };
}
