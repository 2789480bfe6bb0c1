// Names at the left of the steps: layers as buttons with their settings, bands with their symbols, plus signs on the rail between layers.
import { escape, icon, thousands } from "../format.js";
import { createReorder } from "../network/reorder.js";
import { createMenu } from "../vision/menu.js";
import { bidirectional } from "./layout.js";
import { insertions, kindsFor } from "./insertions.js";

const RANGES = { unit: "0 to 1", signed: "−1 to 1" };
/** Lowest bands that have room for their range. */
const ROOMY = 36;

export function createHeads(ground, host, store, send, openSettings) {
  const box = document.createElement("div"), menu = createMenu(host, store, send, { kinds: kindsFor, commands: insertions });
  let layout = null;
  box.className = "heads";
  ground.append(box);
  createReorder(box, store, send, () => layout);
  box.addEventListener("click", event => {
    const button = event.target.closest("button"), { name, insert } = button?.dataset ?? {};
    if (insert) menu.open(Number(insert), button);
    if (name && store.scene.columns[name].path) openSettings(Number(name), button);
  });

  /** Writes the names of a scene; the focus stays on the control it was on. */
  function arrange(placed) {
    layout = placed;
    const active = box.getRootNode().activeElement, key = box.contains(active) ? active.dataset.key : null;
    box.innerHTML = markup(store.scene, layout);
    if (key) box.querySelector(`[data-key="${key}"]`)?.focus();
    menu.refresh();
  }

  return { arrange, destroy: menu.destroy };
}

/** The names as HTML. */
export function markup(scene, layout) {
  const stations = scene.columns.map((column, c) => (c ? station(scene, layout, column, c) : ""));
  const inserts = scene.columns.slice(1).map((column, k) => insert(scene, layout, k + 1));
  return [...stations, ...inserts].join("");
}

function station(scene, layout, column, c) {
  const place = layout.columns[c], labels = place.form === "recurrent" ? bandLabels(column, place) : "";
  const opens = column.path ? 'aria-haspopup="dialog"' : "", sub = place.form === "recurrent" ? `<small>${subOf(column, place)}</small>` : "";
  const name = `<button class="name" data-key="name-${c}" data-name="${c}" ${opens}>${escape(column.title)}</button>`;
  return `<div class="station" style="top:${place.station - 11}px">${handle(column, c)}<h2>${name}${sub}</h2></div>${labels}`;
}

/** "64 units, 16 shown" */
export function subOf(column, { rows }) {
  const [units, each] = bidirectional(column) ? [column.units / 2, " each way"] : [column.units, ""];
  return `${thousands(units)} units${each}${rows < units ? `, ${rows} shown` : ""}`;
}

function bandLabels(column, { bands, bars }) {
  const label = ({ y, height, name, symbol, range }) => `<div class="band" style="top:${y}px;height:${height}px"><b>${escape(name)}</b>
    <i>${escape(symbol)}<sub>t</sub></i>${height >= ROOMY ? `<span>${RANGES[range]}</span>` : ""}</div>`;
  const gradient = ({ y, height }) =>
    `<div class="band grad" style="top:${y}px;height:${height}px"><b>Gradient</b><span>back in time</span></div>`;
  const way = ({ half }) => `<div class="way" style="top:${bands.find(band => band.half === half).y - 18}px">${half ? "← backward" : "→ forward"} in time</div>`;
  return [...bands.map(label), ...bars.map(gradient), ...(bidirectional(column) ? bars.map(way) : [])].join("");
}

/** A station is dragged to another place; dropout goes with the layer before it. */
const handle = ({ path, kind, title }, c) => (!path || kind === "dropout" ? "" :
  `<button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${escape(title)}: arrow keys, or drag"></button>`);

function insert(scene, layout, c) {
  const before = c === scene.columns.length - 1 ? "the head" : escape(scene.columns[c].title), y = (layout.columns[c - 1].bottom + layout.columns[c].top) / 2;
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="top:${Math.round(y)}px" aria-haspopup="menu"
    aria-label="Put a layer before ${before}" title="Put a layer here">${icon("plus", 12)}</button>`;
}
