// Sequences of symbols to choose from, and a field for one's own.
import { setAttribute } from "../dom.js";
import { escape } from "../format.js";
import { readSymbols } from "./reading.js";

export class Samples {
  #store; #send; #host; #field; #chips;

  constructor(root, store, send) {
    [this.#store, this.#send, this.#host] = [store, send, root.querySelector(".strip.symbols")];
    [this.#field, this.#chips] = [this.#host.querySelector("[name=sequence]"), this.#host.querySelector(".chips")];
    this.#field.addEventListener("input", () => this.#type());
    this.#chips.addEventListener("click", event => {
      const row = event.target.closest("[data-row]")?.dataset.row;
      if (row !== undefined) send({ do: "touch", what: "row", value: Number(row) });
    });
  }

  #type() {
    const { alphabet, steps } = this.#store.scene.sequence, codes = codesOf(this.#field.value, readSymbols(this.#store) ?? [], alphabet, steps);
    if (codes) this.#send({ do: "touch", what: "type", value: codes });
    setAttribute(this.#field, "aria-invalid", String(!codes));
  }

  draw(now, changed) {
    const { scene, frame } = this.#store;
    if (changed.scene) this.#arrange(scene);
    if (scene.sequence.kind !== "symbols" || !changed.words) return;
    const row = frame.sequence?.row, read = readSymbols(this.#store);
    for (const chip of this.#chips.children) setAttribute(chip, "aria-pressed", String(Number(chip.dataset.row) === row));
    if (read && this.#field.getRootNode().activeElement !== this.#field && this.#field.value !== read.join("")) {
      this.#field.value = read.join("");
      setAttribute(this.#field, "aria-invalid", "false");
    }
  }

  #arrange({ sequence, samples }) {
    this.#host.hidden = sequence.kind !== "symbols";
    this.#field.maxLength = sequence.steps;
    const chip = ({ row, label }) =>
      `<button data-row="${row}" aria-pressed="false" aria-label="Look at a sequence of ${escape(label)}">${escape(label)}</button>`;
    this.#chips.innerHTML = (samples ?? []).map(chip).join("");
  }
}

/** The numbers of written symbols, and after them those of `rest`, as many as a sequence has; null when one is unknown. */
export function codesOf(written, rest, alphabet, steps) {
  const symbols = [...[...written.toUpperCase()], ...rest.slice([...written].length)], codes = symbols.slice(0, steps).map(symbol => alphabet.indexOf(symbol));
  return codes.length === steps && !codes.includes(-1) ? codes : null;
}
