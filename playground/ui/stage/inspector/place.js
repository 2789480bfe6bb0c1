// Where the panel stands on the board, so that it covers neither what was clicked nor the output.

/** From the bar above, from what was clicked, from the output. */
const EDGE = 8, APART = 14, BESIDE = 34;

/**
 * The panel's left and top in a board of `room` {width, height, top, right}: `top` is where the bar above ends, `right` where the output begins.
 * @param {{left, top, right, bottom}|null} near what was clicked, in the same pixels.
 */
export function placePanel(near, { width, height }, room) {
  const top = room.top + EDGE, left = [room.right - BESIDE - width, 0], low = Math.max(top, room.height - height);
  const spots = left.flatMap(x => [{ left: Math.max(0, x), top }, { left: Math.max(0, x), top: low }]);
  if (!near) return spots[0];
  const covered = spots.map(spot => overlap(near, spot, width, height));
  return spots[covered.indexOf(Math.min(...covered))];
}

function overlap(near, { left, top }, width, height) {
  const across = Math.min(near.right + APART, left + width) - Math.max(near.left - APART, left);
  const down = Math.min(near.bottom + APART, top + height) - Math.max(near.top - APART, top);
  return Math.max(0, across) * Math.max(0, down);
}

/** A place that a drag leads to: the header stays where it can be taken hold of. */
export const within = (left, top, { width }, room) => ({
  left: Math.min(Math.max(left, 60 - width), room.width - 60), top: Math.min(Math.max(top, 0), room.height - 40),
});
