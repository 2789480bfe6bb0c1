// The controls above the columns: names, counts with minus and plus, activation menus, plus signs on the rail. Buttons of the page.
import { setAttribute, setText } from "../dom.js";
import { escape, icon, thousands } from "../format.js";
import { signOf } from "./describe.js";
import { word } from "./health.js";
import { DATA } from "./layout.js";
import { insertion, removals, valueAt } from "./order.js";

/** Stations closer than this have room for the name only, behind which are the settings. */
const TIGHT = 66;

/** `write(scene, layout)` gives the controls as HTML. */
export function createHeads(host, store, send, openSettings, write = markup) {
  const box = document.createElement("div");
  box.className = "heads";
  host.append(box);
  box.addEventListener("click", event => act(event.target.closest("button")));
  box.addEventListener("change", event => choose(event.target));

  function act(button) {
    const { scene } = store, { less, more, insert, name } = button?.dataset ?? {};
    if (more) resize(scene.columns[more], 1);
    if (less) lessen(Number(less));
    if (insert) send(insertion(scene, Number(insert)));
    if (name) openSettings(Number(name), button);
  }

  /** One neuron less; the last one takes the layer with it. */
  function lessen(c) {
    const column = store.scene.columns[c];
    if (column.units > 1) resize(column, -1);
    else removals(store.scene, c).forEach(send);
  }

  const resize = (column, by) => send({ do: "set", path: [...column.path, "units"], value: column.units + by });

  function choose(select) {
    const column = store.scene.columns[select.dataset.activation];
    send({ do: "set", path: [...column.path, "activation"], value: select.value });
  }

  /** Writes the controls of a scene where the layout has its stations; the focus stays on the control it was on. */
  function arrange(layout) {
    const key = box.contains(box.getRootNode().activeElement) ? box.getRootNode().activeElement.dataset.key : null;
    box.innerHTML = write(store.scene, layout);
    box.querySelectorAll("select").forEach(select => (select.value = select.dataset.value));
    if (key) box.querySelector(`[data-key="${key}"]`)?.focus();
  }

  /** Says at each layer's station how it does. */
  function tell(places) {
    for (const place of box.querySelectorAll("[data-word]")) {
      const said = word(places, store.arrays, Number(place.dataset.word));
      setText(place, said);
      setAttribute(place, "title", said);
    }
  }

  return { arrange, tell, box };
}

/** The controls as HTML. */
export function markup(scene, layout) {
  const last = scene.columns.length - 1;
  const stations = scene.columns.map((column, c) => station(scene, layout, column, c, last));
  const inserts = scene.columns.slice(1).map((_, k) => insertButton(scene, layout, k + 1));
  const data = layout.turned ? "" : `<div class="station" style="left:${DATA}px"><h2>Data</h2></div>`;
  return data + stations.join("") + inserts.join("");
}

function station(scene, layout, column, c, last) {
  const inner = c === 0 ? featuresHead(scene) : c === last ? headHead(column) : layerHead(scene, layout, column, c);
  return `<div class="station${layout.stacked ? " stacked" : ""}" data-column="${c}" style="${position(layout, c)}">${inner}</div>`;
}

/** Upright: over the station. Turned: at the left, above the row. */
function position(layout, c) {
  const column = layout.columns[c];
  if (!layout.turned) return `left:${column.station}px;max-width:${Math.max(30, layout.spacing - 22)}px`;
  return `top:${Math.min(...column.tiles.map(t => t.y)) - column.size / 2 - (c ? 38 : 48)}px`;
}

const featuresHead = scene =>
  `<h2><button class="name" data-key="name-0" data-inspect="${scene.columns[0].name}" title="Inspect what is fed">Features</button></h2><span class="ctl">${scene.features.filter(feature => feature.on).length} of ${scene.features.length}</span>`;

function headHead(column) {
  return `<h2><button class="name" data-key="name-head" data-inspect="${column.name}" title="Inspect the head">Head</button></h2><span class="ctl">${escape(column.units > 1 ? `${column.units} · ${signOf(column)}` : signOf(column))}</span>`;
}

function layerHead(scene, layout, column, c) {
  const notes = (column.notes ?? []).map(note => escape(note.text)).join(", ");
  return `<button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${column.title}: arrow keys, or drag"></button>
    <h2><button class="name" data-key="name-${c}" data-name="${c}" data-subject="${column.name}" aria-haspopup="dialog" title="Settings of this layer${notes && `: ${notes}`}"
      >${escape(shortName(layout, column, c))}</button><small title="${notes}">${notes}</small><small class="word" data-word="${c}"></small></h2>
    <span class="ctl">${tight(layout) ? number(column) : count(column, c) + menu(scene, column, c)}</span>`;
}

export const number = column => `<b class="num">${thousands(column.units)}</b>`;
const tight = layout => !layout.turned && layout.spacing < TIGHT;
const shortName = (layout, column, c) => (tight(layout) ? `H ${c}` : column.title);

/** The number of a column's units, or what stands for it, between a minus and a plus. */
export function count(column, c, shown = number(column)) {
  if (column.resizable === false) return shown;
  const [icons, does] = column.units > 1 ? ["minus", "One neuron less in"] : ["close", "Remove"];
  const button = (what, words, sign) =>
    `<button class="sq" data-key="${what}-${c}" data-${what}="${c}" aria-label="${words} ${column.title}">${icon(sign, 15)}</button>`;
  return `<span class="count">${button("less", does, icons)}${shown}${button("more", "One neuron more in", "plus")}</span>`;
}

/** The activation, which opens the menu of all. */
export function menu(scene, column, c) {
  if (!column.activation || !valueAt(scene.experiment, [...column.path, "activation"])) return "";
  const options = scene.activations.map(a => `<option value="${a.kind}">${escape(a.title)}</option>`).join("");
  const names = `data-key="activation-${c}" data-activation="${c}" data-value="${column.activation.kind}" aria-label="Activation of ${column.title}"`;
  return `<label class="menu"><span aria-hidden="true">${escape(signOf(column))}</span>${icon("down", 14)}<select ${names}>${options}</select></label>`;
}

function insertButton(scene, layout, c) {
  const before = c === scene.columns.length - 1 ? "the head" : scene.columns[c].title;
  const middle = (layout.columns[c - 1].station + layout.columns[c].station) / 2, place = layout.turned ? position(layout, c) : `left:${middle}px`;
  const words = `aria-label="Put a layer before ${before}" title="Put a layer here"`;
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="${place}" ${words}>${icon("plus", 14)}</button>`;
}
