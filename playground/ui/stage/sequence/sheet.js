// A gate, a state or a gradient over all steps as one small picture off screen, a pixel for each unit and step.
import { Sprite } from "../canvas.js";
import { scales } from "../theme.js";

/** What a value of each range is a code of: the scale's colours, where 0 lies among its 255 shades, and how many shades 1 is. */
const RANGES = { unit: ["gate", 0, 254], signed: ["value", 127, 127], gradient: ["grad", 0, 254], chance: ["picture", 0, 254] };

export class Sheet {
  constructor(steps, rows) {
    [this.steps, this.rows] = [steps, rows];
    this.sprite = new Sprite(steps, rows);
    /** The first step that holds something that is no number, -1 for none. */
    this.broken = -1;
  }

  /** Values (steps, units) of a range, 1 having the full colour times `gain`; only `rows` of the units, only steps first..last - 1. */
  write(values, units, range, gain = 1, first = 0, last = this.steps) {
    const [name, zero, full] = RANGES[range], { words } = scales[name], { steps, rows, sprite } = this, out = sprite.words, sizes = range === "gradient";
    this.broken = -1;
    for (let t = 0; t < steps; t++) {
      for (let k = 0; k < rows; k++) {
        const v = values[t * units + k], code = zero + full * gain * (sizes && v < 0 ? -v : v);
        if (t < first || t >= last) out[k * steps + t] = 0;
        else out[k * steps + t] = v !== v ? this.#lost(t) : words[code > 254 ? 254 : code > 0 ? code | 0 : 0];
      }
    }
    sprite.push();
  }

  #lost(step) {
    if (this.broken < 0) this.broken = step;
    return 0;
  }

  /** Nothing: see-through. */
  clear() {
    this.broken = -1;
    this.sprite.words.fill(0);
    this.sprite.push();
  }

  draw(context, x, y, width, height) {
    context.drawImage(this.sprite.canvas, x, y, width, height);
  }
}
