// The few things the stage does with the page.

/** Writes text only where it changed. */
export function setText(node, string) {
  if (node.textContent !== string) node.textContent = string;
}

/** Writes HTML only where it changed (compared with what was written last, not with the page). */
const written = new WeakMap();
export function setHtml(node, html) {
  if (written.get(node) === html) return false;
  written.set(node, html);
  node.innerHTML = html;
  return true;
}

/** Sets an attribute only where it changed. */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** A segmented switch: buttons of which one is pressed. Calls `choose(value)` with the button's data-value. */
export function segmented(host, choose) {
  host.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const other of host.children) other.setAttribute("aria-pressed", other === button);
    choose(button.dataset.value);
  });
}

/** Calls `seen(x, y)` in CSS pixels of the element while a pointer is over it, and `gone()` when it leaves. */
export function pointer(element, seen, gone) {
  element.addEventListener("pointermove", event => seen(event.offsetX, event.offsetY));
  element.addEventListener("pointerleave", gone);
}
