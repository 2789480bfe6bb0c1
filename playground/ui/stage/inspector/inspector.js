// The inspector: what opens it, where it stands, what closes it. One panel for whatever of a run is looked at closely, in every lab.
import { setText } from "../dom.js";
import { Panel } from "./panel.js";
import { placePanel, within } from "./place.js";

/** What says for which part of the run it stands; sheets and dialogs, which Escape closes first. */
const MARKED = "[data-inspect], [data-subject]", ABOVE = ".sheet:not([hidden]), dialog[open]";

export function createInspector(root, store, send) {
  const board = root.querySelector(".board"), rate = root.querySelector(".rate"), panel = new Panel(store, send), { element } = panel;
  let reads = null, near = null, shown = null, moved = null, drag = null;
  board.append(element);

  // ---------------------------------------------------------------- opening and closing

  const keyOf = ({ name, index }) => JSON.stringify([name, index ?? null]), close = () => send({ do: "inspect", name: null });

  /** Asks for something by its name in memory. `at`: what was clicked, in the page's pixels. */
  store.inspect = (name, index = null, at = null) => {
    if (keyOf({ name, index }) === shown) return;
    const { left, top } = board.getBoundingClientRect();
    near = at && { left: at.left - left, top: at.top - top, right: at.right - left, bottom: at.bottom - top };
    send({ do: "inspect", name, index });
  };

  const toggle = (name, index = null, at = null) => (keyOf({ name, index }) === shown ? close() : store.inspect(name, index, at));

  /** Elements say themselves what they stand for: by data-inspect, or where a click means something else by data-subject. */
  function inspectMarked(marked) {
    const { inspect, subject, index } = marked.dataset;
    toggle(inspect ?? subject, index ? JSON.parse(index) : null, (marked.closest(".sheet") ?? marked).getBoundingClientRect());
  }

  /** What has the focus or the pointer, or what the lab says is looked at. */
  function inspectHovered() {
    const focused = board.getRootNode().activeElement?.closest?.(MARKED), marked = focused ?? board.querySelector(`:is(${MARKED}):hover`);
    const found = reads?.(store);
    if (marked) inspectMarked(marked);
    else if (found) toggle(...found);
  }

  function pressed(event) {
    if (event.key === "Escape" && shown !== null && !root.querySelector(ABOVE)) close();
  }

  function clicked(event) {
    const marked = event.target.closest?.("[data-inspect]");
    if (marked) inspectMarked(marked);
    else if (event.target.closest?.("[data-close]") && element.contains(event.target)) close();
  }

  addEventListener("keydown", pressed);
  board.addEventListener("click", clicked);

  // ---------------------------------------------------------------- standing and moving

  const sizeOf = ({ offsetWidth: width, offsetHeight: height }) => ({ width, height });
  const floats = () => getComputedStyle(element).position === "absolute";

  function stand({ left, top }) {
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  }

  /** Where it was dragged to, unless something is clicked: then beside that. */
  function place() {
    if (moved && !near) return stand(moved);
    const bar = root.querySelector(".transport"), { offsetLeft: right } = root.querySelector(".out");
    stand(placePanel(near, sizeOf(element), { top: bar.offsetTop + bar.offsetHeight, right, height: board.offsetHeight }));
    [near, moved] = [null, null];
  }

  function take(event) {
    if (!event.target.closest("header") || event.target.closest("button") || event.button || !floats()) return;
    element.setPointerCapture(event.pointerId);
    drag = { x: event.clientX - element.offsetLeft, y: event.clientY - element.offsetTop };
  }

  const drop = () => void (drag = null), listeners = {
    pointerdown: take, pointerup: drop, pointercancel: drop,
    pointermove: event => drag && stand((moved = within(event.clientX - drag.x, event.clientY - drag.y, sizeOf(element), sizeOf(board)))),
  };
  for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);

  // ---------------------------------------------------------------- drawing

  function draw(now, changed) {
    const it = store.frame.inspected, key = it ? keyOf(it) : null, other = key !== shown;
    if (changed.words) tellRate();
    shown = key;
    if (other) store.inspected = it && { name: it.name, index: it.index };
    if (!it) return other && panel.hide();
    panel.draw(it, changed.words || other);
    if (other) place();
  }

  /** The optimizer's words beside the loss. */
  function tellRate() {
    const { optimizer } = store.scene, { rate: newest } = store.frame;
    setText(rate, newest == null ? optimizer.title : `${optimizer.title} ${Number(newest.toPrecision(2))}`);
  }

  return {
    draw,
    inspectHovered,
    /** `read(store)`: what of a lab is hovered, as store.inspect takes it, or null. */
    reads: read => void (reads = read),
    resize() {
      panel.renew();
      if (shown !== null) place();
    },
    retheme: () => panel.renew(),
    destroy: () => removeEventListener("keydown", pressed),
  };
}
