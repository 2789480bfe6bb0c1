// The square of noise: the regular grid that the generator warps, and the noise that is followed, a ring to drag.
import { clamp, fit, frame } from "../canvas.js";
import { setAttribute } from "../dom.js";
import { number } from "../format.js";
import { alpha, theme } from "../theme.js";

/** How far the square reaches from the middle, by how noise is drawn. */
export const REACH = { normal: 2.6, uniform: 1 };
/** Lines of a side where nothing is warped. */
const LINES = 9;
/** An arrow key's step, as a share of the square; so often a drag is sent; so long the own place holds until the run has answered. */
const STRIDE = 1 / 24, SEND_EVERY = 40, OWN_MS = 800;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The number below which a normal one lies with the chance p (Winitzki 2008, 0.3 % off at most). */
export function quantile(p) {
  const x = 2 * p - 1, a = 0.147, log = Math.log(1 - x * x), b = 2 / (Math.PI * a) + log / 2;
  return Math.SQRT2 * Math.sign(x) * Math.sqrt(Math.sqrt(b * b - log / a) - b);
}

/** Where the grid's lines lie: cells between them have equal chances. */
export function linesOf(count, distribution) {
  const share = k => (k + 0.5) / count;
  return Array.from({ length: count }, (_, k) => (distribution === "normal" ? quantile(share(k)) : 2 * share(k) - 1));
}

export function createNoise(root, store, send) {
  const host = root.querySelector(".noise"), canvas = host.querySelector("canvas");
  let room = null, size = 0, own = null, touched = 0, sent = 0, timer = 0, stale = true, shown = "";

  const reach = () => REACH[store.scene.experiment.task.distribution] ?? REACH.normal;
  const pixel = v => (v / reach() + 1) / 2 * size, value = p => clamp((2 * p / size - 1) * reach(), -reach(), reach());
  const now = () => own ?? followed();

  /** In slow motion the noise of the sample that is followed, else the chosen one. */
  function followed() {
    const values = store.slow && store.arrays.get("slow/values");
    return values ? [values[0], values[1]] : store.frame.chosen?.z ?? null;
  }

  function arrange({ pad }) {
    host.hidden = !pad;
    if (!pad) return;
    Object.assign(host.style, { left: `${pad.x}px`, top: `${pad.y}px`, width: `${pad.size}px`, height: `${pad.size}px` });
    room = fit(canvas, true).context;
    size = pad.size;
    stale = true;
  }

  // ---------------------------------------------------------------- moving the ring

  function move(z) {
    own = z;
    touched = performance.now();
    stale = true;
    timer ||= setTimeout(say, Math.max(0, sent + SEND_EVERY - touched));
  }

  function say() {
    timer = 0;
    sent = performance.now();
    send({ do: "touch", what: "noise", value: own.map(v => Number(v.toFixed(4))) });
  }

  const point = event => move([value(event.offsetX), -value(event.offsetY)]);
  canvas.addEventListener("pointerdown", event => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    point(event);
  });
  canvas.addEventListener("pointermove", event => canvas.hasPointerCapture(event.pointerId) && point(event));
  canvas.addEventListener("keydown", event => {
    const arrow = ARROWS[event.key], z = now() ?? [0, 0];
    if (arrow) move(z.map((v, k) => clamp(v + 2 * reach() * STRIDE * arrow[k], -reach(), reach())));
    else if (event.key === "Delete" || event.key === "Backspace") send({ do: "touch", what: "noise", value: null });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // ---------------------------------------------------------------- drawing

  function draw() {
    if (!room || host.hidden) return;
    if (own && performance.now() - touched > OWN_MS) [own, stale] = [null, true];
    const z = now(), key = String(z);
    if (key === shown && !stale) return;
    shown = key;
    stale = false;
    paint(z);
    const said = z ? `z₁ ${number(z[0])}, z₂ ${number(z[1])}` : "";
    setAttribute(canvas, "aria-label", `Noise${said && `: ${said}`}. Arrow keys move it, the generated point follows.`);
    setAttribute(host, "title", said && `${said}. Drag the ring: its point on the plane follows.`);
  }

  function paint(z) {
    const { adversarial: { net }, experiment } = store.scene;
    room.fillStyle = theme.raised;
    room.fillRect(0, 0, size, size);
    room.beginPath();
    for (const line of linesOf(net || LINES, experiment.task.distribution)) {
      room.moveTo(pixel(line), 0);
      room.lineTo(pixel(line), size);
      room.moveTo(0, pixel(line));
      room.lineTo(size, pixel(line));
    }
    room.lineWidth = 1;
    room.strokeStyle = alpha(theme.fake, 0.4);
    room.stroke();
    frame(room, 0.5, 0.5, size - 1, size - 1, 7.5, theme.line2);
    if (z) ring(pixel(z[0]), pixel(-z[1]));
  }

  function ring(x, y) {
    for (const [r, colour] of [[7.5, theme.ink], [5.5, theme.raised], [3.6, theme.fake]]) {
      room.beginPath();
      room.arc(clamp(x, 7, size - 7), clamp(y, 7, size - 7), r, 0, 2 * Math.PI);
      room.fillStyle = colour;
      room.fill();
    }
  }

  return { arrange, draw, retheme: () => void (stale = true), destroy: () => clearTimeout(timer) };
}
