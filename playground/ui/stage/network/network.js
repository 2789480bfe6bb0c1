// The network's view: links below, neurons above, on two canvases that take turns; controls and cards are elements of the page.
import { blank, fit } from "../canvas.js";
import { thousands } from "../format.js";
import { still, theme } from "../theme.js";
import { createAttention } from "./attention.js";
import { createCards } from "./cards.js";
import { createHeads } from "./heads.js";
import { place, turnedHeight } from "./layout.js";
import { drawBlank, drawLinks, Links, STRONGEST } from "./links.js";
import { drawBeam, drawRail, drawSkips } from "./rail.js";
import { createReorder } from "./reorder.js";
import { createSettings } from "./settings.js";
import { target } from "./subject.js";
import { Tiles } from "./tiles.js";
import { backdrop, drawUpdate, drawWaves, marks, progress } from "./waves.js";

/** Pixels a second of the dashes. */
const SPEED = 26;
/** Milliseconds between drawings of running links, of many fields, between choices of the strongest, between words. */
const LINKS_EVERY = 48, FIELDS_EVERY = 40, CHOICE_EVERY = 250, WORDS_EVERY = 500;
/** From so many fields on they change every FIELDS_EVERY milliseconds while it trains, fewer ones with each frame. */
const MANY_FIELDS = 24;
/** How far the plane lab's canvases reach into the gap before the output. */
const REACH = 26;
const BESIDE = 0.12;
const ASK = "Hover over a neuron for all of its own.";

/**
 * The plane lab's own: where everything stands, its height where it is turned, the controls, what lies below and over the links, what remains
 * of a column's links and tiles in slow motion, and fields of what is fed, if they change. Another lab's network brings its own.
 */
const PLANE = {
  place, height: turnedHeight, heads: createHeads, reach: REACH,
  drawBelow(context, { scene, stage }, layout, clock) {
    drawRail(context, scene, layout, stage, clock);
    drawSkips(context, scene, layout);
  },
  drawOver: (context, store, layout) => drawBeam(context, layout, REACH),
  links: backdrop,
  tiles: () => 1,
  inputs: () => null,
};

