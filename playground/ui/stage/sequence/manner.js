// How text is written: temperature, the most characters drawn from, characters a second.

export class Manner {
  temperature = 1; topK = 0; rate = 20;
  #changed; #adopted = false;

  /** `changed()` is called when a person has changed it. */
  constructor(changed) {
    this.#changed = changed;
  }

  set(some) {
    Object.assign(this, some);
    this.#adopted = true;
    this.#changed();
  }

  /** Takes over what the run writes with, before anybody has changed it here. */
  adopt(writing) {
    if (this.#adopted || !writing) return;
    this.#adopted = true;
    [this.temperature, this.topK, this.rate] = [writing.temperature, writing.top_k, writing.rate];
  }

  /** As the run is told. */
  get told() {
    return { temperature: this.temperature, top_k: this.topK, rate: this.rate };
  }
}
