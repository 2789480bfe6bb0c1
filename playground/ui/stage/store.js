// What the stage knows: the newest scene, frame and arrays, and where the person's attention is.

/** Arrays that outlive a change of the scene: all others are laid out by it. */
const LASTING = /^curve\//;

export class Store {
  /** The scene's JSON, null until the first message. */
  scene = null;
  /** The newest frame's JSON, null until the first message. */
  frame = null;
  /** Newest arrays by name, as "network/weights" and "scene/points/x". */
  arrays = new Map();
  /** Names of the arrays that came since the last draw. */
  fresh = new Set();
  /**
   * null, or {type: "neuron", column, unit}, {type: "bias", column, unit}, {type: "link", column, from, to}, where units count within
   * `shown`, or {type: "feature", unit}: a candidate that is off, or {type: "pixel", column, unit, x, y} of a map.
   */
  hover = null;
  /** The neuron the words are about in slow motion: the one hovered last. */
  mark = { column: 1, unit: 0 };
  /** What the inspector shows, {name, index}, or null; `inspect(name, index, near)` asks it for something, and the same again closes it. */
  inspected = null;
  inspect = () => {};
  /** A sentence of the network for the strip ("The 160 strongest of 1,024 links are drawn."), or "". */
  note = "";
  /** Linear share 0..1 of the present stage of slow motion, by the local clock; what moves eases it itself. */
  stageClock = 0;

  #listeners = new Map();
  #origin = 0;
  #stage = "";

  /** Whether the run is playing, as the newest frame says. */
  get playing() {
    return this.frame?.state === "playing";
  }

  /** Slow motion's part of the frame, null outside of it. */
  get slow() {
    return this.frame?.slow ?? null;
  }

  /** The present stage of slow motion, {segment, column}, or null. */
  get stage() {
    return this.slow?.stages[this.slow.index] ?? null;
  }

  /** Calls `listener(value)` at each event: "hover", "mark", "note". Returns the function that ends it. */
  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
    return () => this.#listeners.get(event).delete(listener);
  }

  /** Ends all listeners: those who listened have gone. */
  silence() {
    this.#listeners.clear();
  }

  emit(event, value) {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }

  /**
   * Takes a decoded message in.
   * @returns {{scene: boolean, frame: boolean}} what there is to draw; a frame of a scene we never got is dropped.
   */
  accept({ frame, scene, arrays }, now) {
    const changed = scene !== null && scene.revision !== this.scene?.revision;
    if (!scene && frame.revision !== this.scene?.revision) return { scene: false, frame: false };
    if (changed) this.#change(scene);
    for (const [name, array] of arrays) {
      this.arrays.set(name, array);
      this.fresh.add(name);
    }
    this.frame = frame;
    this.#settle(now);
    return { scene: changed, frame: true };
  }

  #change(scene) {
    for (const name of this.arrays.keys()) if (!LASTING.test(name)) this.arrays.delete(name);
    this.scene = scene;
    const last = scene.columns.length - 1, column = Math.min(this.mark.column, last);
    this.mark = { column, unit: Math.min(this.mark.unit, shownUnits(scene.columns[column]) - 1) };
    this.setHover(null);
  }

  /** Sets the local clock by the frame's, but not for a wobble of the way here. */
  #settle(now) {
    const slow = this.slow;
    if (!slow) return void (this.#stage = "");
    const stage = `${this.frame.step} ${slow.index}`, origin = now - slow.elapsed * 1000;
    if (stage !== this.#stage || Math.abs(origin - this.#origin) > 80) this.#origin = origin;
    this.#stage = stage;
  }

  /** Moves the clock of slow motion on; call it once before each draw. */
  tick(now) {
    const slow = this.slow;
    if (!slow) return void (this.stageClock = 0);
    const elapsed = slow.running ? (now - this.#origin) / 1000 : slow.elapsed;
    this.stageClock = Math.min(1, Math.max(0, elapsed / slow.duration));
  }

  setHover(hover) {
    if (same(hover, this.hover)) return;
    this.hover = hover;
    if (hover?.type === "neuron" && hover.column > 0) this.setMark({ column: hover.column, unit: hover.unit });
    this.emit("hover", hover);
  }

  setMark(mark) {
    this.mark = mark;
    this.emit("mark", mark);
  }

  setNote(note) {
    if (note === this.note) return;
    this.note = note;
    this.emit("note", note);
  }
}

/** What a stage or segment does, whoever does it: "forward" of "discriminator/forward". */
export const phaseOf = name => name?.split("/").at(-1);

/** Whose turn it is where several networks learn: "discriminator" of "discriminator/forward", "" where there is one. */
export const turnOf = name => (name?.includes("/") ? name.split("/")[0] : "");

const same = (a, b) => a === b || (a && b && ["type", "column", "unit", "from", "to", "x", "y"].every(key => a[key] === b[key]));

/** Units shown of a column: all features that are on for column 0, else its `shown`. */
export const shownUnits = column => column.shown?.length ?? column.units;

/**
 * Where each column's weights and biases begin in network/weights and network/gradients, and its units in network/means and slow/*.
 * @returns {{weight: number, bias: number, unit: number, inputs: number, units: number}[]} by column; column 0 has only `units`, and
 *   one whose weights are no `matrix` (a convolution's, say) has no inputs.
 */
export function layout(columns) {
  const places = [{ units: shownUnits(columns[0]), unit: 0 }];
  let place = 0, unit = 0;
  for (const column of columns.slice(1)) {
    const matrix = column.matrix !== false, inputs = matrix ? shownUnits(columns[column.from]) : 0, units = shownUnits(column);
    places.push({ weight: place, bias: place + inputs * units, unit, inputs, units });
    if (matrix) place += (inputs + 1) * units;
    unit += units;
  }
  return places;
}
