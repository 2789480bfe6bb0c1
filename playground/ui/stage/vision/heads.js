// The stations of the rail as buttons: names that open settings or the inspector, shapes below, plus signs between, a menu of what can be put there.
import { escape, icon } from "../format.js";
import { createReorder } from "../network/reorder.js";
import { createMenu } from "./menu.js";
import { shapeOf } from "./words.js";

/** Room of a name beside its neighbours, and where there is only room for a short one. */
const APART = 10, TIGHT = 50;

/** `write(scene, layout)` gives the stations as HTML, `menu` is what createMenu takes besides. */
export function createHeads(ground, host, store, send, openSettings, { write = markup, menu: offered } = {}) {
  const box = document.createElement("div"), menu = createMenu(host, store, send, offered);
  let layout = null;
  box.className = "heads";
  ground.append(box);
  createReorder(box, store, send, () => layout);
  box.addEventListener("click", event => {
    const button = event.target.closest("button"), { name, insert } = button?.dataset ?? {};
    if (insert) menu.open(Number(insert), button);
    if (!name) return;
    const { path, name: own } = store.scene.columns[name];
    if (path) openSettings(Number(name), button);
    else store.inspect(own, null, button.getBoundingClientRect());
  });

  /** Writes the stations of a scene; the focus stays on the control it was on. */
  function arrange(placed) {
    layout = placed;
    const active = box.getRootNode().activeElement, key = box.contains(active) ? active.dataset.key : null;
    box.innerHTML = write(store.scene, layout);
    if (key) box.querySelector(`[data-key="${key}"]`)?.focus();
    menu.refresh();
  }

  return { box, arrange, destroy: menu.destroy };
}

function markup(scene, layout) {
  const shown = (make, c) => (layout.columns[c].hidden ? "" : make(scene.columns[c], c, layout, scene));
  const stations = scene.columns.map((_, c) => shown(station, c)), inserts = scene.columns.slice(1).map((_, k) => shown(insert, k + 1));
  return [...stations, ...inserts].join("");
}

/** Names may be as wide as leaves the next ones room. */
export function roomOf(layout, c) {
  const at = k => layout.columns[k]?.station, before = at(c - 1 - Boolean(layout.columns[c - 1]?.hidden)), after = at(c + 1 + Boolean(layout.columns[c + 1]?.hidden));
  const left = before === undefined ? Infinity : at(c) - before, right = after === undefined ? 2 * (layout.width - at(c)) : after - at(c);
  return Math.max(38, Math.floor(Math.min(left, right, 190) - APART));
}

function station(column, c, layout, scene) {
  const wide = roomOf(layout, c), tight = wide < TIGHT, room = wide + (tight ? APART - 2 : 0);
  const place = `left:${layout.columns[c].station}px;max-width:${room}px${tight ? ";font-size:11.5px" : ""}`;
  const opens = column.path ? 'aria-haspopup="dialog"' : "";
  const said = escape(tight ? shortOf(column, scene) : column.title);
  const name = `<button class="name" data-key="name-${c}" data-name="${c}" data-subject="${escape(column.name)}" ${opens}>${said}</button>`;
  return `<div class="station" style="${place}">${handle(column, c)}<h2>${name}</h2>
    <span class="ctl">${escape(tight && column.shape.length === 3 ? shapeOf({ shape: column.shape.slice(0, 2) }) : column.sub ?? shapeOf(column))}${hidden(c, layout, scene)}</span></div>`;
}

/** A column without a station is inspected from the one before. */
function hidden(c, layout, { columns }) {
  if (!layout.columns[c + 1]?.hidden) return "";
  const { name, title } = columns[c + 1];
  return `, <button data-key="name-${c + 1}" data-inspect="${escape(name)}" title="Inspect the ${escape(title.toLowerCase())}">${escape(title.toLowerCase())}</button>`;
}

/** The kind alone, without what all layers of pictures have in their names. */
function shortOf({ kind, title }, scene) {
  const family = scene.layer_kinds.find(member => member.kind === kind)?.title ?? title;
  return family.replace(/ ?[12]D$/, "").split(" ")[0];
}

/** A station is dragged to another place; dropout goes with the layer before it. */
export const handle = ({ path, kind, title }, c) => (!path || kind === "dropout" ? "" :
  `<button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${escape(title)}: arrow keys, or drag"></button>`);

function insert(column, c, layout, scene) {
  const before = c === scene.columns.length - 1 ? "the head" : escape(column.title);
  const from = layout.columns[c - 1], to = layout.columns[c], x = Math.round((from.right + to.left) / 2);
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="left:${x}px" aria-haspopup="menu"
    aria-label="Put a layer before ${before}" title="Put a layer here">${icon("plus", 14)}</button>`;
}
