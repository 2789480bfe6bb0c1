// The legend under the plane: each kind of mark with its name, a switch for it.
import { escape } from "../format.js";
import { setHtml } from "../dom.js";

/** Kinds of marks by name: words, a shape on a square of 14, whether it is filled. */
const MARKS = {
  real: ["real", `<circle cx="7" cy="7" r="4" fill="var(--real)"/>`],
  generated: ["generated", `<rect x="3" y="3" width="8" height="8" rx="1.5" fill="var(--fake)"/>`],
  pull: ["where the gradient pulls", `<path d="M2 10.5L12 3.5" stroke="var(--grad)" stroke-width="2"/>`],
  net: ["warped grid", `<path d="M2.5 2.5h4.5v9h-4.5zM7 2.5h4.5v9H7z" stroke="var(--fake)"/>`],
};

/** Calls `changed()` when a kind is switched on or off; `shown` says which are on. */
export function createLegend(host, changed) {
  const shown = new Set(Object.keys(MARKS));
  host.addEventListener("click", event => {
    const name = event.target.closest("button")?.dataset.mark;
    if (!name) return;
    shown.has(name) ? shown.delete(name) : shown.add(name);
    event.target.closest("button").setAttribute("aria-pressed", shown.has(name));
    changed();
  });

  /** The kinds that a scene has. */
  function arrange({ adversarial: { net } }) {
    const names = Object.keys(MARKS).filter(name => name !== "net" || net > 0);
    setHtml(host, names.map(name => button(name, shown.has(name))).join(""));
  }

  return { arrange, has: name => shown.has(name) };
}

const button = (name, on) => `<button data-mark="${name}" aria-pressed="${on}" title="Show or hide: ${escape(MARKS[name][0])}">
  <svg width="14" height="14" viewBox="0 0 14 14" fill="none" aria-hidden="true">${MARKS[name][1]}</svg>${escape(MARKS[name][0])}</button>`;
