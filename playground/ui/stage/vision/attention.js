// Where the person's attention is: the pixel under the pointer or the keyboard's becomes store.hover, and stays when the pointer leaves.
import { clamp } from "../canvas.js";
import { setAttribute } from "../dom.js";
import { number } from "../format.js";
import { pick, pickKernel } from "./layout.js";
import { unitOf } from "./subject.js";
import { gradientsOf, mapsOf, valueOf } from "./values.js";
import { pixelName } from "./words.js";

const LABEL = "Network. Arrow keys go from pixel to pixel, Page Up and Page Down from map to map, Enter inspects a map.";
/** What is clicked is to stay in sight so far around the pointer. */
const AWAY = 64;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** `place()` gives the layout, null before the first scene. */
export function createAttention(canvas, store, send, place) {
  let pointing = false, keyed = false, asked = null, followed = "", tapped = false;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", LABEL);
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", tap);
  canvas.addEventListener("click", press);
  canvas.addEventListener("pointerleave", () => look(store.hover, false));
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("blur", () => {
    keyed = false;
    setAttribute(canvas, "aria-label", LABEL);
    look(store.hover, false);
  });

  function point(event) {
    const layout = place(), found = layout && pick(store.scene, layout, event.offsetX, event.offsetY);
    canvas.style.cursor = found ? "crosshair" : layout && pickKernel(layout, event.offsetX, event.offsetY) ? "pointer" : "";
    keyed &&= !found;
    if (found) look({ type: "pixel", ...found }, true);
    else look(store.hover, false);
  }

  /** The first tap on a map points at it, the second inspects it. */
  function tap(event) {
    const { column, unit } = store.hover ?? {};
    point(event);
    tapped = event.pointerType === "touch" && (store.hover?.column !== column || store.hover.unit !== unit);
  }

  /** Inspects the map, unit or kernel that is clicked. */
  function press({ offsetX: x, offsetY: y, clientX, clientY }) {
    const layout = place(), { scene } = store, near = { left: clientX - AWAY, right: clientX + AWAY, top: clientY - AWAY, bottom: clientY + AWAY };
    const found = layout && pick(scene, layout, x, y), kernel = layout && !found && pickKernel(layout, x, y);
    if (found && !tapped) store.inspect(...unitOf(scene, found), near);
    if (kernel) store.inspect(`${scene.columns[kernel.column].name}/weight`, [scene.columns[kernel.column].shown[kernel.unit]], near);
  }

  function look(hover, present) {
    if (!hover) return;
    if (pointing !== present) store.hover = null;               // to be drawn anew, in the other way
    pointing = present;
    store.setHover({ ...hover });
    ask(hover.column);
  }

  /** Asks the run for the sums of the block that is looked at; those of another time are not shown. */
  function ask(column) {
    if (column === asked) return;
    if (column !== null) store.arrays.delete(`vision/sums/${column}`);
    asked = column;
    send({ do: "touch", what: "block", value: column });
  }

  /** Where nobody points: in slow motion the stage's block, else at first the brightest pixel of the first one. */
  function begin() {
    const { scene, stage, slow, frame } = store, now = slow ? `${frame.step} ${slow.index}` : "";
    if (!store.hover) asked = null;
    if (stage?.column > 0 && now !== followed && !pointing && show(stage.column)) followed = now;
    else if (!store.hover && scene.columns.length > 1) show(1);
  }

  /** Looks at the brightest pixel of a block, or at its largest gradient; false when there is nothing yet. */
  function show(c) {
    const values = gradientsOf(store, c) ?? mapsOf(store, c);
    if (!values || values.every(Number.isNaN)) return false;
    look({ type: "pixel", column: c, ...brightest(store.scene.columns[c], values) }, false);
    return true;
  }

  function key(event) {
    const arrow = ARROWS[event.key], turn = { PageUp: -1, PageDown: 1 }[event.key], { scene, hover } = store;
    if (hover?.type === "pixel" && event.key === "Enter") store.inspect(...unitOf(scene, hover));
    if (hover?.type !== "pixel" || (!arrow && !turn)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = arrow ? moved(scene, hover, arrow) : turned(scene, hover, turn);
    keyed = true;
    look(next, true);
    setAttribute(canvas, "aria-label", spoken(store, next));
  }

  return { begin, get pointing() { return pointing; }, get keyed() { return keyed; } };
}

/** The pixel beside; among units the one beside. */
export function moved(scene, hover, [dx, dy]) {
  const { shape, shown } = scene.columns[hover.column];
  if (shape.length === 1) return { ...hover, unit: clamp(hover.unit + dx + dy, 0, shown.length - 1) };
  return { ...hover, x: clamp(hover.x + dx, 0, shape[1] - 1), y: clamp(hover.y + dy, 0, shape[0] - 1) };
}

/** The map after or before, and past a block's last one the next block's first. */
export function turned(scene, hover, by) {
  const { columns } = scene, unit = hover.unit + by, at = c => ({ type: "pixel", column: c, ...middle(columns[c]) });
  if (columns[hover.column].shape.length === 3 && unit >= 0 && unit < columns[hover.column].shown.length) return { ...hover, unit };
  const c = hover.column + by;
  return c < 1 || c >= columns.length ? hover : { ...at(c), unit: by > 0 || columns[c].shape.length === 1 ? 0 : columns[c].shown.length - 1 };
}

const middle = ({ shape }) => (shape.length === 3 ? { x: shape[1] >> 1, y: shape[0] >> 1 } : { x: 0, y: 0 });

/** Where a block's value of the largest size stands: {unit, x, y}. */
export function brightest({ shape }, values) {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (!(Math.abs(values[k]) <= Math.abs(values[best]))) best = k;
  if (shape.length === 1) return { unit: best, x: 0, y: 0 };
  const [h, w] = shape;
  return { unit: Math.floor(best / (h * w)), x: best % w, y: Math.floor(best / w) % h };
}

function spoken(store, hover) {
  const value = valueOf(store, hover.column, hover.unit, hover.x, hover.y);
  return `${store.scene.columns[hover.column].title}, ${pixelName(store.scene, hover)}: ${value === undefined ? "not known" : number(value)}`;
}
