// A network over a picture: pad, blocks with their maps and links on one ground, which is panned where it is wider than the page.
import { blank, clamp, ease, fit } from "../canvas.js";
import { drawSkips, drawStations } from "../network/rail.js";
import { createSettings } from "../network/settings.js";
import { backdrop, progress, wave } from "../network/waves.js";
import { still, theme } from "../theme.js";
import { createAttention } from "./attention.js";
import { createCards } from "./cards.js";
import { createHeads } from "./heads.js";
import { drawLinks, Links } from "./links.js";
import { createPad } from "./pad.js";
import { drawSight } from "./sight.js";
import { Tiles } from "./tiles.js";

/** Pixels a second of the dashes; milliseconds between drawings of running links, and between choices of a block's strongest. */
const SPEED = 26, LINKS_EVERY = 64, CHOICE_EVERY = 240;
/** What is left of blocks that the pass has nothing to do with now. */
const ASIDE = 0.35;

/**
 * `place(scene, width, height)` says where all stands, `subject(store)` what is looked at, as memory calls it. What else a lab has on the
 * ground is made by `more`, a list of (host, ground, store, send) -> {arrange(layout), moved(): whether the ground is to be drawn anew,
 * draw(context)}: on the ground, below the maps.
 */
export function createBlocks(host, store, send, { place, subject, more = [] }) {
  const pan = host.querySelector(".pan"), ground = pan.querySelector(".ground");
  const below = canvas(ground, "below"), tiles = new Tiles(store), pad = createPad(ground, store, send), above = canvas(ground, "above");
  const settings = createSettings(host, store, send), heads = createHeads(ground, host, store, send, settings.open);
  const attention = createAttention(below, store, send, () => layout, subject), cards = createCards(host, ground, store);
  const others = more.map(make => make(host, ground, store, send));
  const lens = host.querySelector(".lens");                     // says what is looked at; without one only who points looks at something
  let layout = null, links = null, low = null, high = null, calm = false, placed = false, centred = false, allDue = true, sightDue = true, sightOld = false;
  let time = 0, dash = 0, drawn = 0, chosen = -Infinity, clock = 0, hover = null, complaint = 0, seen;
  const repaint = () => void (allDue = sightDue = true);
  document.fonts.addEventListener("loadingdone", repaint);

  function arrange() {
    host.classList.remove("panned");
    if (!pan.clientWidth || !pan.clientHeight) return;
    layout = place(store.scene, pan.clientWidth, pan.clientHeight);
    host.classList.toggle("panned", layout.width > pan.clientWidth);
    ground.style.width = `${layout.width}px`;
    if (layout.begin !== undefined && !centred) pan.scrollLeft = layout.begin;
    centred = true;
    links = new Links(store.scene, layout);
    low = fit(below, true).context;
    high = fit(above).context;
    calm = still();
    tiles.arrange(layout, below.width / below.clientWidth);
    for (const other of others) other.arrange(layout);
    pad.arrange(layout);
    heads.arrange(layout);
    settings.refresh();
    chosen = -Infinity;
    placed = true;
    repaint();
  }

  const running = () => store.playing && !store.slow && !calm;

  function draw(now, changed) {
    if (!placed || changed.scene || changed.theme) arrange();
    if (!layout) return;
    if (running()) dash += (Math.min(100, now - time) / 1000) * SPEED;
    time = now;
    if (lens || store.slow) attention.begin();
    follow(changed);
    pad.draw(changed);
    cards.draw();
    const fresh = tiles.update();
    if (allDue) drawAll();
    else if (fresh) drawTiles();
    sightOld ||= fresh;                                           // another window may say most now, but not 60 times a second
    if (sightDue || (sightOld && changed.words)) drawAbove();
  }

  /** Finds what is due. */
  function follow(changed) {
    if (store.hover !== hover) sightDue = true;
    hover = store.hover;
    if (others.map(other => other.moved()).includes(true)) allDue = true;
    if (store.stageClock !== clock || (changed.frame && (store.slow || !store.playing))) repaint();
    clock = store.stageClock;
    if (store.stage?.column !== seen) show((seen = store.stage?.column));
    if (running() && time - drawn >= LINKS_EVERY) allDue = true;
    const { error } = store.frame;
    if (error && error.number !== complaint) settings.complain(error);
    complaint = error?.number ?? complaint;
  }

  /** Pans to the block that slow motion has come to. */
  function show(c) {
    if (!(c > 0) || !host.classList.contains("panned")) return;
    pan.scrollTo({ left: layout.columns[c].station - pan.clientWidth / 2, behavior: calm ? "auto" : "smooth" });
  }

  // ---------------------------------------------------------------- drawing

  /** Rail, links with what travels on them, kernels, maps. */
  function drawAll() {
    choose();
    blank(low, layout.width, layout.height);
    drawStations(low, store.scene, layout, store.stage, clock, layout.width);
    drawSkips(low, store.scene, layout);
    drawLinks(low, links.drawn, running() ? dash : null, link => backdrop(store.stage, link.column));
    drawWaves();
    for (const other of others) other.draw(low);
    for (let c = 1; c < layout.columns.length; c++) tiles.kernels(low, c);
    drawTiles();
    allDue = false;
    drawn = time;
  }

  function choose() {
    if (chosen === -Infinity) links.choose(store.arrays);
    else if (time - chosen > CHOICE_EVERY) links.chooseNext(store.arrays);
    else return;
    chosen = links.drawn.length ? time : -Infinity;
  }

  /** Forward in the receiving block's colour, backward in the gradients'. */
  function drawWaves() {
    const { stage } = store, forward = stage?.segment === "forward", t = progress(clock, calm);
    if ((!forward && stage?.segment !== "backward") || t <= 0.001 || t >= 0.999) return;
    const colour = !forward ? theme.grad : stage.column === layout.columns.length - 1 ? theme.ink : theme.layer(stage.column);
    low.lineCap = "round";
    for (const link of links.drawn) if (link.column === stage.column) wave(low, link.curve, forward, t, 0.1 + 0.45 * link.size, colour, 1);
    low.setLineDash([]);
    low.lineCap = "butt";
    low.globalAlpha = 1;
  }

  function drawTiles() {
    const { stage } = store;
    for (let c = 1; c < layout.columns.length; c++) tiles.paint(low, c, shareOf(stage, c));
    if (stage?.column > 0) tiles.ring(low, stage.column, calm ? 1 : clamp(3 * ease(clock) - 0.6, 0, 1), stage.segment === "backward");
  }

  function drawAbove() {
    const shown = hover?.type === "pixel" && (lens || store.slow || attention.pointing);
    above.style.visibility = shown ? "" : "hidden";
    sightDue = sightOld = false;
    if (!shown) return;
    high.clearRect(0, 0, layout.width, layout.height);
    drawSight(high, store, layout, links, attention);
  }

  return {
    draw,
    resize: () => void (placed = false),
    retheme: () => void (placed = false),
    destroy() {
      document.fonts.removeEventListener("loadingdone", repaint);
      settings.destroy();
      heads.destroy();
      pad.destroy();
    },
  };
}

/** What is left of a block's opacity: on its way forward the pass has come as far as its stage, on its way back down to it. */
export function shareOf(stage, c) {
  if (stage?.segment === "forward") return c <= stage.column ? 1 : ASIDE;
  if (stage?.segment === "backward") return c >= stage.column ? 1 : ASIDE;
  return 1;
}

function canvas(host, name) {
  const made = document.createElement("canvas");
  made.className = name;
  host.append(made);
  return made;
}
