// The stations over two networks: players' names, below the rail each layer's count and activation, and plus signs between.
import { escape, icon } from "../format.js";
import { count, menu, number } from "../network/heads.js";
import { sides } from "./layout.js";

/** Stations closer than this have room for a number only, behind which are the settings. */
const TIGHT = 66;
const NAMES = {
  noise: "Noise", generator: "Generator", discriminator: "Discriminator", verdict: "Verdict", plane: "The plane", picture: "The pictures",
};

/** What the middle shows. */
const KEY = { plane: `looks generated<i class="bar"></i>real`, picture: "where they meet" };

/** The controls as HTML. */
export function markup(scene, layout) {
  const layers = scene.columns.map((column, c) => (column.path ? layer(scene, layout, column, c) : "")).join("");
  const inserts = scene.columns.map((_, c) => (c ? insert(scene, layout, c) : "")).join("");
  return (layout.turned ? turnedPlayers : players)(scene, layout) + layers + inserts;
}

// ---------------------------------------------------------------- players

function players(scene, layout) {
  const at = c => layout.columns[c].station, { generator, discriminator } = sides(scene.columns), { x, size } = layout.arena, room = x - 120;
  const between = (from, to) => (from + to) / 2;                      // the edges of a player's side where it has no layers
  const [first, last] = generator.length > 2 ? [generator[1], generator.at(-2)] : [generator[0], generator.at(-1)];
  const [begin, end] = discriminator.length > 1 ? [at(discriminator[0]), at(discriminator.at(-2))] : [x + size, at(discriminator[0])];
  return [
    station("noise", at(0), 90, noiseOf(scene)),
    station("generator", between(at(first), at(last)), room, ""),
    station(scene.adversarial.data, x + size / 2, size, KEY[scene.adversarial.data]),
    station("discriminator", between(begin, end), room, ""),
    station("verdict", at(discriminator.at(-1)), 90, scene.adversarial.loss === "wasserstein" ? "a score" : "real?"),
  ].join("");
}

function station(player, x, room, sub) {
  const name = `<h2>${NAMES[player]}<small class="word ${player}-word"></small></h2>`;
  const style = `left:${Math.round(x)}px;max-width:${Math.max(60, Math.round(room))}px`;
  return `<div class="station player" data-player="${player}" style="${style}">${name}${sub ? `<span class="ctl">${sub}</span>` : ""}</div>`;
}

/** "2-D, normal": how many numbers a sample is made of, and how they are drawn. */
const noiseOf = ({ adversarial: { noise }, experiment }) => escape(`${noise}-D, ${experiment.task.distribution}`);

/** Turned there is only room for whose rows these are. */
function turnedPlayers(scene, layout) {
  const row = (top, inside) => `<div class="station player" style="top:${Math.round(top)}px"><h2>${inside}</h2></div>`;
  return row(0, NAMES.noise) + row(layout.arena.y - 24, `<small class="word generator-word"></small>`) +
    row(topOf(layout.columns.at(-1)) - 12, NAMES.verdict);
}

// ---------------------------------------------------------------- layers

function layer(scene, layout, column, c) {
  const name = escape(column.title), fixed = column.matrix === false, shown = fixed ? { ...column, resizable: false } : column;
  const notes = (column.notes ?? []).map(note => escape(note.text)).join(", "), own = fixed ? escape(column.sub) : number(column);
  const words = `aria-haspopup="dialog" title="Settings of ${name}${notes && `: ${notes}`}"`;
  const opener = inside => `<button class="name" data-key="name-${c}" data-name="${c}" ${words}>${inside}</button>`;
  const tight = !layout.turned && layout.spacing < TIGHT, unnamed = layout.turned ? own : opener(own);
  const controls = tight ? unnamed : count(shown, c, unnamed) + menu(scene, column, c);
  const title = layout.turned ? `<h2>${opener(name)}<small title="${notes}">${notes}</small></h2>` : "";
  return `<div class="station layer${layout.turned ? "" : " stacked"}" data-column="${c}" style="${position(layout, c)}">
    <button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${name}: arrow keys, or drag"></button>
    ${title}<span class="ctl">${controls}</span><small class="word" data-word="${c}"></small></div>`;
}

/** Upright: over the station. Turned: at the left, above the row. */
function position(layout, c) {
  if (layout.turned) return `top:${Math.round(topOf(layout.columns[c]) - 37)}px`;
  return `left:${Math.round(layout.columns[c].station)}px;max-width:${Math.max(30, Math.round(layout.spacing - 8))}px`;
}

function insert(scene, layout, c) {
  const before = { sample: "the sample", verdict: "the verdict" }[scene.columns[c].player] ?? escape(scene.columns[c].title);
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="${between(scene, layout, c)}"
    aria-label="Put a layer before ${before}" title="Put a layer here">${icon("plus", 14)}</button>`;
}

/** Half the way to a column from the one before, or from the plane. */
function between(scene, layout, c) {
  const { columns, arena, turned } = layout, { player } = scene.columns[c];
  if (turned) return `top:${Math.round(player === "sample" ? arena.y - 24 : topOf(columns[c]) - 37)}px`;
  const from = scene.columns[c - 1].player === "sample" ? arena.x + arena.size : columns[c - 1].station;
  return `left:${Math.round((from + columns[c].station) / 2)}px`;
}

const topOf = ({ tiles, size }) => Math.min(...tiles.map(tile => tile.y)) - size / 2;
