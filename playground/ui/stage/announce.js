// What a screen reader is told: states as they change, and now and then how training goes.
import { setText } from "./dom.js";
import { loss, percent, thousands } from "./format.js";

const PERIOD_MS = 5000;
const STATES = { preparing: "Preparing.", paused: "Paused.", playing: "Playing.", finished: "Finished.", resting: "Resting." };

/** Where training stands, in a sentence. */
export function standing({ step, test, accuracy, players }) {
  const each = players && Object.entries(players).map(([name, player]) => `loss of the ${name} ${loss(player.loss)}`);
  if (each) return `Step ${thousands(step)}, ${each.join(", ")}.`;
  return `Step ${thousands(step)}, test loss ${loss(test)}${accuracy == null ? "" : `, test accuracy ${percent(accuracy)}`}.`;
}

export class Announcer {
  #store; #host; #state = null; #slow = ""; #at = -Infinity;

  constructor(root, store) {
    this.#store = store;
    this.#host = root.querySelector(".live");
  }

  draw(now, changed) {
    if (!changed.words) return;
    const { frame, stage } = this.#store, said = frame.message?.text ?? "", state = `${frame.state} ${said} ${frame.error?.number ?? ""}`;
    const slow = stage ? `${stage.segment} ${this.#store.scene.columns[stage.column]?.title ?? ""}` : "", due = now - this.#at > PERIOD_MS;
    if (state !== this.#state) this.#say(now, [STATES[frame.state], said, frame.error?.text, standing(frame)]);
    else if (due && stage && slow !== this.#slow) this.#say(now, [slow]);
    else if (due && !stage && this.#store.playing) this.#say(now, [standing(frame)]);
    this.#state = state;
    this.#slow = slow;
  }

  #say(now, parts) {
    this.#at = now;
    setText(this.#host, parts.filter(Boolean).join(" "));
  }
}
