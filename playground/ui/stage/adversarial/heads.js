// The stations over two networks: players' names, below the rail each layer's count and activation, and plus signs between.
import { escape, icon } from "../format.js";
import { count, menu, number } from "../network/heads.js";
import { sides } from "./layout.js";

/** Stations closer than this have room for a number only, behind which are the settings. */
const TIGHT = 66;
const NAMES = { noise: "Noise", generator: "Generator", discriminator: "Discriminator", verdict: "Verdict", plane: "The plane", picture: "The pictures" };

/** What the middle shows. */
const KEY = { plane: `looks generated<i class="bar"></i>real`, picture: "where they meet" };

/** The controls as HTML. */
export function markup(scene, layout) {
  const layers = scene.columns.map((column, c) => (column.path ? layer(scene, layout, column, c) : "")).join("");
  const inserts = scene.columns.map((column, c) => (c && insertable(column) ? insert(scene, layout, c) : "")).join("");
  return (layout.turned ? turnedPlayers : players)(scene, layout) + layers + inserts;
}

const insertable = ({ player }) => ["generator", "sample", "discriminator", "verdict"].includes(player);

// ---------------------------------------------------------------- players

function players(scene, layout) {
  const { columns } = scene, at = c => layout.columns[c].station, { generator, discriminator } = sides(columns);
  const middle = list => (list.length ? (at(list[0]) + at(list.at(-1))) / 2 : null), of = name => columns.flatMap((it, c) => (it.player === name ? [c] : []));
  const room = layout.arena.x - 120, beyond = layout.arena.x + layout.arena.size;
  return [
    station("noise", at(0), 90, noiseOf(scene)),
    station("generator", middle(of("generator")) ?? at(generator.at(-1)), room, ""),
    station(scene.adversarial.data, layout.arena.x + layout.arena.size / 2, layout.arena.size, KEY[scene.adversarial.data]),
    station("discriminator", middle(of("discriminator")) ?? (beyond + at(discriminator.at(-1))) / 2, room, ""),
    station("verdict", at(columns.length - 1), 90, scene.adversarial.loss === "wasserstein" ? "a score" : "real?"),
  ].join("");
}

function station(player, x, room, sub) {
  const name = `<h2>${NAMES[player]}<small class="word ${player}-word"></small></h2>`;
  return `<div class="station player" data-player="${player}" style="left:${Math.round(x)}px;max-width:${Math.max(60, Math.round(room))}px">${name}
    ${sub ? `<span class="ctl">${sub}</span>` : ""}</div>`;
}

/** "2-D, normal": how many numbers a sample is made of, and how they are drawn. */
const noiseOf = ({ adversarial: { noise }, experiment }) => escape(`${noise}-D, ${experiment.task.distribution}`);

/** Turned there is only room for whose rows these are. */
function turnedPlayers(scene, layout) {
  const row = (name, c, gap) => {
    const { tiles, size } = layout.columns[c], top = Math.min(...tiles.map(t => t.y)) - size / 2;
    return `<div class="station player" data-player="${name}" style="top:${Math.round(top - gap)}px"><h2>${NAMES[name]}</h2></div>`;
  };
  return `<div class="station player" data-player="noise" style="top:0"><h2>Noise</h2></div>
    <div class="station player" style="top:${layout.arena.y - 24}px"><h2><small class="word generator-word"></small></h2></div>` +
    row("verdict", scene.columns.length - 1, 12);
}

// ---------------------------------------------------------------- layers

/** A layer's name among its player's: "Generator 2". */
export function nameOf(columns, c) {
  const { player } = columns[c], before = columns.slice(0, c).filter(column => column.player === player).length;
  return `${NAMES[player]} ${before + 1}`;
}

function layer(scene, layout, column, c) {
  const name = nameOf(scene.columns, c), named = { ...column, title: name, ...(column.matrix === false && { resizable: false }) };
  const notes = (column.notes ?? []).map(note => escape(note.text)).join(", "), opener = inside =>
    `<button class="name" data-key="name-${c}" data-name="${c}" aria-haspopup="dialog" title="Settings of ${escape(name)}${notes && `: ${notes}`}">${inside}</button>`;
  const handle = `<button class="handle" data-key="handle-${c}" data-handle="${c}" aria-label="Move ${escape(name)}: arrow keys, or drag"></button>`;
  const word = `<small class="word" data-word="${c}"></small>`, own = column.matrix === false ? escape(column.title) : number(column);
  const controls = layout.turned ? count(named, c) + menu(scene, named, c)
    : layout.spacing < TIGHT ? opener(own) : count(named, c, opener(own)) + menu(scene, named, c);
  const title = layout.turned ? `<h2>${opener(escape(name))}<small title="${notes}">${notes}</small></h2>` : "";
  return `<div class="station layer${layout.turned ? "" : " stacked"}" data-column="${c}" style="${position(layout, c)}">
    ${handle}${title}<span class="ctl">${controls}</span>${word}</div>`;
}

/** Upright: over the station. Turned: at the left, above the row. */
function position(layout, c) {
  const { station, tiles, size } = layout.columns[c];
  if (!layout.turned) return `left:${Math.round(station)}px;max-width:${Math.max(30, Math.round(layout.spacing - 8))}px`;
  return `top:${Math.round(Math.min(...tiles.map(t => t.y)) - size / 2 - 37)}px`;
}

function insert(scene, layout, c) {
  const before = { sample: "the sample", verdict: "the verdict" }[scene.columns[c].player] ?? nameOf(scene.columns, c);
  const words = `aria-label="Put a layer before ${before}" title="Put a layer here"`;
  return `<button class="insert" data-key="insert-${c}" data-insert="${c}" style="${between(scene, layout, c)}" ${words}>${icon("plus", 14)}</button>`;
}

/** Half the way to a column from the one before, or from the plane. */
function between(scene, layout, c) {
  const { columns, arena, turned } = layout;
  if (turned) return `top:${Math.round(Math.min(...columns[c].tiles.map(t => t.y)) - columns[c].size / 2 - (scene.columns[c].player === "sample" ? 26 : 37))}px`;
  const first = scene.columns[c - 1].player === "sample", from = first ? arena.x + arena.size : columns[c - 1].station;
  return `left:${Math.round((from + columns[c].station) / 2)}px`;
}
