// The inspector's panel: its elements are written when there is something else to say, its numbers and pictures as they change.
import { fit } from "../canvas.js";
import { pointer, setAttribute, setHtml, setText } from "../dom.js";
import { openField } from "../field.js";
import { escape, icon, thousands } from "../format.js";
import { hue } from "../network/rail.js";
import { theme } from "../theme.js";
import { rowAt, titles, written } from "./model.js";
import { drawLine, drawPictures, drawSpread, placePictures } from "./plots.js";

const HISTORY = "inspect/history";
/** The width a picture is made for before it stands anywhere, and heights of the lines. */
const WIDE = 138, TALL = { value: 54, gradient: 40 };

export class Panel {
  element = document.createElement("aside");
  #store; #send; #written = ""; #cursor = null; #stale = true; #closeField = null;

  constructor(store, send) {
    [this.#store, this.#send] = [store, send];
    this.element.className = "inspector";
    this.element.hidden = true;
    this.element.addEventListener("click", event => {
      const cell = event.target.closest("[data-edit]")?.parentElement;
      if (cell) this.#edit(cell);
    });
  }

  /** Nothing is inspected. */
  hide() {
    this.#closeField?.();
    this.element.hidden = true;
    this.#written = "";
  }

  /** Another thing, size or theme: pictures are to be drawn. */
  renew() {
    this.#stale = true;
  }

  /** Shows `it`, the frame's fact. `legible`: words and numbers may be written now. */
  draw(it, legible) {
    const key = structure(it), anew = key !== this.#written;
    if (anew) this.#write(it, key);
    if (anew || legible) this.#say(it);
    if (anew || this.#stale || this.#store.fresh.has(HISTORY)) this.#paint(it);
    this.#stale = false;
  }

  // ---------------------------------------------------------------- elements

  #write(it, key) {
    const { element } = this, scrolled = element.scrollTop;
    this.#closeField?.();
    this.#written = key;
    this.#cursor = null;
    element.hidden = false;
    element.innerHTML = markup(it, it.pictures.map(name => this.#store.arrays.get(name)));
    element.scrollTop = scrolled;
    for (const canvas of element.querySelectorAll(".past canvas"))
      pointer(canvas, x => this.#point(x / canvas.clientWidth), () => this.#point(null));
  }

  #point(share) {
    this.#cursor = share;
    this.#stale = true;
  }

  // ---------------------------------------------------------------- numbers

  #say(it) {
    const { element } = this, { scene } = this.#store, { title, part } = titles(scene, it), cells = element.querySelectorAll(".rows dd");
    setText(element.querySelector("header b"), title);
    setText(element.querySelector("header span"), part);
    setAttribute(element, "aria-label", `Inspector: ${[title, part].filter(Boolean).join(", ")}`);
    const c = scene.columns.findIndex(column => column.name === it.layer);
    element.style.setProperty("--hue", c < 0 ? theme.ink : hue(scene, c));
    this.#tell(it);
    it.rows.forEach(([label, value, form], k) => {
      if (!this.#closeField || label !== it.edit?.label) setText(cells[k].firstElementChild ?? cells[k], written(value, form));
    });
    if (it.table) setHtml(element.querySelector("tbody"), it.table.rows.map(row => line(scene, row, it.table.heads)).join(""));
  }

  /** Value and gradient: the newest, or those at the cursor with their step. */
  #tell(it) {
    const history = this.#store.arrays.get(HISTORY), row = this.#row(history);
    ["value", "gradient"].filter(name => it.labels[name]).forEach((name, k) => {
      const value = row === null ? it[name] : history[3 * row + k + 1], place = this.element.querySelector(`[data-part=${name}]`);
      const known = value !== null && !Number.isNaN(value), broken = this.#store.frame.state === "diverged";
      setText(place.querySelector("b"), known || !broken ? written(known ? value : null, k ? "small" : "number") : "NaN");
      setText(place.querySelector("small"), row === null ? "" : `at step ${thousands(history[3 * row])}`);
    });
  }

  #row(history) {
    return this.#cursor === null || !history?.length ? null : rowAt(history, this.#cursor);
  }

  // ---------------------------------------------------------------- pictures

  #paint(it) {
    const { arrays } = this.#store, history = arrays.get(HISTORY), all = selector => [...this.element.querySelectorAll(selector)];
    if (history?.length) {
      all(".past canvas").forEach((canvas, k) => drawLine(fit(canvas, true), history, k + 1, this.#row(history), it.slope));
      setText(this.element.querySelector(".span"), spanOf(history));
    }
    all(".spreads canvas").forEach((canvas, k) => {
      const [key, ends] = Object.entries(it.spreads)[k];
      drawSpread(fit(canvas, true), arrays.get(`inspect/${key}`), ends, key === "gradients");
    });
    all(".seen canvas").forEach((canvas, k) => drawPictures(fit(canvas, true), arrays.get(it.pictures[k]), k === 1));
    this.#tell(it);
  }

  // ---------------------------------------------------------------- a number set by hand

  #edit(cell) {
    const { rows, edit: { label, name, index } } = this.#store.frame.inspected, value = rows.find(row => row[0] === label)[1];
    this.#closeField = openField(cell, value, label, {
      keep: number => this.#send({ do: "edit", name, index, value: number }),
      done: () => {
        this.#closeField = null;
        this.#written = "";
      },
    });
  }
}

