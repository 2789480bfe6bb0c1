// The stations of the rail as buttons: names that open settings or the inspector, shapes below, plus signs between, a menu of what can be put there.
import { escape, icon } from "../format.js";
import { createReorder } from "../network/reorder.js";
import { createMenu } from "./menu.js";
import { shapeOf } from "./words.js";

/** Room of a name beside its neighbours. */
const APART = 10;

export function createHeads(ground, host, store, send, openSettings) {
  const box = document.createElement("div"), menu = createMenu(host, store, send);
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
    box.innerHTML = markup(store.scene, layout);
    if (key) box.querySelector(`[data-key="${key}"]`)?.focus();
    menu.refresh();
  }

  return { arrange, destroy: menu.destroy };
}

function markup(scene, layout) {
  const stations = scene.columns.map((column, c) => station(column, c, layout));
  const inserts = scene.columns.slice(1).map((column, k) => insert(scene, layout, k + 1));
  return [...stations, ...inserts].join("");
}

/** Names may be as wide as leaves the next ones room. */
export function roomOf(layout, c) {
  const at = k => layout.columns[k]?.station, left = at(c - 1) === undefined ? Infinity : at(c) - at(c - 1);
  const right = at(c + 1) === undefined ? 2 * (layout.width - at(c)) : at(c + 1) - at(c);
  return Math.max(38, Math.floor(Math.min(left, right, 190) - APART));
}

function station(column, c, layout) {
  const room = roomOf(layout, c), place = `left:${layout.columns[c].station}px;max-width:${room}px`;
  const opens = column.path ? 'aria-haspopup="dialog"' : "";
  const name = `<button class="name" data-key="name-${c}" data-name="${c}" data-subject="${escape(column.name)}" ${opens}>${escape(column.title)}</button>`;
  return `<div class="station" style="${place}">${handle(column, c)}<h2>${name}</h2>
    <span class="ctl">${escape(column.sub ?? shapeOf(column))}</span></div>`;
}

/** A station is dragged to another place; dropout goes with the layer before it. */
const handle = ({ path, kind, title }, c) => (!path || kind === "dropout" ? "" :
  `<button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${escape(title)}: arrow keys, or drag"></button>`);

function insert(scene, layout, c) {
  const before = c === scene.columns.length - 1 ? "the head" : escape(scene.columns[c].title);
  const from = layout.columns[c - 1], to = layout.columns[c], x = Math.round((from.right + to.left) / 2);
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="left:${x}px" aria-haspopup="menu"
    aria-label="Put a layer before ${before}" title="Put a layer here">${icon("plus", 14)}</button>`;
}
