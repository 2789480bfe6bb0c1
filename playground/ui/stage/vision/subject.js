// What is looked at in the vision lab, as the run's memory calls it.

/** A block's map or unit as store.inspect takes it: [name, index]. */
export function unitOf({ columns }, { column: c, unit }) {
  const { name, shown } = columns[c];
  return [`${name}/output`, [shown?.[unit] ?? unit]];
}

/** Of the pixel that is looked at, its map; null before there is one. */
export const subject = ({ scene, hover }) => (hover?.type === "pixel" && hover.column > 0 ? unitOf(scene, hover) : null);
