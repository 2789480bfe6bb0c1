// What lies under the pointer: a neuron, its bias bar, a feature that is off, or a link.
import { at } from "../canvas.js";

/** How near a link must be, in pixels, and how finely it is walked. */
const NEAR = 6, STEPS = 16;

/** @returns what store.setHover takes, {type: "feature", unit} for a feature that is off (its candidate's number), or null. */
export function pick(layout, links, x, y) {
  return pickTile(layout, x, y) ?? pickLink(links, x, y);
}

function pickTile(layout, x, y) {
  for (let c = 0; c < layout.columns.length; c++) {
    const column = layout.columns[c];
    if (column.hidden) continue;
    const side = column.size / 2 + 2;
    const onTile = t => Math.abs(t.x - x) <= side && Math.abs(t.y - y) <= side;
    const near = column.tiles.findIndex(t => onTile(t) || (c === 0 && onName(layout, column, t, x, y)));
    if (near >= 0) return named(column, c, near, "neuron");
    const port = c && column.ports ? column.tiles.findIndex(t => onPort(layout, t, column.size, x, y)) : -1;
    if (port >= 0) return named(column, c, port, "bias");
  }
  return null;
}

function named(column, c, tile, type) {
  const unit = column.units.indexOf(tile);
  if (unit < 0) return { type: "feature", unit: tile };
  return { type, column: c, unit };
}

/** A feature's name, on the left of its tile or above it. */
function onName(layout, column, t, x, y) {
  const half = column.size / 2, across = column.pitch / 2;
  if (column.block) return false;
  if (layout.turned) return y < t.y && y > t.y - half - 20 && Math.abs(t.x - x) <= across;
  return x < t.x && x > t.x - half - 11 - layout.names && Math.abs(t.y - y) <= across;
}

function onPort(layout, tile, size, x, y) {
  const along = layout.turned ? y - tile.y : x - tile.x, across = layout.turned ? x - tile.x : y - tile.y;
  return along < -size / 2 && along >= -size / 2 - 12 && Math.abs(across) <= size / 2;
}

function pickLink(links, x, y) {
  let best = NEAR, found = -1;
  for (const k of links.drawn) {
    const d = distance(links.curve(k), x, y, best);
    if (d <= best) [best, found] = [d, k];
  }
  return found < 0 ? null : { type: "link", column: links.columns[found], from: links.sources[found], to: links.units[found] };
}

/** Distance of a point from a cubic, walked in short straight pieces; Infinity at once when its box is farther than `limit`. */
export function distance(c, x, y, limit = Infinity) {
  if (x < Math.min(c[0], c[6]) - limit || x > Math.max(c[0], c[6]) + limit) return Infinity;
  if (y < Math.min(c[1], c[7]) - limit || y > Math.max(c[1], c[7]) + limit) return Infinity;
  let nearest = Infinity, [ax, ay] = [c[0], c[1]];
  for (let n = 1; n <= STEPS; n++) {
    const [bx, by] = at(c, n / STEPS);
    nearest = Math.min(nearest, toSegment(ax, ay, bx, by, x, y));
    [ax, ay] = [bx, by];
  }
  return nearest;
}

function toSegment(ax, ay, bx, by, x, y) {
  const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
  const t = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(ax + t * dx - x, ay + t * dy - y);
}
