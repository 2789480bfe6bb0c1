// Where a new layer goes and how layers change places, as commands. Pure: experiment and columns in, commands out.
const FOLLOWERS = new Set(["dropout"]);

/** The value at a path of an experiment. */
export const valueAt = (record, path) => path.reduce((value, key) => value?.[key], record);

/** Path of a layer that is put between column `c` - 1 and column `c`: in the innermost list that holds both. */
export function insertionPath(scene, c) {
  const after = scene.columns[c].path, before = scene.columns[c - 1].path, list = listOf(scene.columns[c]), own = list.length + 1;
  if (!after) return [...list, valueAt(scene.experiment, list).length];
  const depth = before ? Math.min(before.length, after.length) : own;
  for (let length = depth; length > own; length -= 2)
    if (samePath(before.slice(0, length - 1), after.slice(0, length - 1))) return after.slice(0, length);
  return after.slice(0, own);
}

/** The path of the list that a column's network is written in; a head stands behind the last of its list. */
function listOf({ path, player }) {
  if (path) return path.slice(0, path.findIndex(key => typeof key === "number"));
  return player === "sample" ? ["task", "generator"] : ["layers"];
}

/** The command that puts a dense layer there: four neurons, or as many as a residual block needs, with its neighbour's activation. */
export function insertion(scene, c) {
  const path = insertionPath(scene, c), neighbour = scene.columns[c].path ? scene.columns[c] : scene.columns[c - 1];
  const units = path.filter(key => typeof key === "number").length > 1 ? scene.columns[c].units : 4;
  const activation = neighbour.path ? valueAt(scene.experiment, [...neighbour.path, "activation"]) ?? "tanh" : "tanh";
  return { do: "insert", path, value: { kind: "dense", units, activation } };
}

const samePath = (a, b) => a.length === b.length && a.every((key, k) => key === b[k]);

/** The list of layers that holds the layer at `path`, cut into groups that travel together: each layer with the dropouts behind it. */
export function groups(scene, path) {
  const list = path.slice(0, -1), found = [];
  (valueAt(scene.experiment, list) ?? []).forEach((layer, index) => {
    if (FOLLOWERS.has(layer.kind) && found.length) found.at(-1).count++;
    else found.push({ start: index, count: 1, columns: columnsUnder(scene, [...list, index]) });
  });
  return found;
}

const columnsUnder = (scene, path) =>
  scene.columns.map((column, c) => (column.path && samePath(column.path.slice(0, path.length), path) ? c : -1)).filter(c => c >= 0);

/** The place of the group that holds a column. */
export const groupOf = (found, c) => found.findIndex(group => group.columns.includes(c));

/**
 * Commands that bring the group of column `c` to the place `to` among its groups; none when it is there.
 * A command's `to` is the index the layer has afterwards.
 */
export function moves(scene, c, to) {
  const { path } = scene.columns[c], list = path.slice(0, -1), found = groups(scene, path), from = groupOf(found, c);
  if (from < 0 || to < 0 || to >= found.length || to === from) return [];
  const moving = found[from], target = found[to];
  if (to > from) {
    const end = target.start + target.count - 1;
    return Array.from({ length: moving.count }, () => ({ do: "move", path: [...list, moving.start], to: end }));
  }
  return Array.from({ length: moving.count }, (_, k) => ({ do: "move", path: [...list, moving.start + k], to: target.start + k }));
}

/** Commands that take a column's layer out, with the dropouts behind it; the last first, so that paths stay true. */
export function removals(scene, c) {
  const { path } = scene.columns[c], found = groups(scene, path), group = found[groupOf(found, c)];
  return Array.from({ length: group.count }, (_, k) => ({ do: "remove", path: [...path.slice(0, -1), group.start + group.count - 1 - k] }));
}
