// The stage: one component that draws what its run sends and carries the controls that are touched often.
import { Announcer } from "./announce.js";
import { Curve } from "./curve.js";
import { setAttribute } from "./dom.js";
import { createInspector } from "./inspector/inspector.js";
import { createKeyboard } from "./keyboard.js";
import { Link } from "./link.js";
import { Store } from "./store.js";
import { Telling } from "./telling.js";
import { readTheme } from "./theme.js";
import { createTransport } from "./transport.js";
import { decode } from "./wire.js";
import { Words } from "./words.js";

/** The page's, not the module's: one socket to a tab, which outlives mounts and hot reloads. */
const page = (globalThis.__playground ??= { link: new Link(), stages: new WeakMap() });

/**
 * The stage's own diagnostics, for tests and benches: frames drawn, the last one's number, frames drawn a second, calls and mounts,
 * milliseconds of the last draw, and times of the first draw and of what changed last (performance.now()).
 */
const diagnostics = (globalThis.__stage ??= {
  draws: 0, seq: 0, fps: 0, calls: 0, mounts: 0, took: 0, first: null, changed: null, state: null, step: 0, revision: null,
});

/**
 * What can be shown: `sized`, selectors of what it draws by size, `parts(root, store, send, api)`, `caption(store)`: slow motion in words,
 * `subject(store)`: what is hovered or focused, as store.inspect takes it.
 */
const LABS = {
  adversarial: () => import("./adversarial/adversarial.js"),
  plane: () => import("./plane.js"),
  sequence: () => import("./sequence/sequence.js"),
  variational: () => import("./variational/variational.js"),
  vision: () => import("./vision/vision.js"),
};
/** What all labs have and is drawn by size. */
const SIZED = [".loss > div"];
/** Frames a second are counted over so long. */
const COUNTED_MS = 500;
/** Frames that wait to be drawn: one of two that come together is for the next picture of the screen, so that the motion is even. */
const WAITING = 2;
/** Numbers and words change this often while a run plays: faster nobody reads them, and each change lays the page out anew. */
const READ_MS = 100;

class Stage {
  #root; #element; #store = new Store(); #send; #shared; #words; #inspector; #keyboard; #unwatch; #observer;
  #lab = null; #wanted = null; #sections = []; #parts;
  #changed = { scene: false, frame: false, theme: false };
  #read = { due: false, at: 0, state: null };
  #waiting = [];
  #sized = true; #request = 0; #telling = new Telling(); #counted = { at: 0, draws: 0 };

