// Keys, wherever on the page the focus is, except where somebody types.
import { icon } from "./format.js";

const KEYS = [
  ["Space", "Play or pause"], ["→", "One step; in slow motion, one stage"], ["R", "Restart with the same seed"], ["I", "Inspect what is pointed at"], ["?", "These keys"],
];
const TYPING =
  "input:not([type=checkbox], [type=range]), textarea, select, [contenteditable=true], [role=textbox], [role=combobox], [role=dialog]";
const PRESSED_BY_SPACE = "button, a, summary, [type=checkbox], [type=radio], [role=button], [role=tab], [role=radio], [role=menuitem]";
const MOVED_BY_ARROWS = "input, canvas, [role=slider], [role=tab], [role=radio], [role=menuitem], .net *";

/** The command a key gives on this element, "help", "inspect", or undefined. */
export function commandOf(key, element) {
  const on = selector => element?.closest?.(selector);
  if (on(TYPING)) return undefined;
  if (key === " ") return on(PRESSED_BY_SPACE) ? undefined : "toggle";
  if (key === "ArrowRight") return on(MOVED_BY_ARROWS) ? undefined : "step";
  return { r: "restart", R: "restart", i: "inspect", I: "inspect", "?": "help" }[key];
}

/** `inspect()` looks closely at what is hovered or focused. */
export function createKeyboard(root, send, inspect) {
  const dialog = root.querySelector(".keys");
  dialog.innerHTML = `<h2>Keys</h2><dl>${KEYS.map(([key, what]) => `<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`).join("")}</dl>
    <button class="ghost" aria-label="Close">${icon("close", 20)}</button>`;
  dialog.addEventListener("click", event => {
    if (event.target === dialog || event.target.closest("button")) dialog.close();
  });

  /** Caught on the way down: Streamlit has keys of its own, and R would run its script again. */
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const command = commandOf(event.key, event.composedPath()[0]);
    if (!command || (dialog.open && command !== "help")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat && command !== "step") return;
    if (command === "inspect") return inspect();
    if (command !== "help") return send({ do: command });
    dialog.open ? dialog.close() : dialog.showModal();
  }

  addEventListener("keydown", pressed, true);
  return { destroy: () => removeEventListener("keydown", pressed, true) };
}
