// The picture's axes: round numbers beside it, and for tables the two menus that choose what it is drawn over.
import { clamp, text } from "./canvas.js";
import { setHtml } from "./dom.js";
import { escape, number } from "./format.js";
import { theme } from "./theme.js";

const STEPS = [1, 2, 3, 5, 10];
const PRINCIPAL = "", COMPONENTS = ["1st component", "2nd component"];

/** Round numbers within low..high, about four gaps. Returns {values, digits}. */
export function ticks(low, high, gaps = 4) {
  const raw = (high - low) / gaps, power = 10 ** Math.floor(Math.log10(raw)), step = STEPS.find(s => s * power >= raw * 0.999) * power;
  const first = Math.ceil(low / step - 1e-6), values = [];
  for (let k = first; k * step <= high + step * 1e-6; k++) values.push(k * step);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** Numbers below the square of `size` and, ending at `width`, to its right. */
export function drawAxes(context, axes, size, width, place) {
  const look = { size: 11.5, fill: theme.ink3 }, x = ticks(axes.x.low, axes.x.high), y = ticks(axes.y.low, axes.y.high);
  for (const value of x.values)
    text(context, number(value, x.digits), clamp(place(value, axes.y.low)[0], 8, size - 8), size + 14, { ...look, align: "center" });
  for (const value of y.values)
    text(context, number(value, y.digits), width - 1, clamp(place(axes.x.low, value)[1], 7, size - 6) + 4, { ...look, align: "right" });
}

/** Space to the right of the picture that the numbers need: 20, or more where they are long. */
export function marginOf(axes) {
  const { values, digits } = ticks(axes.y.low, axes.y.high), longest = Math.max(...values.map(v => number(v, digits).length));
  return Math.max(20, 6 + 6 * longest);
}

/** The axes after one menu was set: two different names, or null for the principal components. */
export function chosenAxes({ options, chosen }, key, name) {
  if (name === PRINCIPAL) return null;
  const [x, y] = chosen ?? [null, null], other = key === "x" ? y : x;
  const rest = other && other !== name ? other : (key === "x" ? x : y) ?? options.find(option => option.name !== name).name;
  const pair = rest === name ? options.find(option => option.name !== name).name : rest;
  return key === "x" ? [name, pair] : [pair, name];
}

export function createAxes(root, store, send) {
  const host = root.querySelector(".axes"), menus = [...host.querySelectorAll("select")];
  host.addEventListener("change", event => {
    const { axis } = event.target.dataset;
    send({ do: "set", path: ["view", "axes"], value: chosenAxes(store.scene.axes, axis, event.target.value) });
  });

  return {
    draw() {
      const { options, chosen } = store.scene.axes;
      host.hidden = options.length < 3;
      if (host.hidden) return;
      const list = options.map(option => `<option value="${escape(option.name)}">${escape(option.label)}</option>`).join("");
      menus.forEach((menu, k) => {
        setHtml(menu, `<option value="${PRINCIPAL}">${COMPONENTS[k]}</option>${list}`);
        menu.value = chosen?.[k] ?? PRINCIPAL;
      });
    },
  };
}