/** What the panel's elements follow from: other rows or pictures need other elements. */
const structure = ({ name, index, labels, rows, table, spreads, pictures, edit }) =>
  JSON.stringify([name, index, labels, rows.map(row => row[0]), table?.heads, Object.keys(spreads), pictures, edit]);

function spanOf(history) {
  const [first, last] = [history[0], history[history.length - 3]].map(thousands);
  return first === last ? `step ${first}` : `steps ${first} to ${last}`;
}

const hot = form => (form === "gradient" ? "g" : "");

/** The elements as HTML; numbers are written into them later. */
function markup({ labels, slope, rows, table, spreads, edit, pictures }, values) {
  const lines = [past("value", labels.value, ""), labels.gradient && past("gradient", labels.gradient, slope ? "g" : "")];
  const seen = pictures.map((_, k) => figure(k ? "gradient" : "values", k === 1, placePictures(values[k].shape, WIDE).height));
  const spread = Object.entries(spreads).map(([key, { title }]) => figure(title, key === "gradients", 62));
  return `<header><i></i><b></b><span></span><button data-close aria-label="Close the inspector" title="Close  (Esc)">${icon("close", 16)}</button></header>
    ${lines.filter(Boolean).join("")}<p class="span"></p>
    ${seen.length ? `<div class="seen">${seen.join("")}</div>` : ""}${spread.length ? `<div class="spreads">${spread.join("")}</div>` : ""}
    <dl class="rows">${rows.map(row => entry(row, edit)).join("")}</dl>${table ? tabled(table) : ""}`;
}

const past = (part, label, look) => `<div class="past ${look}" data-part="${part}">
  <p><span>${escape(label)}</span><small></small><b></b></p><canvas style="height:${TALL[part]}px"></canvas></div>`;

const figure = (title, gradient, height) => `<figure class="${gradient ? "g" : ""}"><figcaption>${escape(title)}</figcaption><canvas style="height:${height}px"></canvas></figure>`;

function entry([label, , form], edit) {
  const value = label === edit?.label ? '<button data-edit title="Set it by hand"></button>' : "";
  return `<div class="${form}"><dt>${escape(label)}</dt><dd class="${hot(form)}">${value}</dd></div>`;
}

const tabled = ({ title, heads }) => `<table><thead><tr><th>${escape(title)}</th>
  ${heads.map(([name, form]) => `<td class="${hot(form)}">${escape(name)}</td>`).join("")}</tr></thead><tbody></tbody></table>`;

/** A row of the table; what can be inspected itself is a button. */
function line(scene, { label, layer, numbers, open }, heads) {
  const words = escape(layer ? titles(scene, { layer }).title : label), index = open?.index ? `data-index="${JSON.stringify(open.index)}"` : "";
  const name = open ? `<button data-inspect="${escape(open.name)}" ${index}>${words}</button>` : words;
  return `<tr><th>${name}</th>${numbers.map((value, k) => `<td class="${hot(heads[k][1])}">${written(value, heads[k][1])}</td>`).join("")}</tr>`;
}
