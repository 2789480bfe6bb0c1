// How a layer does, in a word at its station.

/** The share of the picture over which a neuron must be flat to be of no use, and the mean up to which that is silence. */
const FLAT = 0.995, SILENT = 0.005;

/** "3 dead" (0 wherever one looks), "2 saturated" (at their limit wherever one looks), "not a number", or "". */
export function word(places, arrays, c) {
  const means = arrays.get("network/means"), flats = arrays.get("network/saturation"), { unit, units } = places[c];
  if (!means || !flats) return "";
  let lost = 0, dead = 0, saturated = 0;
  for (let k = unit; k < unit + units; k++) {
    if (Number.isNaN(means[k])) lost++;
    else if (flats[k] >= FLAT) Math.abs(means[k]) < SILENT ? dead++ : saturated++;
  }
  if (lost) return lost === units ? "not a number" : `${lost} not a number`;
  return [dead && `${dead} dead`, saturated && `${saturated} saturated`].filter(Boolean).join(", ");
}
