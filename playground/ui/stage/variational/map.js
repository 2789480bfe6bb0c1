// The latent map: where the test pictures' codes lie and what all places mean; its ring is dragged, and the decoder's picture follows.
import { clamp, ease, fit, hatch, mask } from "../canvas.js";
import { setAttribute, setHtml } from "../dom.js";
import { still, theme } from "../theme.js";
import { mapsOf } from "../vision/values.js";
import * as draws from "./mapdraw.js";
import { brief, nameOf } from "./numbers.js";
import { latentOf } from "./subject.js";

/** The share of its way that a point moves in a picture of the screen, and what counts as having arrived, in pixels. */
const FOLLOW = 0.22, NEAR = 0.3;
/** Places are sent this often; the person's own stays until the run has answered, or for so long. */
const SEND_EVERY = 25, OWN_MS = 700;
/** Pixels within which a click means a point, and by which the pointer may wander in a click. */
const REACH = 6, SLACK = 3;
/** Steps of the arrow keys along a side, and the roundness of the map's corners. */
const KEY_STEPS = 40, RADIUS = 9;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function createMap(host, store, send, spots, panels) {
  const ground = host.querySelector(".ground"), place = document.createElement("div");
  place.className = "latent";
  place.innerHTML = `<canvas role="application" tabindex="0" aria-label="Latent map"></canvas><div class="reading"><span class="told"></span><span class="axes-of"></span></div>`;
  ground.append(place);
  const canvas = place.querySelector("canvas"), reading = place.querySelector(".reading"), kept = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let version = -1, room = null, ratio = 1, corners = null, stamps = null, names = null, size = 0, at = new Float32Array(0), key = "", groundDue = true, stale = true;
  let own = null, touched = -Infinity, sent = 0, timer = 0, press = null, keyed = false;

  const latent = () => store.frame.latent, flat = () => latent().axes[0] === latent().axes[1];
  const pixel = v => draws.toPixel(v, latent().reach, size), onAxes = all => latent().axes.map(axis => all[axis]);
  const inside = v => clamp(v, draws.EDGE, size - draws.EDGE);

  function arrange() {
    const box = spots.layout.map;
    version = spots.version;
    setAttribute(place, "style", `left:${box.x}px;top:${box.y}px;width:${box.size}px`);
    canvas.style.height = `${box.size}px`;
    canvas.dataset.subject = latentOf(store.scene);
    room = fit(canvas, true);
    size = room.width;
    if (!size) return;
    ratio = canvas.width / size;
    corners = mask(size, RADIUS, ratio, 0, 0.2);
    stamps = draws.stampsOf(store.scene, draws.POINT * clamp(size / 402, 0.85, 1.5), ratio);
    names = new draws.Names(store.scene, ratio);
    groundDue = stale = true;
  }

  // ---------------------------------------------------------------- touching it

  /** The latent numbers as they are on the map: the person's while they are new, else the run's. */
  const here = () => own ?? latent().z;

  function move([px, py]) {
    const all = [...here()], to = draws.toNumbers([clamp(px, 0, size), clamp(py, 0, size)], latent().reach, size), [x, y] = latent().axes;
    if (!flat()) all[y] = to[1];
    all[x] = to[0];
    set(all);
  }

  function set(all) {
    own = all;
    touched = performance.now();
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, sent + SEND_EVERY - touched));
  }

  function tell() {
    sent = performance.now();
    if (own) send({ do: "touch", what: "latent", value: own });
  }

  function back() {
    own = null;
    send({ do: "touch", what: "latent", value: null });
  }

  /** The test picture whose point lies nearest, or -1. */
  function near(px, py) {
    let best = REACH, found = -1;
    for (let k = 0; k < at.length / 2; k++) {
      const far = Math.hypot(at[2 * k] - px, at[2 * k + 1] - py);
      if (far < best) [best, found] = [far, k];
    }
    return found;
  }

  canvas.addEventListener("pointerdown", event => {
    if (event.button || store.slow || !latent()) return;
    canvas.setPointerCapture(event.pointerId);
    const { offsetX: x, offsetY: y } = event, ring = pixel(onAxes(here())), grabbed = Math.hypot(ring[0] - x, ring[1] - y) < draws.RING + 4;
    press = { x, y, moved: false, point: grabbed ? -1 : near(x, y) };
    keyed = false;
    if (!grabbed && press.point < 0) move([x, y]);
  });
  canvas.addEventListener("pointermove", event => {
    const { offsetX: x, offsetY: y } = event;
    if (!press) return void (canvas.style.cursor = latent() && near(x, y) >= 0 ? "pointer" : "");
    press.moved ||= Math.hypot(x - press.x, y - press.y) > SLACK;
    if (press.moved) move([x, y]);
  });
  canvas.addEventListener("pointerup", () => {
    if (press && !press.moved && press.point >= 0) look(press.point);
    press = null;
  });
  canvas.addEventListener("pointercancel", () => (press = null));
  canvas.addEventListener("keydown", event => {
    const arrow = ARROWS[event.key];
    if (store.slow || (!arrow && event.key !== "Escape" && event.key !== "Delete")) return;
    event.preventDefault();
    event.stopPropagation();
    keyed = true;
    if (!arrow) return back();
    const [x, y] = pixel(onAxes(here())), by = size / KEY_STEPS * (event.shiftKey ? 4 : 1);
    move([x + arrow[0] * by, y - arrow[1] * by]);
  });
  canvas.addEventListener("blur", () => ((keyed = false), (stale = true)));

  function look(point) {
    own = null;
    send({ do: "touch", what: "row", value: store.arrays.get("scene/codes/row")[point] });
  }

  reading.addEventListener("click", event => event.target.closest("button") && back());
  reading.addEventListener("change", () => {
    const [x, y] = [...reading.querySelectorAll("select")].map(select => Number(select.value)), [a, b] = latent().axes;
    send({ do: "touch", what: "axes", value: x === y ? [b, a] : [x, y] });
  });

  // ---------------------------------------------------------------- showing it

  function draw(now, changed) {
    if (!spots.layout || !latent()) return;
    if (version !== spots.version) arrange();
    if (!size) return;
    if (changed.scene || changed.theme || store.fresh.has("variational/grid")) groundDue = true;
    if (own && now - touched > OWN_MS && !press) [own, stale] = [null, true];
    const axes = `${latent().axes} ${latent().reach}`;
    if (axes !== key || changed.scene) [key, at, groundDue] = [axes, new Float32Array(0), true];   // other axes: nothing glides
    const moved = follow();
    if (groundDue) keep();
    if (moved || stale || changed.frame || changed.theme || store.slow) paint();
    stale = false;
    if (changed.words || changed.scene) say();
  }

  /** Points move towards their newest places; true while they do. */
  function follow() {
    const codes = store.arrays.get("variational/codes");
    if (!codes) return false;
    const fresh = at.length !== codes.length, share = still() || fresh ? 1 : FOLLOW;
    if (fresh) at = new Float32Array(codes.length).fill(NaN);
    const { reach } = latent();
    let moving = fresh;
    for (let k = 0; k < codes.length; k++) {                      // by numbers alone: arrays for hundreds of points are much garbage
      const to = k % 2 ? draws.down(codes[k], reach, size) : draws.across(codes[k], reach, size);
      const goal = to === to ? inside(to) : NaN, by = goal - at[k];
      if (Math.abs(by) <= NEAR) continue;
      moving ||= by === by;
      at[k] = at[k] === at[k] ? at[k] + by * share : goal;
    }
    return moving;
  }

  /** Keeps a picture of what lies below the points, which is anew a few times a second. */
  function keep() {
    const { scene, arrays } = store, { grid, kind } = scene.variational;
    [kept.canvas.width, kept.canvas.height] = [canvas.width, canvas.height];
    kept.setTransform(room.context.getTransform());
    draws.drawGround(kept, size, { pictures: arrays.get("variational/grid"), image: scene.image, grid, reach: latent().reach, normal: kind === "variational" });
    stamps.keep(kept);
    groundDue = false;
  }

  function paint() {
    const { context } = room, { arrays } = store, classes = arrays.get("scene/codes/class") ?? [];
    const lost = at.length > 0 && at.every(Number.isNaN) && arrays.get("variational/grid");
    stamps.paint(context, at, classes, ratio);
    if (lost) hatch(context, 0, 0, size, size, 0);
    else if (classes.length) {
      names.draw(context, draws.meansOf(at, classes));
      store.slow ? drawFollowed(context) : drawLooked(context);
    }
    context.drawImage(corners, 0, 0, size, size);
  }

  /** The looked-at picture's cloud, the way, the ring. */
  function drawLooked(context) {
    const { mean, deviation, line } = latent();
    if (deviation && !own) cloud(context, mean, deviation);
    if (panels.open.right === "between" && line.length === 2) draws.drawWay(context, ...line.map(end => pixel(end).map(inside)));
    ring(context, onAxes(here()));
  }

  const ring = (context, [x, y]) => draws.drawRing(context, ...pixel([x, flat() ? 0 : y]).map(inside), keyed);

  function cloud(context, mean, deviation) {
    const scale = size / 2 / latent().reach, middle = onAxes(mean);
    draws.drawCloud(context, pixel([middle[0], flat() ? 0 : middle[1]]), onAxes(deviation).map(v => v * scale));
  }

  /** Slow motion: the followed picture's cloud, once it is known, and from its middle the sample. */
  function drawFollowed(context) {
    const { scene, stage, frame, stageClock } = store, first = scene.columns.findIndex(({ kind }) => kind === "code" || kind === "sample");
    const mean = mapsOf(store, first), { z, log_variance: spread } = frame.sampled ?? {}, known = mean && !mean.some(Number.isNaN);
    if (!known) return;
    if (!z) return draws.drawRing(context, ...pixel(onAxes(mean)).map(inside), false);
    cloud(context, mean, spread.map(v => Math.exp(v / 2)));
    const sampling = stage?.segment === "forward" && scene.columns[stage.column].kind === "sample" && !still();
    draws.drawDraw(context, pixel(onAxes(mean)).map(inside), pixel(onAxes(z)).map(inside), sampling ? ease(stageClock) : 1);
  }

  function say() {
    const { variational } = store.scene, z = store.slow ? store.frame.sampled?.z ?? [] : here(), many = variational.latent > 3;
    const shown = many ? latent().axes : z.map((_, k) => k);
    const told = !z.length ? "" : many ? shown.map(k => `${nameOf(k)} <b>${brief(z[k])}</b>`).join(" ") : `z = (<b>${z.map(brief).join(", ")}</b>)`;
    const button = latent().own ? '<button class="text">Back to the picture</button>' : many ? "" : "<span>drag the ring, the picture follows</span>";
    setHtml(reading.querySelector(".told"), `<span>${told}</span>${store.slow ? "<span>the followed picture</span>" : button}`);
    setHtml(reading.querySelector(".axes-of"), variational.latent > 2 ? choices(variational.latent) : "");
    setAttribute(canvas, "aria-label", `Latent map. ${shown.map(k => `${nameOf(k)} ${brief(z[k])}`).join(", ")}. Arrow keys move the ring, Escape goes back to the picture.`);
  }

  function choices(count) {
    const option = (axis, k) => `<option value="${k}" ${k === axis ? "selected" : ""}>${nameOf(k)}</option>`;
    const menu = (axis, title) => `<label>${title}<select aria-label="${title}">${Array.from({ length: count }, (_, k) => option(axis, k)).join("")}</select></label>`;
    return menu(latent().axes[0], "across") + menu(latent().axes[1], "up");
  }

  return { draw, retheme: () => void (version = -1), destroy: () => clearTimeout(timer) };
}
