// What the large picture shows: the output, or the neuron or feature that is looked at.
import { Plot } from "./plot.js";
import { kindOf, shadeOf } from "./readout.js";

const OUTPUT = "Output";

export class Sight {
  plot = new Plot();
  /** What is seen, by name. */
  title = OUTPUT;
  #store; #send; #asked = JSON.stringify({ do: "look" });

  constructor(store, send) {
    this.#store = store;
    this.#send = send;
  }

  /** Whether it is something else than the output. */
  get peeked() {
    return this.title !== OUTPUT;
  }

  /** Whether the newest frame has something new of it. */
  get fresh() {
    const { fresh } = this.#store;
    return fresh.has("surface/logits") || fresh.has("surface/look") || fresh.has("network/fields");
  }

  /** Asks the run for the hovered neuron's fine picture; until it comes the neuron's tile is shown. */
  ask(hover) {
    const column = this.#hidden(hover), what = column ? { name: column.name, unit: column.shown[hover.unit] } : {};
    const command = { do: "look", ...what }, asked = JSON.stringify(command);
    if (asked !== this.#asked) this.#send(command);
    this.#asked = asked;
  }

  /** The hidden column of a hovered neuron, or undefined. */
  #hidden(hover) {
    const { columns } = this.#store.scene;
    return hover?.type === "neuron" && hover.column > 0 && hover.column < columns.length - 1 ? columns[hover.column] : undefined;
  }

  /** Fills the plot. `nothing`: there is no data, and so no picture. */
  fill(nothing) {
    const { scene, hover } = this.#store;
    if (hover?.type === "feature") this.#feature(hover.unit);
    else if (hover?.type === "neuron" && hover.column === 0) this.#feature(candidateOf(scene, hover.unit));
    else if (this.#hidden(hover)) this.#neuron(hover);
    else this.#output();
    if (nothing) this.plot.clear();
  }

  #output() {
    const { scene, frame, arrays } = this.#store, codes = arrays.get("surface/logits");
    this.title = OUTPUT;
    if (codes) this.plot.takeCodes(kindOf(scene, codes), codes, frame.surface.scale * shadeOf(scene));
    else this.plot.clear();
  }

  #feature(k) {
    const { scene, arrays } = this.#store;
    this.title = scene.features[k].label;
    this.#tile(arrays.get("scene/network/features"), k);
  }

  #neuron({ column: c, unit }) {
    const { scene, frame: { look }, arrays } = this.#store, column = scene.columns[c], codes = arrays.get("surface/look");
    this.title = `${column.title}, neuron ${column.shown[unit] + 1}`;
    const before = scene.columns.slice(1, c).reduce((sum, { shown }) => sum + shown.length, 0);
    if (codes && look?.name === column.name && look.unit === column.shown[unit]) this.plot.takeCodes("value", codes, look.scale);
    else this.#tile(arrays.get("network/fields"), before + unit);
  }

  #tile(fields, k) {
    const side = this.#store.scene.tile;
    if (fields) this.plot.takeTile(fields, k * side * side, side);
    else this.plot.clear();
  }
}

/** Which of the features is the shown unit of column 0. */
function candidateOf({ features, columns }, unit) {
  const on = features.flatMap((feature, k) => (feature.on ? [k] : []));
  return on[columns[0].shown[unit]];
}
