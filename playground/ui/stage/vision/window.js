// Which pixels of the block before make one pixel of a block.

const pair = v => (Array.isArray(v) ? v : [v, v]);

/**
 * The window of pixel (x, y) of a column: places {x, y} row by row, which may lie outside (padding), and the box around them, as far as
 * pixels of the block before reach. Null for what has no window.
 */
export function windowOf(column, x, y) {
  if (!column.window) return null;
  const { taps: [rows, across], before = [0, 0] } = column.window, stride = pair(column.window.stride ?? 1), dilation = pair(column.window.dilation ?? 1);
  const left = x * stride[1] - before[1], top = y * stride[0] - before[0];
  const places = Array.from({ length: rows * across }, (_, t) => ({
    x: left + (t % across) * dilation[1], y: top + Math.floor(t / across) * dilation[0],
  }));
  return { rows, across, places, x: left, y: top, width: (across - 1) * dilation[1] + 1, height: (rows - 1) * dilation[0] + 1 };
}

/** The part of a window's box that lies on a map of w x h pixels: {x, y, width, height}. */
export function within({ x, y, width, height }, [h, w]) {
  const left = Math.max(0, x), top = Math.max(0, y), right = Math.min(w, x + width), bottom = Math.min(h, y + height);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** The place among the values of the largest one; values outside of the map are never it. */
export function winner(values) {
  let best = -1;
  values.forEach((v, k) => {
    if (v !== null && !(best >= 0 && values[best] >= v)) best = k;
  });
  return best;
}
