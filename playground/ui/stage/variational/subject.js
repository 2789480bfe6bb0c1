// What is looked at in the variational lab, as the run's memory calls it.
import { subject as ofBlocks } from "../vision/subject.js";

/** The name of the latent numbers in memory: of a cloud its middle. */
export const latentOf = ({ columns }) => `${columns.find(({ kind }) => kind === "code").name}/output`;

/** [name, index] as store.inspect takes them: a sample is not what its column gives, and the picture again is flat in memory. */
export function subject(store) {
  const { scene: { columns }, hover } = store, found = ofBlocks(store);
  if (!found) return null;
  const { kind, name, shape: [, across, colours] } = columns[hover.column];
  if (kind === "sample") return [`${name}/z`, found[1]];
  return kind === "head" ? [found[0], [(hover.y * across + hover.x) * colours + hover.unit]] : found;
}
