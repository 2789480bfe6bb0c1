// The pad: the picture the network looks at, drawn on with pointer, finger or keyboard, and samples to choose from below it.
import { clamp, fit, frame } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { escape, icon } from "../format.js";
import { theme } from "../theme.js";
import { Film } from "./sheet.js";
import { stroke } from "./stroke.js";
import { pictureOf } from "./values.js";

/** Strokes are sent this often; the person's own picture stays until the run has answered it, or for so long. */
const SEND_EVERY = 40, OWN_MS = 1200;
/** Samples shown. */
const SAMPLES = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LABEL = "Picture. Arrow keys move the brush, Enter inks, Delete clears.";

export function createPad(ground, store, send) {
  const host = document.createElement("div");
  host.className = "pad";
  host.innerHTML = `<div class="paper"><canvas role="application" tabindex="0" aria-label="${LABEL}"></canvas>
    <button class="clear" aria-label="Clear the picture" title="Clear" hidden>${icon("bin", 18)}</button></div>
    <p class="hint"></p><div class="samples" role="group" aria-label="Pictures of the data"></div>`;
  ground.append(host);
  const canvas = host.querySelector("canvas"), clear = host.querySelector(".clear"), samples = host.querySelector(".samples");
  let film = null, room = null, own = null, touched = -Infinity, last = null, sent = 0, timer = 0, brush = null, shown = null, stale = true;

  function arrange({ pad: { y, size } }) {
    const [h, w] = store.scene.image, large = Math.max(h, w);
    host.style.top = `${y}px`;
    host.style.width = `${size}px`;
    canvas.style.height = `${size}px`;
    canvas.style.width = `${size}px`;
    film = new Film(store.scene.image);
    room = { ...fit(canvas), scale: size / large, left: size * (1 - w / large) / 2, top: size * (1 - h / large) / 2 };
    own = null;
    stale = true;
    makeSamples();
  }

  function makeSamples() {
    const pixels = store.arrays.get("scene/samples/pixels"), { scene } = store, [h, w, c] = scene.image, size = h * w * c;
    const one = ({ row, class: k }, n) => `<button class="thumb" data-row="${row}" data-n="${n}" aria-pressed="false"
      aria-label="${escape(`Look at a picture of ${scene.classes[k] ?? k}`)}"><img alt="" draggable="false"></button>`;
    samples.innerHTML = scene.samples.slice(0, SAMPLES).map(one).join("");
    if (!pixels) return;
    const film = new Film(scene.image);
    samples.querySelectorAll("img").forEach((image, n) => {
      film.write(pixels.subarray(n * size, (n + 1) * size), 1 / 255);
      image.src = film.sprite.canvas.toDataURL();
    });
  }

  samples.addEventListener("click", event => {
    const button = event.target.closest("[data-row]");
    if (!button) return;
    own = null;
    send({ do: "touch", what: "row", value: Number(button.dataset.row) });
  });
  clear.addEventListener("click", wipe);

  // ---------------------------------------------------------------- drawing on it

  const spot = event => [(event.offsetX - room.left) / room.scale, (event.offsetY - room.top) / room.scale];

  /** The person's own picture, begun as a copy of what is there. */
  function begin() {
    const { image } = store.scene, seen = pictureOf(store);
    own ??= seen ? Uint8Array.from(seen, v => Math.round(255 * clamp(v, 0, 1))) : new Uint8Array(image[0] * image[1] * image[2]);
  }

  function ink([x, y]) {
    begin();
    const [ax, ay] = last ?? [x, y];
    last = [x, y];
    if (stroke(own, store.scene.image, ax, ay, x, y)) changed();
  }

  function wipe() {
    own = new Uint8Array(store.scene.image.reduce((a, b) => a * b));
    changed();
  }

  /** Sends at once, or when the last sending is long enough ago. */
  function changed() {
    touched = performance.now();
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, sent + SEND_EVERY - touched));
  }

  function tell() {
    sent = performance.now();
    if (own) send({ do: "touch", what: "draw", value: Array.from(own) });
  }

  canvas.addEventListener("pointerdown", event => {
    if (event.button || store.slow) return;
    canvas.setPointerCapture(event.pointerId);
    last = null;
    ink(spot(event));
  });
  canvas.addEventListener("pointermove", event => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) ink(spot(part));
  });
  canvas.addEventListener("keydown", event => {
    const arrow = ARROWS[event.key], [h, w] = store.scene.image, [x, y] = brush ?? [w / 2, h / 2];
    if (arrow) brush = [clamp(x + arrow[0], 0.5, w - 0.5), clamp(y + arrow[1], 0.5, h - 0.5)];
    else if (event.key === "Enter") (last = null), ink([x, y]);
    else if (event.key === "Delete" || event.key === "Backspace") wipe();
    else return;
    stale = true;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("blur", () => ((brush = null), (stale = true)));

  // ---------------------------------------------------------------- showing it

  function draw(changedNow) {
    const picture = pictureOf(store), held = own && (canvas.matches(":active") || performance.now() - touched < OWN_MS);
    if (own && !held) [own, stale] = [null, true];
    if (picture !== shown || stale) paint(own ?? picture, own ? 1 / 255 : 1);
    shown = picture;
    stale = false;
    if (changedNow.words || changedNow.scene) say();
  }

  function paint(values, unit) {
    const { context, width, height, left, top } = room;
    context.clearRect(0, 0, width, height);
    if (values) film.write(values, unit);
    context.imageSmoothingEnabled = false;
    if (values) film.draw(context, left, top, width - 2 * left, height - 2 * top);
    if (brush) frame(context, left + (brush[0] - 1.5) * room.scale, top + (brush[1] - 1.5) * room.scale, 3 * room.scale, 3 * room.scale, 4, theme.pos, 2);
  }

  function say() {
    const { picture } = store.frame, { scene } = store, truth = scene.classes[picture?.class];
    const drawn = picture && picture.row === null;
    setText(host.querySelector(".hint"), store.slow ? "The picture followed." : drawn || truth === undefined ? "Draw here. The maps follow." : `A picture of ${truth}. Draw on it.`);
    clear.hidden = Boolean(store.slow);
    for (const button of samples.children) setAttribute(button, "aria-pressed", String(Number(button.dataset.row) === picture?.row));
  }

  return { arrange, draw, destroy: () => clearTimeout(timer) };
}
