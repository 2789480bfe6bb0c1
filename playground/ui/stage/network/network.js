// The network's view: links below, neurons above, on two canvases that take turns; controls and cards are elements of the page.
import { fit } from "../canvas.js";
import { setAttribute, setText } from "../dom.js";
import { layout as placesOf } from "../store.js";
import { still, theme } from "../theme.js";
import { createCards } from "./cards.js";
import { describe, sentence, strongest } from "./describe.js";
import { createHeads } from "./heads.js";
import { createKeys } from "./keys.js";
import { place, turnedHeight } from "./layout.js";
import { drawLinks, Links, STRONGEST } from "./links.js";
import { pick } from "./pick.js";
import { drawBeam, drawRail, drawSkips } from "./rail.js";
import { createReorder } from "./reorder.js";
import { createSettings } from "./settings.js";
import { Tiles } from "./tiles.js";
import { backdrop, drawUpdate, drawWaves, marks, progress } from "./waves.js";
import { thousands } from "../format.js";

/** Pixels a second of the dashes; milliseconds between two drawings of the links while they run, and between choices of the strongest. */
const SPEED = 26, LINKS_EVERY = 30, CHOICE_EVERY = 250;
/** How far the canvases reach into the gap before the output. */
const REACH = 26;
const BESIDE = 0.12, PREPARING = 0.1;
const LABEL = "Network. Arrow keys go from neuron to neuron, Enter edits a bias or switches a feature, W goes through incoming links.";

