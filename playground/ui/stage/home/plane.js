// The plane lab in small: features on top, the hidden layers below, and the surface that they make.
import { cubic, frame, trace } from "../canvas.js";
import { loss } from "../format.js";
import { Atlas } from "../network/atlas.js";
import { choose, colour, opacity, width as widthOf } from "../network/links.js";
import { onFeatures } from "../network/layout.js";
import { Plot } from "../plot.js";
import { drawPoints } from "../points.js";
import { kindOf, shadeOf } from "../readout.js";
import { layout } from "../store.js";
import { alpha, scales, theme } from "../theme.js";

const TILE = 30, TOP = 18, GAP = 14, MARGIN = 10, COLLAR = 2;
/** Links drawn at most; a picture of this size shows no more. */
const LINKS = 120;

export function createPlane() {
  const plot = new Plot();
  let atlases = null, revision = null;
  plot.retheme();

  function prepare({ scene, arrays }) {
    const places = layout(scene.columns);
    revision = scene.revision;
    const features = new Atlas(scene.features.length, scene.tile), hidden = places.at(-1).unit;
    features.write(arrays.get("scene/network/features"), scales.value.words);
    atlases = { features, fields: new Atlas(Math.max(1, hidden), scene.tile), places };
  }

  /** Middle of a unit's tile. */
  const place = (scene, width, side, c, i) => {
    const rows = scene.columns.length - 1, count = atlases.places[c].units, pitch = Math.min(56, (width - 40) / count);
    const free = side.top - TOP - rows * TILE;
    return [width / 2 + (i - (count - 1) / 2) * pitch, TOP + TILE / 2 + c * (TILE + free / rows)];
  };

  function links(context, scene, values, width, side) {
    const { places } = atlases, all = [];
    for (let c = 1; c < scene.columns.length; c++) {
      const { weight, inputs, units } = places[c], from = scene.columns[c].from, last = c === scene.columns.length - 1;
      for (let i = 0; i < inputs; i++) {
        for (let j = 0; j < units; j++) {
          const [ax, ay] = place(scene, width, side, from, i), [bx, by] = last ? [width / 2, side.top] : place(scene, width, side, c, j);
          all.push([weight + i * units + j, cubic(ax, ay + TILE / 2 + 2, bx + (i - (inputs - 1) / 2) * 5, last ? by - 2 : by - TILE / 2 - 3, true)]);
        }
      }
    }
    const chosen = choose(values, all.map(([k]) => k), LINKS);
    for (const k of chosen) {
      const [at, curve] = all[k], w = values[at];
      context.globalAlpha = opacity(w);
      context.lineWidth = 0.8 * widthOf(w);
      context.strokeStyle = colour(w);
      trace(context, curve);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  function tiles(context, scene, width, side) {
    const on = onFeatures(scene), { places } = atlases;
    for (let c = 0; c < scene.columns.length - 1; c++) {
      for (let i = 0; i < places[c].units; i++) {
        const [x, y] = place(scene, width, side, c, i), left = x - TILE / 2, top = y - TILE / 2;
        context.fillStyle = theme.raised;
        context.fillRect(left - COLLAR, top - COLLAR, TILE + 2 * COLLAR, TILE + 2 * COLLAR);
        context.save();
        context.beginPath();
        context.roundRect(left, top, TILE, TILE, 6);
        context.clip();
        if (c) atlases.fields.draw(context, places[c].unit + i, left, top, TILE);
        else atlases.features.draw(context, on[scene.columns[0].shown[i]], left, top, TILE);
        context.restore();
        frame(context, left + 0.5, top + 0.5, TILE - 1, TILE - 1, 5.5, alpha(theme.dark ? "#ffffff" : "#1d232b", 0.22));
      }
    }
  }

  function surface(context, scene, { frame: { surface: { scale } }, arrays }, side) {
    const codes = arrays.get("surface/logits"), { x, y } = scene.axes, [xs, ys, test] = ["x", "y", "test"].map(name => arrays.get(`scene/points/${name}`));
    plot.takeCodes(kindOf(scene, codes), codes, scale * shadeOf(scene));
    context.save();
    context.translate(side.left, side.top);
    plot.draw(context, side.size, false);
    const at = (px, py) => [(px - x.low) / (x.high - x.low) * side.size, (y.high - py) / (y.high - y.low) * side.size];
    drawPoints(context, scene, { x: xs, y: ys, test }, at, side.size, false);
    context.restore();
  }

  return {
    draw(context, width, height, store) {
      const { scene, arrays } = store, size = Math.min(0.55 * height, width - 60, 300);
      const side = { size, left: (width - size) / 2, top: height - size - MARGIN + GAP / 2 };
      if (revision !== scene.revision) prepare(store);
      if (arrays.has("network/fields")) atlases.fields.write(arrays.get("network/fields"), scales.value.words);
      links(context, scene, arrays.get("network/weights"), width, side);
      tiles(context, scene, width, side);
      surface(context, scene, store, side);
    },
    says: ({ frame: { test } }) => (test == null ? "" : `test loss ${loss(test)}`),
  };
}
