// What each player sees of its own game: its loss over the steps, with the line where neither is ahead.
import { blank, clamp, fit, mix, text } from "../canvas.js";
import { pointer, setAttribute, setText } from "../dom.js";
import { loss as written, thousands } from "../format.js";
import { theme } from "../theme.js";
import { balance } from "./rules.js";

/** The run's history: step, the discriminator's loss, the generator's, and one that two players have no use for. */
const WIDTH = 4, STEP = 0, OF = { discriminator: 1, generator: 2 };
const TOP = 17, BOTTOM = 16, FEWEST_STEPS = 100;

/** The lowest and highest value of the axis: 0 and the balance are on it, and a step far off now and then is cut. */
export function rangeOf(values, balanced) {
  const finite = [...values].filter(Number.isFinite).sort((a, b) => a - b), marks = [0, ...(balanced === null ? [] : [balanced])];
  const at = share => finite[Math.round(share * (finite.length - 1))] ?? 0;
  const low = Math.min(...marks, at(0.005)), high = Math.max(...marks, at(0.995)), room = 0.06 * (high - low || 1);
  return { low: low < 0 ? low - room : 0, high: high + room };
}

/** One column of the history's rows. */
export const columnOf = (rows, k) => Float32Array.from({ length: rows.length / WIDTH }, (_, n) => rows[WIDTH * n + k]);

export function createLosses(root, store) {
  const boxes = Object.keys(OF).map(player => createLoss(root.querySelector(`.loss-of[data-player=${player}]`), store, player));
  const each = what => (...given) => boxes.forEach(box => box[what](...given));
  return { arrange: each("arrange"), draw: each("draw"), retheme: each("retheme") };
}

function createLoss(host, store, player) {
  const canvas = host.querySelector("canvas"), output = host.querySelector("output");
  let room = null, cursor = null, stale = true;
  const look = x => {
    cursor = x;
    stale = true;
  };
  pointer(canvas, look, () => look(null));

  function arrange({ losses }) {
    const { x, y, width, height } = losses[player];
    Object.assign(host.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    room = fit(canvas, true);
    stale = true;
  }

  function draw(now, changed) {
    if (!room) return;
    if (changed.words) setText(output, told(store.frame.players?.[player]?.loss));
    if (!stale && !changed.scene && !store.fresh.has("curve/history")) return;
    stale = false;
    paint(store.arrays.get("curve/history") ?? new Float32Array(0));
  }

  const told = value => (value == null ? "–" : written(value));

  function paint(rows) {
    const { context, width, height } = room, values = columnOf(rows, OF[player]), even = balance(store.scene.adversarial.loss, player);
    const { low, high } = rangeOf(values, even?.value ?? null), end = Math.max(FEWEST_STEPS, rows.at(-WIDTH) ?? 0);
    const x = step => mix(1, width - 4, step / end), y = value => mix(height - BOTTOM, TOP, (clamp(value, low, high) - low) / (high - low));
    blank(context, width, height);
    rule(context, width, y(0), theme.line);
    if (even) rule(context, width, y(even.value), theme.line2, [2, 4]);
    text(context, "0", 0, height - 3, { size: 11.5, fill: theme.ink3 });
    text(context, `${thousands(end)} steps`, width, height - 3, { size: 11.5, fill: theme.ink3, align: "right" });
    curve(context, rows, values, x, y, player === "generator" ? theme.fake : theme.real);
    if (even) label(context, even, y(even.value), values, height - BOTTOM);
    if (cursor !== null && values.length) point(context, rows, values, x, y, width, end);
    const said = values.length ? `: ${told(values.at(-1))} at step ${thousands(rows.at(-WIDTH))}` : "";
    setAttribute(canvas, "aria-label", `Loss of the ${player}${said}`);
  }

  function point(context, rows, values, x, y, width, end) {
    const step = clamp(cursor / width, 0, 1) * end;
    let row = 0;
    while (row < values.length - 1 && rows[WIDTH * row + STEP] < step) row++;
    const at = rows[WIDTH * row + STEP], px = x(at), right = px > width / 2, said = `step ${thousands(at)}   ${told(values[row])}`;
    context.beginPath();
    context.arc(px, y(values[row]), 3.4, 0, 2 * Math.PI);
    context.fillStyle = theme.ink;
    context.fill();
    text(context, said, px + (right ? -8 : 8), 12, { size: 12, fill: theme.ink, align: right ? "right" : "left", halo: true });
  }

  return { arrange, draw, retheme: () => void (stale = true) };
}

function rule(context, width, y, colour, dash = []) {
  context.beginPath();
  context.moveTo(0, Math.round(y) + 0.5);
  context.lineTo(width, Math.round(y) + 0.5);
  context.setLineDash(dash);
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.stroke();
  context.setLineDash([]);
}

/** At the line where neither is ahead, on the side where the loss was not at first. */
function label(context, { value, words }, y, values, floor) {
  const begin = values.subarray(0, Math.ceil(values.length / 4)), above = begin.reduce((sum, v) => sum + (v > value), 0);
  const over = above < begin.length / 2 || y + 15 > floor;
  text(context, words, 0, over ? y - 5 : y + 13, { size: 11.5, fill: theme.ink3, halo: true });
}

function curve(context, rows, values, x, y, colour) {
  context.beginPath();
  let pen = false;
  values.forEach((value, n) => {
    if (!Number.isFinite(value)) pen = false;
    else pen ? context.lineTo(x(rows[WIDTH * n]), y(value)) : (context.moveTo(x(rows[WIDTH * n]), y(value)), (pen = true));
  });
  context.lineWidth = 1.8;
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.stroke();
}
