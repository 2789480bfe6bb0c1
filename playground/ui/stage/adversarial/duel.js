// How the network's view shows two networks: where they stand, the rail, who is bright in whose turn.
import { clamp, text } from "../canvas.js";
import { turnOf } from "../store.js";
import { createHeads } from "../network/heads.js";
import { drawSkips, drawStations } from "../network/rail.js";
import { RAIL } from "../network/layout.js";
import { theme } from "../theme.js";
import { markup } from "./heads.js";
import { isSquare, place, turnedHeight } from "./layout.js";

/** What is left of a player that stands still while the other one learns. */
export const STILL = 0.35;

/** Players whose weights move in a turn. */
const LEARNS = { generator: ["generator", "sample"], discriminator: ["discriminator", "verdict"] };

/** What remains of a column in the turn of `stage`: all of whoever learns, and of the noise that both live on. */
export function bright(stage, c, scene) {
  const { player } = scene.columns[c], learners = LEARNS[turnOf(stage?.segment)];
  return !learners || player === "noise" || learners.includes(player) ? 1 : STILL;
}

/** `arranged(layout)` is called whenever everything has been placed anew. */
export const duel = arranged => ({
  place, height: turnedHeight, reach: 0, arranged,
  heads: (host, store, send, openSettings) => createHeads(host, store, send, openSettings, markup),
  drawBelow(context, { scene, stage }, layout, clock) {
    if (!layout.turned) drawRail(context, scene, layout, stage, clock);
    drawSkips(context, scene, layout);
    drawDoors(context, scene, layout);
  },
  drawOver: drawNames,
  links: bright,
  tiles: bright,
  inputs,
});

/** A number of noise that has the full colour. */
const FULL = 2.5;

/** The noise that is followed: a flat field for each number, 1 for the class that is asked for; null where fields show all of the noise. */
export function inputs({ scene, frame, slow, arrays }) {
  if ((isSquare(scene) && scene.adversarial.data === "plane") || !frame.chosen) return null;
  const { features, tile, columns: [{ shown }], adversarial: { noise } } = scene, { z, class: asked } = frame.chosen, followed = slow && arrays.get("slow/values");
  const value = k => followed?.[k] ?? (shown[k] < noise ? z[shown[k]] : Number(shown[k] - noise === asked));
  const codes = new Uint8Array(features.length * tile * tile);
  features.forEach((_, k) => codes.fill(Math.round(127 + 127 * clamp(value(k) / FULL, -1, 1)), k * tile * tile, (k + 1) * tile * tile));
  return codes;
}

function drawRail(context, scene, layout, stage, clock) {
  drawStations(context, scene, layout, stage, clock, layout.width);
  const { x, size } = layout.arena;
  context.beginPath();
  context.arc(x + size / 2, RAIL + 0.5, 3.2, 0, 2 * Math.PI);
  context.fillStyle = theme.ink;
  context.fill();
}

/** From the sample's numbers into the plane, and from the plane to where the discriminator's links begin. */
function drawDoors(context, { columns }, { columns: placed, arena, turned }) {
  const sample = placed[columns.findIndex(({ player }) => player === "sample")];
  if (sample.hidden) return;
  context.beginPath();
  for (const { x, y } of sample.tiles) {
    context.moveTo(x, y);
    context.lineTo(...(turned ? [x, arena.y] : [arena.x, y]));
  }
  for (const { x, y } of turned ? [] : sample.exits) {
    context.moveTo(arena.x + arena.size, y);
    context.lineTo(x, y);
  }
  context.lineWidth = 2;
  context.strokeStyle = theme.line2;
  context.stroke();
}

/** The numbers of a sample by name, over their tiles. */
function drawNames(context, { scene: { columns } }, layout) {
  const c = columns.findIndex(({ player }) => player === "sample"), { tiles, size, hidden } = layout.columns[c];
  if (hidden || layout.turned) return;
  const look = { size: 11.5, fill: theme.ink3, align: "center", halo: true };
  tiles.forEach(({ x, y }, k) => text(context, columns[c].names?.[k] ?? "", x, y - size / 2 - 4, look));
}

/** What remains of a player's own marks on the plane in the turn of `stage`. */
export const turnShare = (stage, player) => (!stage || turnOf(stage.segment) === player ? 1 : STILL);
