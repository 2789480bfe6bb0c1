// A layer's settings, in a small sheet under its name: made from the layer's own record, whatever fields that has.
import { escape as safe, icon } from "../format.js";
import { removals, valueAt } from "./order.js";

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
    first().focus();
  }

  const first = () => sheet.querySelector("label :is(input, select)") ?? sheet.querySelector("button");

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
    sheet.style.top = `${Math.max(0, Math.min(at.bottom - frame.top + 12, frame.height - sheet.offsetHeight))}px`;
  }

  /** Writes the fields anew, with what was refused, the focus on the one it was on. */
  function write(complaint = "") {
    const { scene } = store, it = scene.columns[column], focused = sheet.getRootNode().activeElement, key = focused?.dataset?.field;
    const inside = sheet.contains(focused);
    sheet.setAttribute("aria-label", `Settings of ${it.title}`);
    sheet.innerHTML = markup(scene, column);
    sheet.querySelector(".complaint").textContent = complaint;
    if (inside) (sheet.querySelector(`[data-field="${key}"]`) ?? first()).focus();
  }

  /** After a new scene: the same layer's settings as they are now, or none when it is gone. */
  function refresh() {
    if (column === null) return;
    if (!store.scene.columns[column]?.path) close();
    else write();
  }

  /** A refused value: its sentence at the settings, which keep what was. */
  function complain(error) {
    if (column !== null && (!error.path?.length || ["layers", "task"].includes(error.path[0]))) write(error.text);
  }

  sheet.addEventListener("change", event => change(event.target));
  sheet.addEventListener("click", event => act(event.target.closest("button")?.dataset.act));
  const escape = event => event.key === "Escape" && close();
  addEventListener("keydown", escape);
  const outside = event => !event.composedPath().includes(sheet) && !event.target.closest?.("[data-name]") && close();
  host.getRootNode().addEventListener("pointerdown", outside);

  function change(input) {
    const path = JSON.parse(input.dataset.path), read = { number: () => Number(input.value), checkbox: () => input.checked };
    const value = read[input.type]?.() ?? input.value;
    if (input.type === "number" && input.value === "") return write();
    if (input.dataset.field === "dropout") return dropout(value);
    send({ do: "set", path, value });
  }

  function dropout(rate) {
    const it = store.scene.columns[column], note = dropoutOf(it), after = [...it.path.slice(0, -1), it.path.at(-1) + 1];
    if (note) send(rate > 0 ? { do: "set", path: [...note.path, "rate"], value: rate } : { do: "remove", path: note.path });
    else if (rate > 0) send({ do: "insert", path: after, value: { kind: "dropout", rate } });
  }

  function act(what) {
    const { scene } = store, it = scene.columns[column];
    if (what === "close") close();
    if (what === "wrap") send({ do: "set", path: it.path, value: { kind: "residual", layers: [valueAt(scene.experiment, it.path)] } });
    if (what === "unwrap") send(unwrapped(scene, it));
    if (what !== "remove") return;
    const gone = it.notes ? removals(scene, column) : [{ do: "remove", path: it.path }];
    close();
    gone.forEach(send);
  }

  function destroy() {
    removeEventListener("keydown", escape);
    host.getRootNode().removeEventListener("pointerdown", outside);
  }

  return { open, refresh, complain, destroy };
}

/** The command that puts a residual block's layers in its place. */
export function unwrapped(scene, column) {
  const block = blockOf(column), list = block.slice(0, -1), layers = [...valueAt(scene.experiment, list)];
  layers.splice(block.at(-1), 1, ...valueAt(scene.experiment, block).layers);
  return { do: "set", path: list, value: layers };
}

/** The sheet as HTML. */
export function markup(scene, c) {
  const column = scene.columns[c], record = valueAt(scene.experiment, column.path);
  const block = blockOf(column) ? ["unwrap", "Leave the residual block"] : ["wrap", "Wrap in a residual block"];
  return `<header><b>${safe(column.title)}</b><button data-act="close" aria-label="Close">${icon("close", 15)}</button></header>
    ${fields(scene, record, aboutOf(scene.layer_kinds, record.kind), column.path)}
    ${column.notes ? dropoutField(scene, column) : ""}
    <p class="complaint" role="alert"></p>
    <footer><button data-inspect="${safe(column.name)}">Inspect</button><button data-act="${block[0]}">${block[1]}</button><button data-act="remove">Remove layer</button></footer>`;
}

/** Where layers without units are notes at the one before, dropout is one of its fields. */
function dropoutField(scene, column) {
  const note = dropoutOf(column), rate = note ? valueAt(scene.experiment, note.path).rate : 0;
  const limits = { ...aboutOf(scene.layer_kinds, "dropout").rate, title: "Dropout after it" };
  return labelled(limits, numberInput(rate, { step: 0.1, ...limits }, `data-field="dropout" data-path="[]"`));
}

/** The path of the residual block that holds a layer, or null. */
const blockOf = column => column.residual ?? (column.path.length > 3 ? column.path.slice(0, -2) : null);

const dropoutOf = column => column.notes.find(note => note.kind === "dropout");

/** What the family says about a member's fields, by name: {title, text, low, high, whole, options}. */
const aboutOf = (family, kind) => family?.find(member => member.kind === kind)?.fields ?? {};

/** An input for each field of a record, in order. */
function fields(scene, record, about, path) {
  const keys = Object.keys(record).filter(key => key !== "kind");
  return keys.map(key => one(scene, key, record[key], { title: worded(key), ...about[key] }, [...path, key])).join("");
}

/** A switch, a number, a menu of words, or a menu of a family and the chosen member's own fields; nothing for what is none of these. */
function one(scene, key, value, about, path) {
  const to = `data-field="${path.join("-")}" data-path='${JSON.stringify(path)}'`, family = scene[`${key}s`];
  if (typeof value === "boolean") return labelled(about, `<input type="checkbox" ${value ? "checked" : ""} ${to}>`);
  if (typeof value === "number") return labelled(about, numberInput(value, about, to));
  if (about.options) return labelled(about, menu(about.options.map(option => ({ kind: option, title: worded(option) })), value, to));
  if (!value?.kind || !family) return "";
  const inner = fields(scene, value, aboutOf(family, value.kind), path);
  return labelled(about, menu(family, value.kind, to)) + (inner && `<div class="inner">${inner}</div>`);
}

const worded = key => key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");
const labelled = (about, input) => `<label title="${safe(about.text ?? "")}"><span>${safe(about.title)}</span>${input}</label>`;

function numberInput(value, { low, high, whole, step = whole ? 1 : "any" }, to) {
  const limit = (name, bound) => (bound === undefined || bound === null ? "" : `${name}="${bound}"`);
  return `<input type="number" value="${value}" step="${step}" ${limit("min", low)} ${limit("max", high)} ${to}>`;
}

function menu(family, kind, to) {
  const option = m => `<option value="${safe(m.kind)}" ${m.kind === kind ? "selected" : ""}>${safe(m.title)}</option>`;
  return `<select ${to}>${family.map(option).join("")}</select>`;
}