  constructor(root, api) {
    this.api = api;
    this.#root = root;
    this.#element = root.querySelector(".stage");
    readTheme(this.#element);
    const send = (this.#send = command => page.link.command(command)), store = this.#store;
    this.#words = new Words(root, store, send, page.link);
    this.#inspector = createInspector(root, store, send);
    this.#shared = [
      createTransport(root, store, send, page.link, diagnostics), new Curve(root, store), this.#inspector, this.#words, new Announcer(root, store),
    ];
    this.#parts = this.#shared;
    this.#keyboard = createKeyboard(root, send, this.#inspector.inspectHovered);
    this.#element.addEventListener("click", release);
    this.#observer = new ResizeObserver(() => (this.#sized = true));
    for (const part of this.#parts) part.retheme?.();
    document.fonts?.load('italic 16px "Source Serif"').then(() => this.#restyle());
    this.#unwatch = page.link.watch((buffer, offset) => this.#receive(buffer, offset));
    this.#request = requestAnimationFrame(now => this.#frame(now));
  }

  /** A new call of the component: the theme may be another one. */
  enter(api) {
    this.api = api;
    if (readTheme(this.#element)) this.#restyle();
  }

  #restyle() {
    for (const part of this.#parts) part.retheme?.();
    this.#changed.theme = true;
  }

  /** Whether the lab's own parts are there; if not, they are fetched. */
  #composed(name) {
    if (name === this.#lab) return true;
    if (name !== this.#wanted) LABS[name]().then(lab => name === this.#wanted && this.#compose(name, lab));
    this.#wanted = name;
    return false;
  }

  /** Shows what a lab has, in place of another's: its markup, made of the templates of that name, and its parts. */
  #compose(name, lab) {
    this.#clear();
    this.#lab = name;
    this.#sections = unfold(this.#root, name);
    this.#words.speak(lab.caption);
    this.#inspector.reads(lab.subject);
    const own = lab.parts(this.#root, this.#store, this.#send, () => this.api);
    this.#parts = [...own, ...this.#shared];                    // words last: they say what the others have noted
    for (const part of own) part.retheme?.();
    for (const selector of [...SIZED, ...lab.sized]) this.#observer.observe(this.#root.querySelector(selector));
    this.#sized = true;
  }

  #clear() {
    this.#observer.disconnect();
    for (const part of this.#parts) if (!this.#shared.includes(part)) part.destroy?.();
    this.#store.silence();
    for (const section of this.#sections) section.remove();
  }

  #receive(buffer, offset) {
    this.#waiting.push(decode(buffer, offset));
    if (this.#waiting.length > WAITING) this.#accept();
  }

  /** Takes in the frame to be drawn now: the next one; the newest at once when one says something else than that the run goes on. */
  #take() {
    const { frame } = this.#store, newest = this.#waiting.at(-1)?.frame;
    if (!newest) return;
    const news = newest.state !== "playing" || newest.slow || newest.state !== frame?.state || newest.revision !== frame.revision
      || this.#waiting.some(({ frame: { urgent } }) => urgent);
    do this.#accept();
    while (news && this.#waiting.length);
  }

  #accept() {
    const message = this.#waiting.shift(), taken = this.#store.accept(message, performance.now());
    this.#changed.scene ||= taken.scene;
    this.#changed.frame ||= taken.frame;
    if (taken.frame) page.link.confirm(message.frame);
  }

  #frame(now) {
    this.#request = requestAnimationFrame(next => this.#frame(next));
    this.#take();
    const store = this.#store, changed = this.#changed;
    if (!store.scene) return this.#words.explain(page.link.refusal);
    if (changed.scene && !this.#composed(store.scene.stage)) return;
    this.#count(now, changed.frame || store.slow !== null);
    this.#changed = { scene: false, frame: false, theme: false };
    changed.words = this.#legible(now, changed);
    const begun = performance.now();
    if (this.#sized) this.#resize(changed);
    if (changed.scene) this.#settle(store.scene);
    store.tick(now);
    setAttribute(this.#element, "data-state", page.link.lost(now) ? "lost" : store.frame.state);
    for (const part of this.#parts) part.draw(now, changed);
    store.fresh.clear();
    if (changed.frame) this.#drawn(now, begun);
  }

  /** Whether words and numbers are to be written: at once when the run's state is another, else as often as they can be read. */
  #legible(now, { scene, frame, theme }) {
    const read = this.#read, { state, slow } = this.#store.frame;
    read.due ||= frame;
    if (!scene && !theme && !slow && state === read.state && !(read.due && now - read.at >= READ_MS)) return false;
    this.#read = { due: false, at: now, state };
    return true;
  }

  #resize(changed) {
    this.#sized = false;
    for (const part of this.#parts) part.resize?.();
    changed.theme = true;                       // bitmaps are empty now: draw everything
  }

  /** Frames a second: those of the run that are drawn, and in slow motion those that we move between two of them. */
  #count(now, drawn) {
    const counted = this.#counted, passed = now - counted.at;
    counted.draws += drawn;
    if (passed < COUNTED_MS) return;
    diagnostics.fps = counted.draws * 1000 / passed;
    this.#counted = { at: now, draws: 0 };
  }

  /** What was drawn is acknowledged, so that the run sends the next. */
  #drawn(now, begun) {
    const { frame } = this.#store;
    page.link.acknowledge(frame.seq, frame.revision);
    diagnostics.draws++;
    if (frame.state !== diagnostics.state) diagnostics.changed = performance.now();
    const { seq, state, step, revision } = frame;
    Object.assign(diagnostics, { seq, state, step, revision, took: performance.now() - begun });
    diagnostics.first ??= performance.now();
  }

  /** Another experiment: the address bar has it at once, and the page, which may show what has changed, once it stays so. */
  #settle({ link, revision }) {
    this.#address(link);
    this.#telling.soon(() => this.api.setStateValue("revision", revision));
  }

  /** Other parameters stay; an experiment too large for a link leaves none. Nothing is run again, and no history is made. */
  #address(link) {
    const url = new URL(location.href), given = new URLSearchParams(link).get("x");
    if (url.searchParams.get("x") === given) return;
    if (given) url.searchParams.set("x", given);
    else url.searchParams.delete("x");
    history.replaceState(history.state, "", url);
  }

  end() {
    cancelAnimationFrame(this.#request);
    this.#telling.end();
    this.#unwatch();
    this.#observer.disconnect();
    this.#keyboard.destroy();
    for (const part of this.#parts) part.destroy?.();
  }
}

/** Puts copies of a lab's templates on the page, each behind its template; returns the elements. */
function unfold(root, name) {
  return [...root.querySelectorAll(`template[data-lab="${name}"]`)].flatMap(template => {
    const copies = [...template.content.cloneNode(true).children];
    template.after(...copies);
    return copies;
  });
}

/** A button pressed with a pointer gives the focus back, so that Space means play again. */
function release(event) {
  if (event.detail > 0) event.target.closest("button")?.blur();
}

/** Streamlit calls this at every run of the script and at every change of the theme, always with the same parent. */
export default function stage(component) {
  const { data, parentElement } = component, host = parentElement.host ?? parentElement;
  diagnostics.calls++;
  let own = page.stages.get(host);
  if (own && own.code !== import.meta.url) {                // a hot reload brought other code
    own.stage.end();
    own = null;
  }
  if (!own) {
    diagnostics.mounts++;
    page.stages.set(host, (own = { code: import.meta.url, stage: new Stage(parentElement, component) }));
  }
  own.stage.enter(component);
  page.link.enter(component, data);
  // A superseded call's cleanup may come while the component lives on: ask the page which it is.
  return () => {
    if (host.isConnected) return;
    own.stage.end();
    page.stages.delete(host);
  };
}
