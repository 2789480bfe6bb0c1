// The network by keyboard: one tab stop, arrows go from neuron to neuron, Enter edits, W goes through the links that come in.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The tile an arrow leads to from `cursor` {column, tile}: the next in the column, or the nearest of the next column. */
export function step(layout, cursor, key) {
  const [right, down] = ARROWS[key], [along, across] = layout.turned ? [down, right] : [right, down];
  const last = layout.columns[cursor.column].tiles.length - 1;
  if (across) return { column: cursor.column, tile: Math.min(Math.max(cursor.tile + across, 0), last) };
  const column = cursor.column + along;
  if (!layout.columns[column]) return cursor;
  return { column, tile: nearest(layout, layout.columns[column], layout.columns[cursor.column].tiles[cursor.tile]) };
}

function nearest(layout, column, from) {
  const distances = column.tiles.map(t => Math.abs(layout.turned ? t.x - from.x : t.y - from.y));
  return distances.indexOf(Math.min(...distances));
}

/** What store.setHover takes for a tile. */
export function hoverOf(layout, { column, tile }) {
  const unit = layout.columns[column].units.indexOf(tile);
  return unit < 0 ? { type: "feature", unit: tile } : { type: "neuron", column, unit };
}

/** `act` has hover(what), press(), nudge(direction), incoming(column, unit): the numbers of inputs, the strongest first. */
export function createKeys(canvas, place, act) {
  const layout = () => place()?.layout;
  let cursor = { column: 1, tile: 0 }, link = null;

  /** Attends to the neuron, or the link into it, that the keyboard is on. */
  function show() {
    if (!layout()) return;
    const { columns } = layout();
    cursor.column = Math.min(cursor.column, columns.length - 1);
    cursor.tile = Math.min(cursor.tile, columns[cursor.column].tiles.length - 1);
    const at = hoverOf(layout(), cursor);
    act.hover(link === null ? at : { type: "link", column: at.column, from: act.incoming(at.column, at.unit)[link], to: at.unit });
  }

  /** The next of the links into the neuron, back to the neuron after the last. */
  function next() {
    const at = hoverOf(layout(), cursor);
    if (at.type === "feature" || at.column === 0) return;
    link = link === null ? 0 : link + 1;
    if (link >= act.incoming(at.column, at.unit).length) link = null;
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !layout()) return;
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (event.key === "Enter") act.press();
    else if (event.key === "w" || event.key === "W") next();
    else if (event.key === "Escape" && link !== null) link = null;
    else if (link !== null && vertical) return handled(event, act.nudge(event.key === "ArrowUp" ? 1 : -1));
    else if (ARROWS[event.key]) [cursor, link] = [step(layout(), cursor, event.key), null];
    else return;
    handled(event);
    if (event.key !== "Enter") show();
  }

  function handled(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  canvas.addEventListener("keydown", press);
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && show());
  canvas.addEventListener("blur", () => act.hover(null));

  /** The pointer's choice becomes the keyboard's place. */
  const follow = (column, tile) => ([cursor, link] = [{ column, tile }, null]);
  return { follow, show };
}