export function createNetwork(host, store, send) {
  const [below, above] = [canvas(host), canvas(host)], tiles = new Tiles(store), said = spoken(host);
  const heads = createHeads(host, store, send, (column, button) => settings.open(column, button));
  const settings = createSettings(host, store, send);
  const cards = createCards(host, store, send, () => ({ layout, links, places: links.places }), () => (refocus(), touch()));
  createReorder(heads.box, store, send, () => layout);
  const keys = createKeys(above, () => layout, { hover: byKey, press, nudge, incoming });
  let layout = null, links = null, inks = null, paint = null;
  let stale = true, linksStale = true, tilesStale = true, fieldsStale = false, calm = false, keyed = false;
  let hover = null, clock = -1, dash = 0, last = 0, linksDrawn = 0, chosen = 0, error = 0;
  const observer = new ResizeObserver(() => (stale = true));
  observer.observe(host);
  attend();

  // ---------------------------------------------------------------- what is there

  function arrange() {
    const turned = getComputedStyle(host).getPropertyValue("--turned").trim() === "1", { scene } = store;
    host.classList.toggle("turned", turned);
    host.style.height = turned ? `${turnedHeight(scene, host.clientWidth)}px` : "";
    if (!host.clientWidth || !host.clientHeight) return;
    layout = place(scene, host.clientWidth, host.clientHeight, turned);
    inks = fit(below).context;
    paint = fit(above).context;
    links = new Links(scene, layout);
    tiles.arrange(layout, above.width / above.clientWidth);
    heads.arrange(layout);
    settings.refresh();
    calm = still();
    store.setNote(links.thinned ? `The ${STRONGEST} strongest of ${thousands(links.count)} links are drawn. Hover over a neuron for all of its own.` : "");
    stale = false;
    chosen = 0;
    touch();
  }

  function touch() {
    linksStale = tilesStale = true;
  }

  // ---------------------------------------------------------------- drawing

  /** Draws what has changed. True when it drew. */
  function draw(now, changed) {
    if (!store.scene) return false;
    if (changed.scene || changed.theme) stale = true;
    if (stale) arrange();
    if (!layout) return false;
    notice(now, changed);
    const drew = drawBelow(now) | drawAbove();
    cards.draw(now, changed.frame);
    return Boolean(drew);
  }

  function notice(now, changed) {
    const running = store.playing && !store.slow && !calm;
    if (running) dash += Math.min(100, now - last) * SPEED / 1000;
    last = now;
    if (store.hover !== hover) attendTo(store.hover);
    if (store.stageClock !== clock || (changed.frame && store.slow)) touch();
    clock = store.stageClock;
    if (changed.frame) fieldsStale = true;
    if (changed.frame && !running) linksStale = true;
    if (running && now - linksDrawn >= LINKS_EVERY) linksStale = true;
    if (store.frame.error && store.frame.error.number !== error) settings.complain(store.frame.error);
    error = store.frame.error?.number ?? error;
  }

  function attendTo(now) {
    hover = now;
    keyed &&= hover !== null;
    chosen = 0;
    touch();
  }

  /** Links, and on the way the rail: at most thirty times a second while they run. */
  function drawBelow(now) {
    const values = store.arrays.get("network/weights");
    if (!linksStale) return false;
    if (values && (now - chosen > CHOICE_EVERY || !chosen)) {
      links.choose(values, hover);
      chosen = now;
    }
    inks.clearRect(0, 0, layout.width + REACH, layout.height);
    drawRail(inks, store.scene, layout, store.stage, clock);
    drawSkips(inks, store.scene, layout);
    if (values) drawAllLinks(values);
    drawBeam(inks, layout, REACH);
    [linksStale, linksDrawn] = [false, now];
    return true;
  }

  function drawAllLinks(values) {
    const running = store.playing && !store.slow && !calm, t = progress(clock, calm);
    drawLinks(inks, links, { values, dash: running ? dash : null, share });
    drawWaves(inks, store, links, store.scene, t, beside);
    drawUpdate(inks, store, links, clock);
  }

  const beside = k => (hover && hover.type !== "feature" && !links.touches(k, hover) ? BESIDE : 1);
  const share = k => beside(k) * backdrop(store.stage, links.columns[k]) * (store.frame.state === "preparing" ? PREPARING : 1);

  /** Neurons: all of them when something but their numbers changed; fields alone between two drawings of the links. */
  function drawAbove() {
    if (tilesStale) {
      tiles.outline = keyed ? theme.pos : theme.ink;
      tiles.paint(paint, marks(store, store.scene, links.places, progress(clock, calm)), hover);
    } else if (fieldsStale && linksDrawn !== last) tiles.refresh(paint, hover);
    else return false;
    tilesStale = fieldsStale = false;
    return true;
  }

  // ---------------------------------------------------------------- attention

  function attend() {
    above.tabIndex = 0;
    above.setAttribute("role", "application");
    above.setAttribute("aria-label", LABEL);
    above.addEventListener("pointermove", point);
    above.addEventListener("pointerleave", () => !cards.editing && (keyed = false, store.setHover(null)));
    above.addEventListener("pointerdown", event => (event.pointerType === "touch" ? tap(event) : undefined));
    above.addEventListener("click", click);
  }

  let tapped = null;
  const under = event => (layout ? pick(layout, links, event.offsetX, event.offsetY) : null);

  function point(event) {
    if (cards.editing || event.pointerType === "touch") return;
    keyed = false;
    store.setHover(under(event));
    above.style.cursor = store.hover ? "pointer" : "";
    follow();
  }

  /** The first tap shows, the second acts. */
  function tap(event) {
    const before = store.hover;
    store.setHover(under(event));
    tapped = store.hover !== before;
    follow();
  }

  function follow() {
    const at = store.hover;
    if (at?.type === "neuron") keys.follow(at.column, layout.columns[at.column].units[at.unit]);
  }

  function click(event) {
    if (tapped && store.hover?.type !== "feature" && store.hover?.column !== 0) return void (tapped = null);
    press();
  }

  /** A feature goes on or off; the number of anything else becomes a field. */
  function press() {
    if (!store.hover) return;
    const feature = featureOf(store.hover);
    if (!feature) return cards.edit(last);
    if (!feature.locked) send({ do: "feature", name: feature.name, on: !feature.on });
  }

  function featureOf(at) {
    const { candidates, units } = layout.columns[0], tile = at.type === "feature" ? at.unit : at.column === 0 ? units[at.unit] : null;
    return tile === null ? null : store.scene.features[candidates ? candidates[tile] : tile];
  }

  function byKey(what) {
    if (cards.editing) return;
    keyed = what !== null;
    store.setHover(what);
    const words = what ? sentence(describe(store, links.places, what)) : LABEL;
    setAttribute(above, "aria-label", words);
    setText(said, what ? words : "");
  }

  function nudge(direction) {
    cards.nudge(store.hover, direction);
  }

  /** The inputs of a neuron, the strongest first. */
  function incoming(column, unit) {
    return strongest(store.scene, links.places, store.arrays.get("network/weights") ?? [], column, unit).terms;
  }

  function refocus() {
    if (keyed) above.focus();
  }

  return {
    draw,
    resize: () => (stale = true),
    retheme: () => (stale = true),
    destroy() {
      observer.disconnect();
      settings.destroy();
      heads.destroy();
    },
  };
}

function canvas(host) {
  const made = document.createElement("canvas");
  host.append(made);
  return made;
}

/** Words for those who listen. */
function spoken(host) {
  const made = document.createElement("p");
  made.className = "spoken";
  made.setAttribute("aria-live", "polite");
  host.append(made);
  return made;
}
