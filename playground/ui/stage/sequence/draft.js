// A window of one's own: a series' values are drawn over with the pointer, and the network answers stroke by stroke.
import { clamp } from "../canvas.js";

/** Milliseconds between two sendings, and for how long after the last stroke the drawn values stay before the run's are shown. */
const SEND_EVERY = 60, OWN_MS = 500;

export class Draft {
  /** The values as they are drawn, null when the run's are to be shown. */
  values = null;
  /** Where they are shown, as heights were when the stroke began: [value at the bottom, value at the top]. */
  heights = null;
  #send; #last = null; #touched = 0; #sent = 0; #timer = 0;

  /** `spot(event)` gives {step, value} under the pointer, null where nothing can be drawn; `begin()` the values to draw over and their heights. */
  constructor(canvas, send, spot, begin) {
    this.#send = send;
    canvas.addEventListener("pointerdown", event => {
      if (event.button || !spot(event)) return;
      canvas.setPointerCapture(event.pointerId);
      [this.values, this.heights] = begin();
      this.#last = null;
      this.#draw(spot(event));
    });
    canvas.addEventListener("pointermove", event => canvas.hasPointerCapture(event.pointerId) && this.#draw(spot(event)));
    canvas.addEventListener("pointerup", () => (this.#last = null));
  }

  #draw(to) {
    if (!to) return;
    stroke(this.values, this.#last ?? to, to);
    this.#last = to;
    this.#touched = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#sent + SEND_EVERY - this.#touched));
  }

  #tell() {
    this.#sent = performance.now();
    if (this.values) this.#send({ do: "touch", what: "type", value: Array.from(this.values) });
  }

  /** Gives way to the run's values once they are what was drawn. True while there is something to draw. */
  settle(now) {
    if (this.values && !this.#last && now - this.#touched > OWN_MS) this.values = this.heights = null;
    return this.values !== null;
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** Values from one spot {step, value} to another, in a straight line. */
export function stroke(values, from, to) {
  const [a, b] = from.step <= to.step ? [from, to] : [to, from];
  for (let t = a.step; t <= b.step; t++) values[t] = b.step === a.step ? to.value : a.value + (b.value - a.value) * (t - a.step) / (b.step - a.step);
}

/** What a height of the row stands for, and the other way round. */
export const valueAt = ([low, high], top, bottom, y) => low + (high - low) * clamp((bottom - y) / (bottom - top), 0, 1);
export const heightAt = ([low, high], top, bottom, value) => bottom - (bottom - top) * (value - low) / (high - low || 1);
