// The card of a station: what its block gives, costs and sees. It comes with the pointer on a name, or with the focus.
import { setHtml } from "../dom.js";
import { compact, escape, thousands } from "../format.js";
import { colourOf } from "./sight.js";
import { activationName, shapeOf } from "./words.js";

const WIDE = 232;

export function createCards(host, ground, store) {
  const card = document.createElement("div");
  card.className = "card narrow";
  host.append(card);
  let shown = null, wanted = null;
  const over = event => (wanted = event.target.closest?.("[data-name]") ?? null);
  ground.addEventListener("pointerover", over);
  ground.addEventListener("pointerleave", () => (wanted = null));
  ground.addEventListener("focusin", over);
  ground.addEventListener("focusout", () => (wanted = null));
  ground.addEventListener("click", event => {
    const button = event.target.closest("[data-name]");
    if (!button || store.scene.columns[button.dataset.name].path) wanted = null;
  });

  function draw() {
    const button = wanted?.isConnected ? wanted : null;
    if (button === shown) return;
    shown = button;
    card.classList.toggle("on", Boolean(button));
    if (button) show(Number(button.dataset.name), button);
  }

  function show(c, button) {
    const at = button.getBoundingClientRect(), frame = host.getBoundingClientRect(), left = at.left + at.width / 2 - frame.left - WIDE / 2;
    card.style.setProperty("--hue", colourOf(store.scene, c));
    setHtml(card, markup(store.scene, c));
    card.style.left = `${Math.max(0, Math.min(left, frame.width - WIDE))}px`;
    card.style.top = `${at.bottom - frame.top + 40}px`;
  }

  return { draw };
}

/** What stands on a block's card: [label, value], as far as the scene says. */
export function facts({ columns, classes }, c) {
  const column = columns[c], rows = [["output", shapeOf(column)]], { parameters, multiply_adds: work, receptive, window } = column;
  if (activationName(column)) rows.push(["activation", activationName(column)]);
  if (parameters) rows.push(["parameters", thousands(parameters)]);
  if (work) rows.push(["multiply-adds", work < 1e5 ? thousands(work) : compact(work)]);
  if (window && window.stride > 1) rows.push(["stride", String(window.stride)]);
  if (receptive) rows.push(["sees of the picture", receptive.join(" × ")]);
  if (column.shown && column.shown.length < column.units) rows.push(["shown", `${column.shown.length} of ${thousands(column.units)}`]);
  if (c === columns.length - 1 && column.shape.length === 1) rows.push(["classes", String(classes.length)]);
  return rows;
}

function markup(scene, c) {
  const column = scene.columns[c], row = ([label, value]) => `<div><dt>${label}</dt><dd>${escape(value)}</dd></div>`;
  return `<header><i></i><b>${escape(column.title)}</b></header><dl>${facts(scene, c).map(row).join("")}</dl>
    ${column.path ? '<p class="hint">Click for its settings.</p>' : ""}`;
}
