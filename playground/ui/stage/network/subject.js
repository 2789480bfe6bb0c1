// What is hovered in the plane lab, as the run's memory calls it, and back.

/** [name, index] as store.inspect takes them; null where there is nothing in memory, as for a feature that is off. */
export function subject({ scene, hover }) {
  if (!hover || hover.type === "feature") return null;
  const { type, column: c, unit, from, to } = hover, column = scene.columns[c], own = k => column.shown?.[k] ?? k;
  if (c === 0) return ["input", [own(unit)]];
  if (type === "bias") return [`${column.name}/bias`, [own(unit)]];
  if (type === "link") return [`${column.name}/weight`, [scene.columns[column.from].shown?.[from] ?? from, own(to)]];
  return [`${column.name}/output`, [own(unit)]];
}

/** What is inspected as something hovered, a neuron or a link; null where it is neither, or is not drawn. */
export function target({ scene, inspected }) {
  const [layer, part] = inspected?.name.match(/^(.+)\/(output|weight)$/)?.slice(1) ?? [], c = scene.columns.findIndex(({ name }) => name === layer);
  const { index } = inspected ?? {}, at = (column, k) => column.shown?.indexOf(k) ?? k;
  if (c < 1 || !index) return null;
  const column = scene.columns[c], unit = at(column, index.at(-1));
  if (part === "output") return unit < 0 ? null : { type: "neuron", column: c, unit };
  const from = index.length === 2 ? at(scene.columns[column.from], index[0]) : -1;
  return from < 0 || unit < 0 ? null : { type: "link", column: c, from, to: unit };
}
