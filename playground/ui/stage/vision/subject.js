// What is looked at in the vision lab, as the run's memory calls it.

/** The map or unit of the pixel that is looked at, as store.inspect takes it: [name, index]; null before there is one. */
export function subject({ scene, hover }) {
  if (hover?.type !== "pixel" || hover.column === 0) return null;
  const { name, shown } = scene.columns[hover.column];
  return [`${name}/output`, [shown?.[hover.unit] ?? hover.unit]];
}
