// Slow motion on the unrolled network: the playhead from layer to layer on the rail, and through time within a layer.
import { blank, frame } from "../canvas.js";
import { theme } from "../theme.js";
import { hue } from "../network/rail.js";
import { bidirectional, RAIL, xOf } from "./layout.js";
import { reached } from "./values.js";

/** Length of what trails behind the wave, in steps; its height above the bands. */
const TAIL = 9, LIFT = 5;
const PEARL = [0.1, 5];

/** The rail with a station for each column; on the way forward the playhead is in the receiving layer's colour, backward in the gradients'. */
export function drawRail(context, { scene, stage }, { columns, height }, t) {
  const at = c => columns[c].station;
  blank(context, 2 * RAIL + 1, height);
  line(context, RAIL, at(0), RAIL, at(columns.length - 1), theme.line2, 1);
  if (stage?.column > 0 && (stage.segment === "forward" || stage.segment === "backward")) {
    const from = at(scene.columns[stage.column].from), to = at(stage.column), back = stage.segment === "backward";
    const colour = back ? theme.grad : stage.column === columns.length - 1 ? theme.ink : theme.layer(stage.column);
    if (back) line(context, RAIL, to, RAIL, to + (from - to) * t, colour, 2.5, [0.1, 4.2]);
    else line(context, RAIL, from, RAIL, from + (to - from) * t, colour, 2.5);
  }
  scene.columns.forEach((_, c) => {
    for (const [radius, fill] of [[4, theme.paper], [3.2, hue(scene, c)]]) disc(context, RAIL, at(c), radius, fill);
  });
}

/** The wave along the steps, above the bands of each half: a tail on the way forward, pearls on the way back. */
export function drawRun(context, scene, layout, run) {
  const { steps, step } = layout, column = layout.columns[run.column], colour = run.backward ? theme.grad : theme.layer(run.column);
  for (const half of bidirectional(scene.columns[run.column]) ? [0, 1] : [0]) {
    const [first, last] = reached(run, half, steps), leftward = run.backward !== Boolean(half), far = TAIL * step;
    const head = xOf(layout, leftward ? first : last), y = column.bands.find(band => band.half === half).y - LIFT;
    const tail = leftward ? Math.min(head + far, xOf(layout, steps)) : Math.max(head - far, layout.left);
    line(context, tail, y, head, y, colour, run.backward ? 3.4 : 2.6, run.backward ? PEARL : []);
    disc(context, head, y, 3.4, colour);
  }
}

/** The update: an outline of ink around all that a layer with weights shows, there and gone. */
export function drawUpdate(context, scene, layout, clock) {
  context.globalAlpha = 0.8 * Math.sin(Math.PI * clock);
  layout.columns.forEach(({ bands, form }, c) => {
    if (form === "read" || !scene.columns[c].parameters) return;
    for (const { y, height } of bands) frame(context, layout.left - 1.5, y - 1.5, layout.step * layout.steps + 2, height + 3, 3, theme.ink, 1.4);
  });
  context.globalAlpha = 1;
}

function line(context, ax, ay, bx, by, colour, width, dash = []) {
  context.beginPath();
  context.moveTo(ax, ay);
  context.lineTo(bx, by);
  context.lineWidth = width;
  context.lineCap = dash.length ? "round" : "butt";
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.stroke();
  context.setLineDash([]);
  context.lineCap = "butt";
}

function disc(context, x, y, radius, fill) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
}
