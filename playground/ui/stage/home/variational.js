// The variational lab in small: the latent map with its points, and pictures drawn out of nothing.
import { frame } from "../canvas.js";
import { loss } from "../format.js";
import { alpha, theme } from "../theme.js";
import { drawGround, stampsOf, toPixel } from "../variational/mapdraw.js";
import { Film } from "../vision/sheet.js";

const MARGIN = 22, GAP = 10, ACROSS = 3, DOWN = 4, POINT = 2.2, EDGE = 3;

export function createVariational() {
  const ground = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let film = null, stamps = null, revision = null, ratio = 1;

  function map(context, side, { scene, frame: { latent }, arrays }) {
    const codes = arrays.get("variational/codes"), at = new Float32Array(codes.length), inside = v => Math.min(side - EDGE, Math.max(EDGE, v));
    for (let k = 0; k < codes.length; k += 2) at.set(toPixel([codes[k], codes[k + 1]], latent.reach, side).map(inside), k);
    const { grid, kind } = scene.variational;
    ground.canvas.width = ground.canvas.height = Math.round(ratio * side);
    ground.scale(ratio, ratio);
    drawGround(ground, side, { pictures: arrays.get("variational/grid"), image: scene.image, grid, reach: latent.reach, normal: kind === "variational" });
    stamps.keep(ground);
    stamps.paint(ground, at, arrays.get("scene/codes/class"), ratio);
    context.drawImage(ground.canvas, 0, 0, side, side);
    frame(context, 0.5, 0.5, side - 1, side - 1, 8, theme.line2);
  }

  function wall(context, x, y, size, pictures) {
    const [, h, w, c] = pictures.shape, each = h * w * c;
    for (let k = 0; k < ACROSS * DOWN; k++) {
      const left = x + (k % ACROSS) * (size + GAP), top = y + Math.floor(k / ACROSS) * (size + GAP);
      film.write(pictures.subarray(k * each, (k + 1) * each), 1 / 255);
      film.draw(context, left, top, size, size);
      frame(context, left + 0.5, top + 0.5, size - 1, size - 1, 5, alpha(theme.ink, 0.16));
    }
  }

  return {
    draw(context, width, height, store) {
      const { scene, arrays } = store, pictures = arrays.get("variational/new"), side = Math.min(height - 2 * MARGIN + 8, width * 0.55);
      if (revision !== scene.revision) {
        ratio = context.getTransform().a;
        [film, stamps] = [new Film(scene.image), stampsOf(scene, POINT, ratio)];
      }
      revision = scene.revision;
      const size = (side - (DOWN - 1) * GAP) / DOWN, wide = side + MARGIN + ACROSS * size + (ACROSS - 1) * GAP, y = (height - side) / 2;
      context.save();
      context.translate((width - wide) / 2, y);
      if (arrays.has("variational/codes")) map(context, side, store);
      context.imageSmoothingEnabled = false;
      if (pictures) wall(context, side + MARGIN, 0, size, pictures);
      context.restore();
    },
    says: ({ frame: { test } }) => (test == null ? "" : `${loss(test)} nats a picture`),
  };
}
