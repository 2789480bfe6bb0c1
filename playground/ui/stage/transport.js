// The transport bar: buttons, pace, counters.
import { setAttribute, setText } from "./dom.js";
import { compact, escape, icon, loss, percent, thousands } from "./format.js";
import { STOPS, paceInWords, paceOf, placeOf, stopOf } from "./pace.js";
import { still } from "./theme.js";

const HOLD_MS = 1200;       // so long the slider is the person's, then it follows the run

/** What every lab counts behind its own: title, width in digits. */
const ALWAYS = { speed: ["Samples/s", 4.2], fps: ["fps", 2.2] };

const NONE = "–";
/** Steps and epochs in full up to seven digits. */
const count = value => (value < 1e7 ? thousands(value) : compact(value));
const FORMS = { count: value => count(Math.floor(value)), loss, percent };

/** What each counter of a scene says of a frame, in their order. No number: not measured yet, or no longer one. */
export function counters(list, frame) {
  return list.map(({ of, form }) => {
    const value = frame.scores?.[of] ?? frame[of];
    return value != null ? FORMS[form](value) : form === "loss" && frame.state === "diverged" ? "NaN" : NONE;
  });
}

/** How fast it goes, and how often it is drawn; `fps` is the stage's own. */
export function speeds(frame, fps) {
  const playing = frame.state === "playing";
  return {
    speed: playing && !frame.slow && frame.samples_per_second ? compact(frame.samples_per_second) : NONE,
    fps: playing && fps ? String(Math.round(fps)) : NONE,
  };
}

const counterHtml = (name, title, width, look) =>
  `<div class="counter ${look}" data-name="${name}"><span>${escape(title)}</span><output style="width:${width}ch">${NONE}</output></div>`;

export function createTransport(root, store, send, link, diagnostics) {
  const host = root.querySelector(".transport"), play = host.querySelector(".play"), input = host.querySelector("input");
  const stops = host.querySelector(".pace-stops");
  let touched = -Infinity, shown = null, counted = null, fields = [];

  for (const button of host.querySelectorAll("[data-icon]")) button.innerHTML = icon(button.dataset.icon, 22);
  play.innerHTML = icon("play", 24) + icon("pause", 24);
  stops.innerHTML = STOPS.map(([name, place]) => `<button data-place="${place}" tabindex="-1">${name}</button>`).join("");
  const list = host.querySelector(".counters");

  /** Another scene may count other things. */
  function compose(counted) {
    const own = counted.map(({ of, title, width, look }) => counterHtml(of, title, width, look));
    const always = Object.entries(ALWAYS).map(([name, [title, width]]) => counterHtml(name, title, width, "quiet"));
    list.innerHTML = [...own, ...always].join("");
    fields = [...list.querySelectorAll("output")];
  }

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
      const { frame, scene } = store, { speed, fps } = speeds(frame, diagnostics.fps), key = JSON.stringify(scene.counters);
      if (key !== counted) compose(scene.counters);
      counted = key;
      for (const [k, value] of [...counters(scene.counters, frame), speed, fps].entries()) setText(fields[k], value);
      setAttribute(play, "aria-label", store.playing ? "Pause (Space)" : "Play (Space)");
      play.classList.toggle("on", store.playing);
      setText(fields.at(-1).previousElementSibling, link.mode === "fallback" ? "fps, no socket" : "fps");
      follow(frame.pace, now);
    },
  };
}
