// Names of blocks, maps and pixels, as titles, captions and screen readers have them.
import { thousands } from "../format.js";

/** "26 × 26 × 8" */
export const shapeOf = ({ shape }) => shape.map(thousands).join(" × ");

/** The shown unit's own number, counted from 1. */
export const numberOf = (column, unit) => (column.shown?.[unit] ?? unit) + 1;

/** "map 4, pixel (12, 9)", "unit 7", "class 3". */
export function pixelName(scene, { column: c, unit, x, y }) {
  const column = scene.columns[c];
  if (column.kind === "head") return scene.classes[column.shown?.[unit] ?? unit] ?? `output ${unit + 1}`;
  return column.shape.length === 3 ? `map ${numberOf(column, unit)}, pixel (${x}, ${y})` : `unit ${numberOf(column, unit)}`;
}

/** What a window looks at: the picture, a channel of it, or a map. */
export function sourceName(scene, from, source) {
  const before = scene.columns[from];
  if (from !== 0) return `map ${numberOf(before, source)}`;
  return before.shape[2] === 3 ? `${["red", "green", "blue"][source]} of the picture` : "the picture";
}

/** A block's activation as a word, "" for none. */
export const activationName = ({ activation }) => (!activation || activation.kind === "linear" ? "" : activation.symbol || activation.title);
