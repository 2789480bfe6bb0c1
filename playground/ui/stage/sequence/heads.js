// Names at the left of the steps: layers as buttons with their settings, bands with their symbols, plus signs on the rail between layers.
import { setText } from "../dom.js";
import { escape, icon, loss, number, thousands, tiny } from "../format.js";
import { createHeads, handle } from "../vision/heads.js";
import { hotOf } from "./bands.js";
import { bidirectional } from "./layout.js";
import { insertions, kindsFor } from "./insertions.js";
import { nameOf } from "./subject.js";
import { gradientOf } from "./values.js";

const RANGES = { unit: "0 to 1", signed: "−1 to 1" };
const reach = full => (full > 1.005 ? `±${full < 1e3 ? number(full, 1) : loss(full)}` : RANGES.signed);
/** Lowest bands that have room for their range. */
const ROOMY = 36;

/** The vision lab's stations with words of our own, some of which change with each frame. */
export function createNames(ground, host, store, send, openSettings) {
  const { box, arrange, destroy } = createHeads(ground, host, store, send, openSettings, {
    write: markup, menu: { kinds: kindsFor, commands: insertions },
  });

  /** Says how far states reach, how large the gradient is at a step, and which states have given their place to their gradients. */
  function tell({ columns }, bands, at) {
    for (const label of box.querySelectorAll("[data-band]")) {
      const [c, k] = label.dataset.band.split(" ").map(Number), band = columns[c].bands[k], span = label.querySelector("span");
      if (band.range === "signed" && span) setText(span, reach(bands.full(c, k)));
      label.classList.toggle("hot", hotOf(store, c, band) !== undefined);
    }
    for (const label of box.querySelectorAll("[data-bars]")) {
      const [c, half] = label.dataset.bars.split(" ").map(Number), value = gradientOf(store, c, half)?.[at];
      setText(label.querySelector("span"), value === undefined || Number.isNaN(value) ? "back in time" : `${tiny(value)} here`);
    }
  }

  return { arrange, tell, destroy };
}

/** The names as HTML. */
export function markup(scene, layout) {
  const stations = scene.columns.map((column, c) => (c ? station(scene, layout, column, c) : ""));
  const inserts = scene.columns.slice(1).map((column, k) => insert(scene, layout, k + 1));
  return [...stations, ...inserts].join("");
}

function station(scene, layout, column, c) {
  const place = layout.columns[c], labels = place.form === "recurrent" ? bandLabels(column, place, c) : "";
  const opens = column.path ? 'aria-haspopup="dialog"' : "", sub = subOf(scene, layout, c);
  const title = place.form === "recurrent" ? column.title : short(scene, column);
  const name = `<button class="name" data-key="name-${c}" data-name="${c}" data-subject="${escape(column.name)}" ${opens}>${escape(title)}</button>${sub && `<small>${sub}</small>`}`;
  return `<div class="station ${place.form}" style="top:${place.station - 11}px">${handle(column, c)}<h2>${name}</h2></div>${labels}`;
}

/** Without its sizes, for which there is no room. */
const short = ({ layer_kinds: kinds }, { kind, title }) => kinds.find(known => known.kind === kind)?.title ?? title;

/** What a name does not say: how many units are shown, what the rows of a head are. */
export function subOf(scene, layout, c) {
  const column = scene.columns[c], { form, rows } = layout.columns[c], each = bidirectional(column) ? " each way" : "";
  if (form === "recurrent") return rows < column.units ? `${rows} of ${thousands(column.units)} units${each} shown` : `${rows} units${each}`;
  return form === "steps" && c === scene.columns.length - 1 && scene.sequence.each_step ? "3 likeliest" : "";
}

function bandLabels(column, { bands, bars }, c) {
  const title = (words, gate, half) => `<button data-inspect="${escape(nameOf(column, gate, half))}" title="Inspect it, all units at all steps">${escape(words)}</button>`;
  const label = ({ half, gate, y, height, name, symbol, range }, k) => `<div class="band" style="top:${y}px;height:${height}px" data-band="${c} ${k}">
    ${title(name, gate, half)}<i><u>∂L∕∂</u>${escape(symbol)}<sub>t</sub></i>${height >= ROOMY ? `<span>${RANGES[range]}</span>` : ""}</div>`;
  const gradient = ({ half, gate, y, height }) =>
    `<div class="band grad" style="top:${y}px;height:${height}px" data-bars="${c} ${half}">${title("Gradient", gate, half)}<span>back in time</span></div>`;
  const top = half => bands.find(band => band.half === half).y - 18;
  const way = ({ half }) => `<div class="way" style="top:${top(half)}px">${half ? "← backward" : "→ forward"} in time</div>`;
  return [...bands.map(label), ...bars.map(gradient), ...(bidirectional(column) ? bars.map(way) : [])].join("");
}

function insert(scene, layout, c) {
  const before = c === scene.columns.length - 1 ? "the head" : escape(scene.columns[c].title), y = layout.columns[c].top - 4;
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="top:${Math.round(y)}px" aria-haspopup="menu"
    aria-label="Put a layer before ${before}" title="Put a layer here">${icon("plus", 12)}</button>`;
}
