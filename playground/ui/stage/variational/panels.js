// The panels beside the map's foot: reconstructions or the loss on the left; latent numbers, a way between two pictures, new ones on the right.
import { segmented, setAttribute, setHtml, setText } from "../dom.js";
import { escape, number } from "../format.js";
import { Strip } from "./strip.js";

/** Rows of new pictures. */
const NEW_ROWS = 2;

export function createPanels(root, store, send) {
  const left = root.querySelector(".panel.left"), right = root.querySelector(".panel.right"), out = root.querySelector(".out");
  const strips = Object.fromEntries(["again", "between", "new"].map(name => [name, new Strip(root.querySelector(`.strip.${name}`))]));
  const open = { left: "again", right: "numbers" };
  let stale = true, placed = false, looked = null;

  function turn(side, value) {
    open[side] = value;
    setAttribute(out, `data-${side}`, value);
    placed = false;
  }
  for (const [side, panel] of [["left", left], ["right", right]]) {
    segmented(panel.querySelector(".seg"), value => turn(side, value));
    setAttribute(out, `data-${side}`, open[side]);
  }

  root.querySelector(".strip.again").addEventListener("click", event => {
    const { samples } = store.scene, at = strips.again.at(event.offsetX, event.offsetY, samples.length, 2, 1);
    if (!at) return;
    const { row, number } = samples[at[1]];
    send({ do: "touch", what: "row", value: row });
    store.inspect("sample", [number], event.target.getBoundingClientRect());
  });
  right.querySelector(".ends").addEventListener("click", event => {
    const end = event.target.closest("[data-end]")?.dataset.end, { picture, latent } = store.frame;
    if (end) send({ do: "touch", what: "ends", value: latent.ends.map((row, k) => (k === Number(end) ? picture.row : row)) });
  });
  right.querySelector(".draw-new").addEventListener("click", () => send({ do: "touch", what: "new", value: store.frame.latent.seed + 1 }));

  const PAINT = {
    again(scene, arrays) {
      const pixels = arrays.get("scene/samples/pixels"), made = arrays.get("variational/reconstructed"), errors = arrays.get("variational/errors");
      if (!pixels || !made || !errors) return;
      const marked = scene.samples.findIndex(({ row }) => row === store.frame.picture?.row);
      strips.again.draw(scene.image, [pixels, made], { words: Array.from(errors, error => number(error, 1)), marked: [marked] });
    },
    between(scene, arrays) {
      const way = arrays.get("variational/between");
      if (way) strips.between.draw(scene.image, [way], { words: Array.from({ length: way.shape[0] }, (_, k) => nameOf(k, way.shape[0])) });
    },
    new(scene, arrays) {
      const made = arrays.get("variational/new");
      if (made) strips.new.draw(scene.image, halved(made, NEW_ROWS));
    },
  };

  function draw(now, { scene: changed, theme, words }) {
    const { scene, arrays, frame, fresh } = store;
    if (!placed) place();
    if (changed) setAttribute(out, "data-kind", scene.variational.kind);
    const due = stale || changed || theme || fresh.has("variational/reconstructed") || frame.picture?.row !== looked;
    looked = frame.picture?.row;
    if (due) for (const name of [open.left, open.right]) PAINT[name]?.(scene, arrays);
    stale = false;
    if ((!words && !changed) || !frame.latent) return;
    say(scene, frame);
  }

  /** What was hidden had no size. */
  function place() {
    for (const strip of Object.values(strips)) strip.resize();
    placed = stale = true;
  }

  function say({ variational, classes, samples }, { latent, picture }) {
    const named = row => classes[samples.find(sample => sample.row === row)?.class] ?? `picture ${row + 1}`;
    const button = (end, name) => `<button class="text" data-end="${end}" ${picture.row === null ? "disabled" : ""}>Take the left picture as ${name}</button>`;
    setHtml(right.querySelector(".ends"), `<span>From <b>${escape(named(latent.ends[0]))}</b> to <b>${escape(named(latent.ends[1]))}</b></span>${button(0, "A")}${button(1, "B")}`);
    setText(right.querySelector(".seed"), `seed ${latent.seed}`);
    setText(right.querySelector(".unable"), variational.kind === "variational" ? "" : "A plain autoencoder does not say how codes are spread, so nothing can be drawn out of nothing.");
  }

  return {
    open,
    draw,
    resize: () => void (placed = false),
    retheme: () => void (stale = true),
  };
}

/** The way's ends have names, the steps between them shares. */
const nameOf = (k, count) => (k === 0 ? "A" : k === count - 1 ? "B" : number(k / (count - 1), 2).replace("0.", "."));

/** Pictures (n, h, w, c) in rows of equal length. */
export function halved(pictures, rows) {
  const [n, ...image] = pictures.shape, count = Math.floor(n / rows), size = count * image.reduce((a, b) => a * b);
  return Array.from({ length: rows }, (_, k) => Object.assign(pictures.subarray(k * size, (k + 1) * size), { shape: [count, ...image] }));
}
