// The unrolled network: what is read, gates and states of every layer over the steps, the frame around the step at hand.
import { blank, ease, fit, frame } from "../canvas.js";
import { setHtml } from "../dom.js";
import { createSettings } from "../network/settings.js";
import { alpha, still, theme } from "../theme.js";
import { createCards } from "../vision/cards.js";
import { createAttention } from "./attention.js";
import { Bands } from "./bands.js";
import { createNames } from "./heads.js";
import { place, xOf } from "./layout.js";
import { drawRail, drawRun, drawUpdate } from "./run.js";
import { Reading } from "./reading.js";
import { running, stepAtHand, unitAtHand } from "./values.js";

/** What stands beside what is read. */
const READ = { text: "Read so far", symbols: "Symbols", series: "Values<small>draw your own</small>" };

export function createUnrolled(host, store, send) {
  const pan = host.querySelector(".pan"), [ground, side, corner] = [".ground", ".side", ".corner"].map(name => pan.querySelector(name));
  const canvas = ground.querySelector("canvas.steps"), rail = side.querySelector("canvas");
  const bands = new Bands(store), reading = new Reading(ground.querySelector("canvas.reading"), store, send);
  const settings = createSettings(host, store, send), heads = createNames(side, host, store, send, settings.open);
  const attention = createAttention(canvas, store, () => layout, reveal), cards = createCards(host, ground, store);
  let layout = null, context = null, railing = null, placed = false, calm = false, due = true, complaint = 0, seen, shown = {};
  const repaint = () => void (due = true);
  document.fonts.addEventListener("loadingdone", repaint);

  function arrange() {
    if (!pan.clientWidth || !pan.clientHeight) return;
    layout = place(store.scene, pan.clientWidth, pan.clientHeight);
    ground.style.width = `${layout.width}px`;
    ground.style.height = `${layout.height}px`;
    for (const [name, size] of [["high", layout.height], ["read", layout.reading], ["left", layout.left]]) ground.style.setProperty(`--${name}`, `${size}px`);
    const { kind } = store.scene.sequence;
    setHtml(corner, READ[kind]);
    host.classList.toggle("drawable", kind === "series");
    host.classList.toggle("panned", layout.width > pan.clientWidth);
    host.classList.toggle("narrow", layout.narrow);
    context = fit(canvas, true).context;
    railing = fit(rail, true).context;
    calm = still();
    bands.arrange(layout);
    reading.arrange(layout);
    heads.arrange(layout);
    settings.refresh();
    placed = true;
    repaint();
  }

  function draw(now, changed) {
    if (!placed || changed.scene || changed.theme) arrange();
    if (!layout) return;
    follow();
    cards.draw();
    const run = running(store, calm), at = stepAtHand(store, calm), fresh = bands.update(run), moved = at !== shown.at;
    if (due || fresh || moved || store.slow || (changed.frame && store.fresh.size)) paint(run, at);
    if (due || moved || changed.words) heads.tell(layout, bands, at);
    if (due || moved || changed.words || reading.drafted(now)) reading.draw(at);
    if (changed.scene || (moved && (store.frame.writing?.on || store.slow || attention.keyed))) keep(at);
    shown.at = at;
    due = false;
  }

  /** Notes what has changed beside values. */
  function follow() {
    const { stage, mark, frame: { error } } = store;
    if (mark !== shown.mark) due = true;
    shown.mark = mark;
    if (stage?.column !== seen) reveal((seen = stage?.column));
    if (error && error.number !== complaint) settings.complain(error);
    complaint = error?.number ?? complaint;
  }

  /** Scrolls to the column that slow motion, or the keyboard, has come to. */
  function reveal(c) {
    const column = layout?.columns[c];
    if (!(c > 0) || !column || layout.height <= pan.clientHeight) return;
    pan.scrollTo({ top: Math.max(0, column.top - layout.reading - 4), behavior: calm ? "auto" : "smooth" });
  }

  /** Keeps the step at hand in view where it moves by itself or by keys. */
  function keep(at) {
    const x = xOf(layout, at), view = pan.clientWidth;
    if (layout.width > view && (x > pan.scrollLeft + view - 30 || x < pan.scrollLeft + layout.left)) pan.scrollLeft = x - view / 2;
  }

  // ---------------------------------------------------------------- drawing

  function paint(run, at) {
    blank(context, layout.width, layout.height);
    if (due || store.slow) drawRail(railing, store, layout, calm ? 1 : ease(store.stageClock));
    for (let c = 1; c < layout.columns.length; c++) bands.paint(context, c, run);
    drawUnit();
    if (run) drawRun(context, store.scene, layout, run);
    if (store.stage?.segment === "update") drawUpdate(context, store.scene, layout, store.stageClock);
    drawFrame(at);
  }

  /** The unit at hand, in every band of its half. */
  function drawUnit() {
    const unit = unitAtHand(store);
    if (!unit) return;
    const { bands, rows } = layout.columns[unit.column], width = layout.step * layout.steps;
    if (unit.unit >= rows) return;
    context.lineWidth = 1;
    context.strokeStyle = alpha(theme.dark ? "#ffffff" : "#1d232b", 0.62);
    for (const { half, y, height } of bands) {
      if (half !== unit.half) continue;
      const pitch = height / rows, top = Math.round(y + unit.unit * pitch) - 0.5;
      context.strokeRect(layout.left - 0.5, top, width, Math.max(3, Math.round(pitch)));
    }
  }

  /** Around the step at hand, from the first layer to the last. */
  function drawFrame(at) {
    const { columns, step } = layout, last = columns.findLast(column => column.form !== "units"), top = columns[1].bands[0].y;
    if (last.form === "read") return;
    const low = Math.max(...last.bands.map(band => band.y + band.height));
    frame(context, xOf(layout, at) - 1.2, top - 3, step + 1.6, low - top + 6, 2, attention.keyed ? theme.pos : theme.ink, 1.5);
  }

  return {
    draw,
    resize: () => void (placed = false),
    retheme: () => void (placed = false),
    destroy() {
      document.fonts.removeEventListener("loadingdone", repaint);
      settings.destroy();
      heads.destroy();
      reading.destroy();
    },
  };
}
