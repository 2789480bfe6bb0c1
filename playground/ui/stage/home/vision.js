// The vision lab in small: the picture, the first maps, and what it is taken for.
import { cubic, fillRound, frame, text, trace } from "../canvas.js";
import { percent } from "../format.js";
import { alpha, theme } from "../theme.js";
import { Film, Sheet } from "../vision/sheet.js";

const MARGIN = 22, GAP = 12, CURVES = 30, NAMES = 16;
const ACROSS = 2, DOWN = 2;
const rim = share => alpha(theme.dark ? "#ffffff" : "#1d232b", share);

export function createVision() {
  let film = null, sheet = null, revision = null;

  function picture(context, x, y, side, values) {
    film.write(values);
    context.imageSmoothingEnabled = false;
    film.draw(context, x, y, side, side);
    frame(context, x + 0.5, y + 0.5, side - 1, side - 1, 8, theme.line2);
  }

  function maps(context, from, x, y, size) {
    for (let k = 0; k < ACROSS * DOWN; k++) {
      const left = x + (k % ACROSS) * (size + GAP), top = y + Math.floor(k / ACROSS) * (size + GAP);
      if (k % ACROSS === 0) {
        trace(context, cubic(from.x, from.y + (k - 1) * 6, left - 3, top + size / 2));
        context.lineWidth = 1.2;
        context.strokeStyle = alpha(k ? theme.neg : theme.pos, 0.6);
        context.stroke();
      }
      sheet.draw(context, k, left, top, size, size);
      frame(context, left + 0.5, top + 0.5, size - 1, size - 1, 5.5, rim(0.16));
    }
  }

  function bars(context, x, y, width, height, shares, names) {
    const best = shares.indexOf(Math.max(...shares)), high = height / shares.length;
    shares.forEach((share, k) => {
      const top = y + k * high, look = { size: 11.5, weight: k === best ? 600 : 400, fill: k === best ? theme.ink : theme.ink3 };
      text(context, names[k], x + 9, top + high / 2, { ...look, align: "right", base: "middle" });
      fillRound(context, x + NAMES, top + 2, Math.max(3, (width - NAMES) * share), high - 4, 2, k === best ? theme.pos : theme.line2);
    });
  }

  return {
    draw(context, width, height, store) {
      const { scene, arrays } = store, side = Math.min(height - 56, width / 3.6, 190), y = (height - side) / 2, size = (side - GAP) / 2;
      if (revision !== scene.revision) [film, sheet] = [new Film(scene.image), new Sheet(scene.columns[1].shown.length, scene.columns[1].shape, 1)];
      revision = scene.revision;
      sheet.write(arrays.get("vision/maps/1"));
      picture(context, MARGIN, y, side, arrays.get("vision/picture"));
      const x = MARGIN + side + CURVES;
      maps(context, { x: MARGIN + side + 3, y: y + side / 2 }, x, y, size);
      const left = x + ACROSS * (size + GAP) + 4;
      bars(context, left, y, width - left - MARGIN, side, [...arrays.get("vision/probabilities")], scene.classes);
    },
    says({ scene, arrays }) {
      const shares = arrays.get("vision/probabilities"), best = shares.indexOf(Math.max(...shares));
      return `a ${scene.classes[best]}, ${percent(shares[best])}`;
    },
  };
}
