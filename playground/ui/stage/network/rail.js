// The rail above the network with its stations and playhead, the beam to the surface, and arcs of skip connections.
import { ease, mix } from "../canvas.js";
import { phaseOf } from "../store.js";
import { theme } from "../theme.js";
import { DATA, RAIL } from "./layout.js";

/** The colour that stands for a column: of a hidden layer its own or its player's, of features and outputs ink. */
export function hue(scene, column) {
  const { player } = scene.columns[column];
  if (player) return { generator: theme.fake, sample: theme.fake, discriminator: theme.real }[player] ?? theme.ink3;
  return column > 0 && column < scene.columns.length - 1 ? theme.layer(column) : theme.ink3;
}

/** The colour of what arrives at a column. */
export const arrival = (scene, column) => (column === scene.columns.length - 1 ? theme.ink : hue(scene, column));

/** The rail and its stations; `stage` and `clock` (0..1) are slow motion's. */
export function drawRail(context, scene, layout, stage, clock) {
  if (layout.turned) return;
  drawStations(context, scene, layout, stage, clock, layout.columns.at(-1).station);
  dot(context, DATA, RAIL + 0.5, theme.ink3);
}

/** The rail as far as `end`, the playhead, and a station for each column. */
export function drawStations(context, scene, layout, stage, clock, end) {
  const stations = layout.columns.map(column => column.station), y = RAIL + 0.5;
  line(context, 0, end, y, theme.line, 1);
  playhead(context, scene, stations, y, stage, ease(clock));
  stations.forEach((x, c) => dot(context, x, y, hue(scene, c)));
}

/** Runs forward in the receiving layer's colour, backward in the gradients'. */
function playhead(context, scene, stations, y, stage, t) {
  const phase = phaseOf(stage?.segment);
  if (phase !== "forward" && phase !== "backward") return;
  const b = stations[stage.column], a = stations[scene.columns[stage.column].from];
  if (phase === "backward") line(context, b, mix(b, a, t), y, theme.grad, 2.5);
  else line(context, a, mix(a, b, t), y, arrival(scene, stage.column), 2.5);
}

function line(context, from, to, y, colour, width) {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

function dot(context, x, y, colour) {
  for (const [radius, fill] of [[4, theme.paper], [3.2, colour]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
  }
}

/** From a single output to the surface beside the host. */
export function drawBeam(context, layout, reach) {
  const head = layout.columns.at(-1);
  if (layout.turned || head.tiles.length > 1) return;
  context.globalAlpha = 0.55;
  line(context, head.tiles[0].x + head.size / 2, layout.width + reach, head.tiles[0].y, theme.line2, 7);
  context.globalAlpha = 1;
}

/** Skip connections: each an arc under the tiles (beside them when turned) to a plus where it is added. */
export function drawSkips(context, scene, layout) {
  const used = [];
  scene.columns.forEach((column, c) => {
    if (column.skip_from == null) return;
    const lane = used.filter(skip => skip.from < c && column.skip_from < skip.to).length;
    used.push({ from: column.skip_from, to: c });
    drawSkip(context, layout, column.skip_from, c, lane);
  });
}

function drawSkip(context, layout, source, target, lane) {
  const from = layout.columns[source], to = layout.columns[target], [a, b] = [under(layout, from), under(layout, to)];
  const passed = layout.columns.slice(source, target + 1).map(column => under(layout, column));
  const end = layout.turned ? layout.width : layout.height;
  const floor = Math.min(Math.max(...passed) + 20 + 14 * lane, end - 6);
  const bend = Math.min(26, Math.abs(to.station - from.station) / 3), forth = Math.sign(to.station - from.station);
  const point = (along, across) => (layout.turned ? [across, along] : [along, across]);
  context.beginPath();
  context.moveTo(...point(from.station, a));
  context.bezierCurveTo(...point(from.station, floor), ...point(from.station, floor), ...point(from.station + forth * bend, floor));
  context.lineTo(...point(to.station - forth * bend, floor));
  context.bezierCurveTo(...point(to.station, floor), ...point(to.station, floor), ...point(to.station, b));
  context.lineWidth = 1.6;
  context.strokeStyle = theme.line2;
  context.stroke();
  plus(context, ...point(to.station, b));
}

/** Just below a column's last tile (to the right of it when turned). */
const under = (layout, column) => Math.max(...column.tiles.map(t => (layout.turned ? t.x : t.y))) + column.size / 2 + 7;

function plus(context, x, y) {
  context.beginPath();
  context.arc(x, y, 5.5, 0, 2 * Math.PI);
  context.fillStyle = theme.raised;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = theme.ink3;
  context.stroke();
  context.beginPath();
  context.moveTo(x - 3, y);
  context.lineTo(x + 3, y);
  context.moveTo(x, y - 3);
  context.lineTo(x, y + 3);
  context.stroke();
}
