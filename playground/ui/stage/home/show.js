// A lab's run on show: frames come over a socket of their own, and are drawn a few times a second.
import { fit } from "../canvas.js";
import { Store } from "../store.js";
import { still } from "../theme.js";
import { decode } from "../wire.js";
import { createAdversarial } from "./adversarial.js";
import { createPlane } from "./plane.js";
import { createSequence } from "./sequence.js";
import { createVariational } from "./variational.js";
import { createVision } from "./vision.js";

/** What draws a lab's picture, by its stage: `draw(context, width, height, store)` and `says(store)`, a few words beside the title. */
const PICTURES = {
  adversarial: createAdversarial, plane: createPlane, sequence: createSequence, variational: createVariational, vision: createVision,
};
/** Pictures drawn so far, by lab: for tests and benches. */
const drawn = (globalThis.__shows ??= {});
/** Between two frames at least: five pictures move at once, and none of them is what the person came for. */
const PERIOD_MS = 80, AGAIN_MS = 3000;

export class Show {
  #card; #name; #next; #canvas; #context = null; #store = new Store(); #picture = null; #socket = null; #timer = 0; #acknowledging = 0;
  #ended = false;

  /** `next()` is called when the first picture is drawn, or when none will come. */
  constructor(card, { name }, next) {
    this.#card = card;
    this.#name = name;
    this.#next = next;
    this.#canvas = card.querySelector("canvas");
    document.addEventListener("visibilitychange", this.#look);
  }

  open() {
    const bundle = document.querySelector('script[type=module][src*="static/js/"]');
    const url = new URL("live", new URL("../../", bundle.src));
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ show: this.#name, watch: !document.hidden }));
    socket.onmessage = event => (typeof event.data === "string" ? this.#say({ beat: 1 }) : this.#receive(event.data));
    socket.onclose = () => {
      this.#passOn();
      if (!this.#ended) this.#timer = setTimeout(() => this.open(), AGAIN_MS);
    };
  }

  #look = () => this.#say({ watch: !document.hidden });

  #say(message) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  #receive(buffer) {
    const message = decode(buffer), { seq, revision, state, kernels } = message.frame;
    this.#store.accept(message, performance.now());
    if (this.#store.scene && state !== "preparing") {
      this.#draw();
      this.#passOn();
    } else this.#wait(kernels);
    const soon = still() ? 20 * PERIOD_MS : PERIOD_MS;      // who wants less motion gets a new still now and then
    this.#acknowledging = setTimeout(() => this.#say({ ack: seq, revision }), soon);
  }

  /** Kernels are being compiled; those that wait for their turn say so by CSS. */
  #wait({ done, total }) {
    this.#card.dataset.preparing = "";
    this.#card.style.setProperty("--done", done / Math.max(total, 1));
    this.#card.querySelector("small").textContent = `Preparing ${done} of ${total} kernels`;
  }

  #passOn() {
    this.#next?.();
    this.#next = null;
  }

  #draw() {
    const { scene } = this.#store, create = PICTURES[scene.stage];
    delete this.#card.dataset.preparing;
    if (!create) return;
    this.#picture ??= create();
    this.#context ??= fit(this.#canvas);
    const { context, width, height } = this.#context;
    if (!width || !height) return;                            // not laid out yet: its first size is told
    context.clearRect(0, 0, width, height);
    this.#picture.draw(context, width, height, this.#store);
    this.#card.querySelector("small").textContent = this.#picture.says(this.#store);
    this.#store.fresh.clear();
    drawn[this.#name] = (drawn[this.#name] ?? 0) + 1;
  }

  resize() {
    this.#context = null;
    this.retheme();
  }

  retheme() {
    this.#picture = null;
    if (this.#store.scene && this.#store.frame.state !== "preparing") this.#draw();
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#acknowledging);
    document.removeEventListener("visibilitychange", this.#look);
    this.#socket?.close();
  }
}
