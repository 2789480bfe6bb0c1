// A layer's settings, in a small sheet under its name: made from the layer's own record, whatever fields that has.
import { escape, icon } from "../format.js";
import { removals, valueAt } from "./order.js";

const WORDS = { units: "Neurons" };
const title = key => WORDS[key] ?? key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");

export function createSettings(host, store, send) {
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.setAttribute("role", "dialog");
  sheet.hidden = true;
  host.append(sheet);
  let column = null, opener = null;

  function open(c, button) {
    if (column === c) return close();
    [column, opener] = [c, button.dataset.key];
    sheet.hidden = false;
    write();
    place(button);
    sheet.querySelector("input, select, button").focus();
  }

  function close() {
    if (column === null) return;
    const inside = sheet.contains(sheet.getRootNode().activeElement);
    column = null;
    sheet.hidden = true;
    if (inside) host.querySelector(`[data-key="${opener}"]`)?.focus();
  }

  function place(button) {
    const at = button.getBoundingClientRect(), frame = host.getBoundingClientRect();
    const left = at.left + at.width / 2 - frame.left - sheet.offsetWidth / 2;
    sheet.style.left = `${Math.max(0, Math.min(left, frame.width - sheet.offsetWidth))}px`;
    sheet.style.top = `${at.bottom - frame.top + 12}px`;
  }

  /** Writes the fields anew, the focus on the one it was on. */
  function write() {
    const { scene } = store, it = scene.columns[column], key = sheet.getRootNode().activeElement?.dataset?.field;
    sheet.setAttribute("aria-label", `Settings of ${it.title}`);
    sheet.innerHTML = markup(scene, column);
    if (key) sheet.querySelector(`[data-field="${key}"]`)?.focus();
  }

  /** After a new scene: the same layer's settings as they are now, or none when it is gone. */
  function refresh() {
    if (column === null) return;
    if (!store.scene.columns[column]?.path) close();
    else write();
  }

  /** A refused value: its sentence, at the setting. */
  function complain(error) {
    const place = sheet.querySelector(".complaint"), path = column !== null && store.scene.columns[column]?.path;
    if (!place || !error || !path?.every((key, k) => error.path?.[k] === key)) return;
    write();
    sheet.querySelector(".complaint").textContent = error.text;
  }

  sheet.addEventListener("change", event => change(event.target));
  sheet.addEventListener("click", event => act(event.target.closest("button")?.dataset.act));
  sheet.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  const outside = event => !event.composedPath().includes(sheet) && !event.target.closest?.("[data-name]") && close();
  host.getRootNode().addEventListener("pointerdown", outside);

  function change(input) {
    const path = JSON.parse(input.dataset.path), value = input.type === "number" ? Number(input.value) : input.type === "checkbox" ? input.checked : input.value;
    if (input.type === "number" && input.value === "") return write();
    if (input.dataset.field === "dropout") return dropout(value);
    send({ do: "set", path, value });
  }

  function dropout(rate) {
    const it = store.scene.columns[column], note = it.notes?.find(n => n.kind === "dropout"), after = [...it.path.slice(0, -1), it.path.at(-1) + 1];
    if (note) send(rate > 0 ? { do: "set", path: [...note.path, "rate"], value: rate } : { do: "remove", path: note.path });
    else if (rate > 0) send({ do: "insert", path: after, value: { kind: "dropout", rate } });
  }

  function act(what) {
    const { scene } = store, it = scene.columns[column];
    if (what === "close") close();
    if (what === "wrap") send({ do: "set", path: it.path, value: { kind: "residual", layers: [valueAt(scene.experiment, it.path)] } });
    if (what === "unwrap") send(unwrapped(scene, it));
    if (what !== "remove") return;
    const gone = removals(scene, column);
    close();
    gone.forEach(send);
  }

  return { open, refresh, complain, destroy: () => host.getRootNode().removeEventListener("pointerdown", outside) };
}

/** The command that puts a residual block's layers in its place. */
export function unwrapped(scene, column) {
  const block = column.residual, list = block.slice(0, -1), layers = [...valueAt(scene.experiment, list)];
  layers.splice(block.at(-1), 1, ...valueAt(scene.experiment, block).layers);
  return { do: "set", path: list, value: layers };
}

/** The sheet as HTML. */
export function markup(scene, c) {
  const column = scene.columns[c], record = valueAt(scene.experiment, column.path), note = column.notes?.find(n => n.kind === "dropout");
  const rate = note ? valueAt(scene.experiment, note.path).rate : 0;
  return `<header><b>${escape(column.title)}</b><button data-act="close" aria-label="Close">${icon("close", 15)}</button></header>
    ${fields(scene, record, column.path)}
    ${field("Dropout after it", `<input type="number" min="0" max="0.9" step="0.1" value="${rate}" data-field="dropout" data-path="[]">`)}
    <p class="complaint" role="alert"></p>
    <footer>${column.residual ? `<button data-act="unwrap">Leave the residual block</button>` : `<button data-act="wrap">Wrap in a residual block</button>`}
    <button data-act="remove">Remove layer</button></footer>`;
}

const field = (name, input) => `<label><span>${escape(name)}</span>${input}</label>`;

/** An input for each field of a record: a menu for a choice whose family is known, with the choice's own fields under it. */
function fields(scene, record, path) {
  return Object.entries(record).filter(([key]) => key !== "kind").map(([key, value]) => one(scene, key, value, [...path, key])).join("");
}

function one(scene, key, value, path) {
  const to = `data-field="${path.join("-")}" data-path='${JSON.stringify(path)}'`;
  if (typeof value === "boolean") return field(title(key), `<input type="checkbox" ${value ? "checked" : ""} ${to}>`);
  if (typeof value === "number") return field(title(key), `<input type="number" step="any" value="${value}" ${to}>`);
  const family = scene[`${key}s`];
  if (!value?.kind || !family) return "";
  const options = family.map(m => `<option value="${m.kind}" ${m.kind === value.kind ? "selected" : ""}>${escape(m.title)}</option>`).join("");
  return field(title(key), `<select ${to}>${options}</select>`) + `<div class="inner">${fields(scene, value, path)}</div>`;
}
