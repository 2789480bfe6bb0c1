// The latent numbers: a slider for each, and a bar for what it says of a picture, its part of the divergence.
import { setAttribute, setHtml, setText } from "../dom.js";
import { escape, number } from "../format.js";
import { latentOf } from "./subject.js";

/** Sliders reach as far as the map, and no less. */
const LEAST = 3;
/** A number that says less than this is silent. */
const SILENT = 0.01;
/** So long a slider is the person's, then it follows the run; numbers are sent this often. */
const HOLD_MS = 700, SEND_EVERY = 25;
const SUB = "₀₁₂₃₄₅₆₇₈₉";

/** A latent number, or what it costs, in few digits also where training goes wrong. */
export function brief(value) {
  if (value == null || Math.abs(value) < 100) return number(value);
  return Math.abs(value) < 1e5 ? number(value, 0) : value.toExponential(0).replace("e+", "e").replace("-", "−");
}

/** z₁, z₁₂. */
export const nameOf = k => `z${String(k + 1).replace(/\d/g, digit => SUB[digit])}`;

export function createNumbers(root, store, send) {
  const host = root.querySelector(".numbers"), title = root.querySelector(".numbers-title");
  let rows = [], touched = -Infinity, sent = 0, timer = 0, own = null;

  function arrange(scene) {
    const { latent, kind } = scene.variational, name = latentOf(scene), cost = kind === "variational" ? "loss/kl_by_dimension" : name;
    setHtml(host, Array.from({ length: latent }, (_, k) => row(k, name, cost)).join(""));
    host.dataset.many = latent > 5 ? (latent > 10 ? "3" : "2") : "1";
    setText(title, kind === "variational" ? "nats a number costs" : "deviation of the codes");
    rows = [...host.children].map(item => ({ slider: item.querySelector("input"), bar: item.querySelector("i"), says: item.querySelector("em"), item }));
  }

  host.addEventListener("input", event => {
    const k = Number(event.target.dataset.k);
    own = performance.now() - touched < HOLD_MS && own ? own : [...store.frame.latent.z];
    own[k] = Number(event.target.value);
    touched = performance.now();
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, sent + SEND_EVERY - touched));
  });

  function tell() {
    sent = performance.now();
    send({ do: "touch", what: "latent", value: own });
  }

  function draw(now, changed) {
    const { scene, frame } = store, { latent } = frame;
    if (changed.scene || rows.length !== scene.variational.latent) arrange(scene);
    if (!latent || !(changed.words || changed.scene || changed.frame && !store.playing)) return;
    const held = performance.now() - touched < HOLD_MS, most = Math.max(0.1, ...latent.worth.map(worth => worth ?? 0)), reach = Math.max(LEAST, latent.reach);
    rows.forEach(({ slider, bar, says, item }, k) => {
      setAttribute(slider, "min", String(-reach));
      setAttribute(slider, "max", String(reach));
      if (!held) slider.value = latent.z[k] ?? 0;
      setAttribute(slider, "aria-valuetext", number(latent.z[k]));
      const worth = latent.worth[k] ?? NaN;
      bar.style.width = `${(100 * (worth || 0) / most).toFixed(1)}%`;
      setText(says, worth < SILENT ? "silent" : brief(worth));
      item.classList.toggle("silent", worth < SILENT);
    });
  }

  return { draw, destroy: () => clearTimeout(timer) };
}

/** `name` and `cost`: what memory calls the latent numbers, and what each says. */
const row = (k, name, cost) => `<label title="${nameOf(k)}" data-subject="${escape(name)}" data-index="[${k}]">
  <b data-inspect="${escape(name)}" data-index="[${k}]" title="Inspect ${nameOf(k)}">${nameOf(k)}</b>
  <input type="range" step="any" data-k="${k}" aria-label="Latent number ${k + 1}">
  <span class="worth"><i></i></span><em data-inspect="${cost}" data-index="[${k}]" title="Inspect what it says"></em></label>`;