export function createNetwork(host, store, send, look = PLANE) {
  const below = canvas(host), above = canvas(host), tiles = new Tiles(store);
  const settings = createSettings(host, store, send), heads = look.heads(host, store, send, settings.open);
  const cards = createCards(host, store, send, () => ({ layout, links }), released);
  const attention = createAttention(above, host, store, send, cards, () => layout && { layout, links });
  tiles.inputs = look.inputs;
  createReorder(heads.box, store, send, () => layout);
  let layout = null, links = null, low = null, high = null, calm = false;
  let placed = false, linksDue = true, tilesDue = true, fieldsDue = false;
  let time = 0, clock = 0, dash = 0, linksDrawn = 0, fieldsDrawn = 0, chosen = -Infinity, told = -Infinity, hover = null, inspected = null, opened = null, complaint = 0;
  const displace = () => void (placed = false), observer = new ResizeObserver(displace);
  observer.observe(host);
  document.fonts.addEventListener("loadingdone", repaint);

  // ---------------------------------------------------------------- what is there

  /** Places everything anew: after a new scene, size or theme. */
  function arrange() {
    const { scene } = store, turned = getComputedStyle(host).getPropertyValue("--turned").trim() === "1";
    host.classList.toggle("turned", turned);
    host.style.height = turned ? `${look.height(scene, host.clientWidth)}px` : "";
    if (!host.clientWidth || !host.clientHeight) return;
    layout = look.place(scene, host.clientWidth, host.clientHeight, turned);
    links = new Links(scene, layout);
    low = fit(below, true).context;
    high = fit(above).context;
    calm = still();
    tiles.arrange(layout, above.width / above.clientWidth);
    cards.close();
    heads.arrange(layout);
    look.arranged?.(layout);
    settings.refresh();
    attention.renew();
    store.setNote(links.thinned ? `The ${STRONGEST} strongest of ${thousands(links.count)} links are drawn, some of every layer. ${ASK}` : "");
    placed = true;
    repaint();
  }

  /** Everything is to be drawn, and the strongest links to be chosen. */
  function repaint() {
    linksDue = tilesDue = true;
    chosen = told = -Infinity;
  }

  function released() {
    attention.released();
    repaint();
  }

  const running = () => store.playing && !store.slow && !calm;

  // ---------------------------------------------------------------- when to draw

  /** Draws what has changed. True when it drew. */
  function draw(now, changed) {
    if (!store.scene) return false;
    if (!placed || changed.scene || changed.theme) arrange();
    if (!layout) return false;
    if (running()) dash += (Math.min(100, now - time) / 1000) * SPEED;
    time = now;
    follow(changed);
    const drew = [linksDue && drawBelow(), (tilesDue || (fieldsDue && turn())) && drawAbove()];
    cards.draw(now, changed.frame);
    if (changed.frame && now - told > WORDS_EVERY) tell();
    return drew.includes(true);
  }

  function tell() {
    heads.tell(links.places);
    told = time;
  }

  /** Finds what is due. */
  function follow(changed) {
    if (store.hover !== hover) repaint();
    hover = store.hover;
    if (store.inspected !== inspected || changed.scene) mark();
    if (store.stageClock !== clock || (changed.frame && store.slow)) linksDue = tilesDue = true;
    clock = store.stageClock;
    fieldsDue ||= changed.frame;
    linksDue ||= running() ? time - linksDrawn >= LINKS_EVERY : changed.frame;
    const { error } = store.frame;
    if (error && error.number !== complaint) settings.complain(error);
    complaint = error?.number ?? complaint;
  }

  /** What is inspected has a line around it; of links it is drawn however weak it is. */
  function mark() {
    inspected = store.inspected;
    opened = target(store);
    tiles.inspected = opened;
    repaint();
  }

  /** While it trains links and fields take turns, so that each picture of the screen has little to do. */
  function turn() {
    if (!running()) return true;
    const waited = time - fieldsDrawn, wait = tiles.fields.count < MANY_FIELDS ? 0 : FIELDS_EVERY;
    return waited >= wait && (linksDrawn !== time || waited > 2 * FIELDS_EVERY);
  }

  // ---------------------------------------------------------------- drawing

  /** Rail, skip connections, links with what travels on them, beam. */
  function drawBelow() {
    const values = store.arrays.get("network/weights");
    blank(low, layout.width + look.reach, layout.height);
    look.drawBelow(low, store, layout, clock);
    if (values) drawAllLinks(values);
    else drawBlank(low, links);
    look.drawOver(low, store, layout);
    linksDue = false;
    linksDrawn = time;
    return true;
  }

  function drawAllLinks(values) {
    if (time - chosen > CHOICE_EVERY) {
      links.choose(values, hover);
      chosen = time;
    }
    const seen = hover?.type === "link" ? hover : opened, shown = seen?.type === "link" ? links.index(seen.column, seen.from, seen.to) : -1;
    drawLinks(low, links, { values, dash: running() ? dash : null, share, shown });
    drawWaves(low, store, links, store.scene, progress(clock, calm), beside);
    drawUpdate(low, store, links, clock);
  }

  const beside = k => (hover && hover.type !== "feature" && !links.touches(k, hover) ? BESIDE : 1);
  const share = k => beside(k) * look.links(store.stage, links.columns[k], store.scene);

  /** All of the neurons, or only their fields and biases when nothing else changed. */
  function drawAbove() {
    tiles.share = c => look.tiles(store.stage, c, store.scene);
    tiles.outline = attention.keyed ? theme.pos : theme.ink;
    if (tilesDue) tiles.paint(high, marks(store, store.scene, links.places, progress(clock, calm)), hover);
    else tiles.refresh(high, hover);
    tilesDue = fieldsDue = false;
    fieldsDrawn = time;
    return true;
  }

  return {
    draw,
    resize: displace,
    retheme: displace,
    destroy() {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", repaint);
      settings.destroy();
      attention.destroy();
    },
  };
}

function canvas(host) {
  const made = document.createElement("canvas");
  host.append(made);
  return made;
}
