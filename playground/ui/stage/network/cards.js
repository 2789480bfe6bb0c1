// The card beside what is hovered, in which its number becomes a field.
import { setHtml, setText } from "../dom.js";
import { scales, theme } from "../theme.js";
import { at } from "../canvas.js";
import { STEP, openField } from "../field.js";
import { describe, parameter } from "./describe.js";
import { hue } from "./rail.js";

const WIDE = 272, NARROW = 232, EVERY = 120;
/** What the card is about lies so near above or below it. */
const ABOUT = 50;

/** `place()` gives {layout, links}; `done()` is called when a field closes. */
export function createCards(host, store, send, place, done) {
  const card = document.createElement("div");
  card.className = "card";
  host.append(card);
  let shown = null, drawn = 0, editing = false, closeField = null;

  /** Shows, moves, renews or hides the card; numbers are renewed at most eight times a second. */
  function draw(now, fresh) {
    if (store.hover !== shown && !editing) appear(store.hover, now);
    else if (shown && fresh && now - drawn > EVERY) renew(now);
  }

  function appear(hover, now) {
    shown = hover;
    card.classList.toggle("on", Boolean(hover));
    if (!hover) return;
    const model = describe(store, place().links.places, hover);
    card.classList.toggle("narrow", hover.type === "link");
    setHtml(card, markup(model));
    stand(hover);
    renew(now);
  }

  function renew(now) {
    drawn = now;
    const model = describe(store, place().links.places, shown), cells = card.querySelectorAll("dd");
    card.style.setProperty("--hue", colourOf(shown));
    model.rows.forEach((row, k) => !(editing && row.editable) && setText(cells[k], row.value));
    if (model.math) setHtml(card.querySelector(".math"), model.math);
  }

  function colourOf(hover) {
    if (hover.type === "feature") return theme.ink3;
    if (hover.type !== "link") return hue(store.scene, hover.column);
    return scales.value.signed(Math.sign(valueOf(hover)));
  }

  const valueOf = hover => store.arrays.get("network/weights")?.[parameter(store.scene, place().links.places, hover).place] ?? 0;

  /** Under what it speaks of; above it in the lower part. */
  function stand(hover) {
    const { layout } = place(), [x, y, half] = spot(hover), width = hover.type === "link" ? NARROW : WIDE;
    const above = y > layout.height * 0.62, left = hover.type === "link" ? x + 14 : x - half;
    card.style.left = `${Math.max(0, Math.min(left, layout.width - width))}px`;
    card.style.top = above ? "auto" : `${y + half + 10}px`;
    card.style.bottom = above ? `${layout.height - y + half + 10}px` : "auto";
  }

  function spot(hover) {
    const { layout, links } = place();
    if (hover.type === "link") return [...at(links.curve(links.index(hover.column, hover.from, hover.to)), 0.5), 0];
    const off = hover.type === "feature", column = layout.columns[off ? 0 : hover.column];
    const { x, y } = column.tiles[off ? hover.unit : column.units[hover.unit]];
    return [x, y, column.size / 2];
  }

  /** Turns the number into a field; false where there is none. */
  function edit() {
    const { hover } = store;
    if (!hover || !parameter(store.scene, place().links.places, hover)) return false;
    appear(hover, performance.now());
    card.classList.add("editing");
    editing = true;                                         // before the focus moves: what loses it asks
    closeField = openField(card.querySelector("dd.editable"), valueOf(hover), card.querySelector("header b").textContent, { keep, done: closed });
    return true;
  }

  function keep(value) {
    const { name, index } = parameter(store.scene, place().links.places, shown);
    send({ do: "edit", name, index, value });
  }

  function closed() {
    editing = false;
    card.classList.remove("editing");
    shown = undefined; // so that the card is written anew
    done();
  }

  /** Where card and what it is about are, in the page's pixels. */
  function around() {
    const { left, top, right, bottom } = card.getBoundingClientRect();
    return { left, right, top: top - ABOUT, bottom: bottom + ABOUT };
  }

  /** Changes the number of what is hovered by 0.1. */
  function nudge(hover, direction) {
    const { name, index } = parameter(store.scene, place().links.places, hover);
    send({ do: "edit", name, index, value: valueOf(hover) + direction * STEP });
  }

  return { draw, edit, nudge, around, get editing() { return editing; }, close: () => editing && closeField() };
}

function markup({ title, aside, rows, math, hint }) {
  const row = ({ label, kind = "", editable }) => `<div><dt class="${kind}">${label}</dt><dd class="${editable ? "editable" : kind}"></dd></div>`;
  return `<header><i></i><b>${title}</b><span>${aside}</span></header><dl>${rows.map(row).join("")}</dl>
    ${math ? `<div class="math"></div>` : ""}<p class="hint">${hint}</p>`;
}
