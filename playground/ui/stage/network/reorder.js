// Changing the order of layers: a station is dragged along the rail, or moved with the arrow keys.
import { groupOf, groups, moves } from "./order.js";

/** Pixels before a press counts as a drag. */
const SLACK = 4;

/** `layout()` gives the present layout; drags begin on elements with data-handle inside `box`. */
export function createReorder(box, store, send, layout) {
  const mark = document.createElement("i");
  mark.className = "drop";
  let drag = null;

  function begin(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) return;
    handle.setPointerCapture(event.pointerId);
    drag = { column: Number(handle.dataset.handle), station: handle.parentElement, from: along(event), moved: false };
  }

  const along = event => (layout().turned ? event.clientY : event.clientX);

  function move(event) {
    if (!drag) return;
    const by = along(event) - drag.from;
    drag.moved ||= Math.abs(by) > SLACK;
    if (!drag.moved) return;
    drag.station.classList.add("dragged");
    drag.station.style.translate = layout().turned ? `0 ${by}px` : `${by}px 0`;
    drag.to = target(store.scene, layout(), drag.column, by);
    show(groups(store.scene, store.scene.columns[drag.column].path)[drag.to].columns[0]);
  }

  /** A line where the layer would go. */
  function show(column) {
    box.append(mark);
    mark.style[layout().turned ? "top" : "left"] = `${layout().columns[column].station}px`;
  }

  function end(event) {
    if (!drag) return;
    const { column, station, to, moved } = drag;
    drag = null;
    mark.remove();
    station.classList.remove("dragged");
    station.style.translate = "";
    if (moved && event.type === "pointerup") moves(store.scene, column, to).forEach(send);
  }

  /** Arrow keys on a handle: one place to the left or right (up or down when turned). */
  function key(event) {
    const handle = event.target.closest("[data-handle]"), by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!handle || !by) return;
    event.preventDefault();
    const c = Number(handle.dataset.handle), found = groups(store.scene, store.scene.columns[c].path);
    moves(store.scene, c, groupOf(found, c) + by).forEach(send);
  }

  const listeners = { pointerdown: begin, pointermove: move, pointerup: end, pointercancel: end, keydown: key };
  for (const [type, listener] of Object.entries(listeners)) box.addEventListener(type, listener);
}

/** The place among its groups of the column `c` when its station has been dragged `by` pixels: the group with the nearest middle. */
export function target(scene, layout, c, by) {
  const found = groups(scene, scene.columns[c].path), at = layout.columns[c].station + by;
  const middle = group => group.columns.reduce((sum, k) => sum + layout.columns[k].station, 0) / group.columns.length;
  const distances = found.map(group => (group.columns.length ? Math.abs(middle(group) - at) : Infinity));
  return distances.indexOf(Math.min(...distances));
}
