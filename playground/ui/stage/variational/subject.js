// What is looked at in the variational lab, as the run's memory calls it.
import { subject as ofBlocks } from "../vision/subject.js";

/** The name of the latent numbers in memory: of a cloud its middle. */
export const latentOf = ({ columns }) => `${columns.find(({ kind }) => kind === "code").name}/output`;

/** [name, index] as store.inspect takes them: a sample is not what its column gives, and the picture again has its own place in memory. */
export function subject(store) {
  const { scene: { columns }, hover } = store, found = ofBlocks(store);
  if (!found) return null;
  const { kind, name } = columns[hover.column];
  if (kind === "sample") return [`${name}/z`, found[1]];
  return kind === "head" ? [found[0], placeOf(columns, hover)] : found;
}

/** A pixel that is made of a map as large as the picture has its row and column in memory, one that is made of units is in a line. */
function placeOf(columns, { column: c, unit, x, y }) {
  const { shape: [h, w, colours], from } = columns[c], { shape } = columns[from], mapped = shape.length === 3 && shape[0] === h && shape[1] === w;
  return mapped ? [y, x, unit] : [(y * w + x) * colours + unit];
}
