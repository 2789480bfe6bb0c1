// The menu of layers that can be put at a plus sign of the rail.
import { escape } from "../format.js";
import { insertionPath } from "../network/order.js";

/** `kinds(scene)` are the layers offered, `commands(scene, column, kind)` put one before a column. */
export function createMenu(host, store, send, { kinds = scene => scene.layer_kinds, commands = insertion } = {}) {
  const sheet = document.createElement("div");
  sheet.className = "sheet kinds";
  sheet.setAttribute("role", "menu");
  sheet.setAttribute("aria-label", "Layers");
  sheet.hidden = true;
  host.append(sheet);
  let column = null, opener = null;

  function open(c, button) {
    if (column === c) return close();
    [column, opener] = [c, button.dataset.key];
    sheet.innerHTML = kinds(store.scene).map(item).join("");
    sheet.hidden = false;
    place(button);
    sheet.querySelector("button")?.focus();
  }

  function close() {
    if (column === null) return;
    const inside = sheet.contains(sheet.getRootNode().activeElement);
    column = null;
    sheet.hidden = true;
    if (inside) host.querySelector(`[data-key="${opener}"]`)?.focus();
  }

  function place(button) {
    const at = button.getBoundingClientRect(), frame = host.getBoundingClientRect(), left = at.left + at.width / 2 - frame.left - sheet.offsetWidth / 2;
    sheet.style.left = `${Math.max(0, Math.min(left, frame.width - sheet.offsetWidth))}px`;
    sheet.style.top = `${Math.max(0, Math.min(at.bottom - frame.top + 10, frame.height - sheet.offsetHeight))}px`;
  }

  sheet.addEventListener("click", event => {
    const kind = event.target.closest("button")?.dataset.kind;
    if (!kind) return;
    commands(store.scene, column, kind).forEach(send);
    close();
  });
  sheet.addEventListener("keydown", event => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], items = [...sheet.children];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    items[(items.indexOf(sheet.getRootNode().activeElement) + by + items.length) % items.length].focus();
  });
  const escaped = event => event.key === "Escape" && close();
  addEventListener("keydown", escaped);
  const outside = event => !event.composedPath().includes(sheet) && !event.target.closest?.("[data-insert]") && close();
  host.getRootNode().addEventListener("pointerdown", outside);

  return {
    open,
    /** After a new scene the menu's place may be another one. */
    refresh: close,
    destroy() {
      removeEventListener("keydown", escaped);
      host.getRootNode().removeEventListener("pointerdown", outside);
    },
  };
}

const insertion = (scene, column, kind) => [{ do: "insert", path: insertionPath(scene, column), value: { kind } }];

const item = ({ kind, title, text }) =>
  `<button role="menuitem" data-kind="${escape(kind)}"><b>${escape(title)}</b><span>${escape(text ?? "")}</span></button>`;
