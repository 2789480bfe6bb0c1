// What the blocks hold now: the looked-at picture's values, in slow motion the followed sample's, and their gradients on the way back.

/** The picture (h, w, c) the blocks are about. */
export const pictureOf = store => (store.slow && store.arrays.get("slow/picture")) || store.arrays.get("vision/picture");

/** Block i's values (shown, h, w) or (shown,). */
export const mapsOf = (store, i) => store.arrays.get(`${store.slow ? "slow" : "vision"}/maps/${i}`);

/** Block i's gradients where the way back has reached it, else undefined. */
export const gradientsOf = (store, i) => (store.slow && blamed(store.slow, i) ? store.arrays.get(`slow/gradients/${i}`) : undefined);

/** Whether the way back has come to block i, or is on its way there. What only changes shape has no stage of its own, and comes with the next. */
export function blamed({ stages, index }, i) {
  return stages.some(({ segment, column }, k) => k <= index && segment === "backward" && column <= i);
}

/**
 * One value of a block: pixel (x, y) of its shown unit. Of the picture the unit is the channel, and the value what the network is fed, of
 * mean 0: a window's products are of these numbers. 0 outside, undefined before it came.
 */
export function valueOf(store, i, unit, x, y) {
  const { shape } = store.scene.columns[i], values = mapsOf(store, i);
  if (!values) return undefined;
  if (shape.length === 1) return values[unit];
  const [h, w] = shape;
  if (x < 0 || y < 0 || x >= w || y >= h) return 0;
  return values[(unit * h + y) * w + x];
}

/** The largest size of finite values, at least `least`. By index: going through values with `of` leaves each one as garbage. */
export function largest(values, least) {
  let most = least;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k]);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}
