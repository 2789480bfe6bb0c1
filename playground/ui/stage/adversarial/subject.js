// What is hovered in the adversarial lab, as the run's memory calls it.
import { subject as ofNetwork } from "../network/subject.js";

/** [name, index] as store.inspect takes them: noise has a name of its own. A class that is told is not in memory as a number: null. */
export function subject(store) {
  const { scene: { columns, adversarial: { noise } }, hover } = store;
  if (hover?.type !== "neuron" || hover.column !== 0) return ofNetwork(store);
  const { name, shown } = columns[0], number = shown[hover.unit];
  return number < noise ? [name, [number]] : null;
}
