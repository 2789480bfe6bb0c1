// Strokes on a picture: a soft brush along a line, in pixels of the picture.

/** Radius of full ink, and the softness of its edge, in pixels of a picture 28 wide; larger pictures have a larger brush. */
const INK = 0.62, SOFT = 0.8;

/**
 * Inks the way from (ax, ay) to (bx, by), in pixels from the top left corner, into `pixels` (h, w, c) of 0..255. What is darker stays.
 * @returns whether anything changed.
 */
export function stroke(pixels, [h, w, c], ax, ay, bx, by) {
  const grown = Math.max(1, w / 28), steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / (0.5 * grown)));
  let changed = false;
  for (let k = 0; k <= steps; k++) changed = dab(pixels, h, w, c, ax + (bx - ax) * k / steps, ay + (by - ay) * k / steps, grown) || changed;
  return changed;
}

function dab(pixels, h, w, c, x, y, grown) {
  const reach = (INK + 1 / SOFT) * grown;
  let changed = false;
  for (let j = Math.max(0, Math.floor(y - reach)); j <= Math.min(h - 1, Math.ceil(y + reach)); j++) {
    for (let i = Math.max(0, Math.floor(x - reach)); i <= Math.min(w - 1, Math.ceil(x + reach)); i++) {
      const far = Math.hypot(i + 0.5 - x, j + 0.5 - y) / grown, ink = Math.round(255 * Math.min(1, Math.max(0, 1 - (far - INK) * SOFT)));
      for (let k = (j * w + i) * c; k < (j * w + i + 1) * c; k++) {
        if (ink <= pixels[k]) continue;
        pixels[k] = ink;
        changed = true;
      }
    }
  }
  return changed;
}
