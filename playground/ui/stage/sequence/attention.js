// Where the person's attention is: the step and the unit under the pointer, or the keyboard's.
import { clamp } from "../canvas.js";
import { setAttribute } from "../dom.js";
import { number } from "../format.js";
import { bidirectional, pick, recurrent } from "./layout.js";
import { readSymbols } from "./reading.js";
import { word } from "./symbols.js";
import { lengthOf, numberOf, stepAtHand, telling, unitAtHand, valueAt } from "./values.js";

const LABEL = "The network over time. Left and right go from step to step, up and down from unit to unit, Page Up and Page Down from layer to layer.";

/** `place()` gives the layout, null before the first scene; `show(c)` brings a column into view. */
export function createAttention(canvas, store, place, show) {
  let keyed = false;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", LABEL);
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointerleave", event => event.pointerType === "mouse" && !keyed && store.setHover(null));
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("blur", () => {
    keyed = false;
    setAttribute(canvas, "aria-label", LABEL);
    store.setHover(null);
  });

  function point(event) {
    const layout = place(), found = layout && pick(layout, event.offsetX, event.offsetY);
    canvas.style.cursor = found ? "crosshair" : "";
    if (!found) return keyed || store.setHover(null);
    keyed = false;
    if (found.unit !== null) mark(found);
    look(found.step);
  }

  const mark = ({ column, half, unit }) => {
    const { mark: old } = store;
    if (old.column !== column || old.unit !== unit || (old.half ?? 0) !== half) store.setMark({ column, unit, half });
  };
  const look = step => store.setHover({ type: "step", x: clamp(step, 0, (store.slow ? store.scene.sequence.steps : lengthOf(store)) - 1) });

  function key(event) {
    const at = stepAtHand(store), unit = unitAtHand(store), step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity }[event.key];
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key], turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (event.key === "Escape") return store.setHover(null);
    if (step === undefined && !by && !turn) return;
    event.preventDefault();
    event.stopPropagation();
    keyed = true;
    if (by && unit) mark({ ...unit, unit: clamp(unit.unit + by, 0, place().columns[unit.column].rows - 1) });
    if (turn && unit) mark(turned(store.scene, unit, turn));
    if (turn && unit) show(unitAtHand(store).column);
    look(step ?? at);
    setAttribute(canvas, "aria-label", spoken(store));
  }

  return { get keyed() { return keyed; } };
}

/** The same unit of the next half or layer that is recurrent, or of the one before. */
export function turned(scene, { column, half, unit }, by) {
  const all = scene.columns.flatMap((it, c) => (recurrent(it) ? (bidirectional(it) ? [[c, 0], [c, 1]] : [[c, 0]]) : []));
  const [c, h] = all[clamp(all.findIndex(([k, n]) => k === column && n === half) + by, 0, all.length - 1)];
  return { column: c, half: h, unit: Math.min(unit, scene.columns[c].shown.length - 1) };
}

/** What is at hand, for those who listen. */
export function spoken(store) {
  const unit = unitAtHand(store), step = stepAtHand(store), symbol = readSymbols(store)?.[step], read = symbol === undefined ? "" : `, ${word(symbol)}`;
  if (!unit) return `Step ${step + 1}${read}`;
  const column = store.scene.columns[unit.column], state = telling(column), value = valueAt(store, unit.column, state, unit.half, unit.unit, step);
  return `Step ${step + 1}${read}: ${column.title}, unit ${numberOf(column, unit.unit)}, ${state} ${value === undefined ? "not known" : number(value)}`;
}
