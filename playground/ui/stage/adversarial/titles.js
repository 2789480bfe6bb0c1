// Words at the players' stations that change while they play: a generator that collapses, a discriminator that no longer doubts.
import { setAttribute, setText } from "../dom.js";

/** There is room for what is wrong; what to do about it is in the tooltip. */
export const firstSentence = words => /^.*?\.(?=\s|$)/.exec(words)?.[0] ?? words;

export function createTitles(root, store) {
  const host = root.querySelector(".net");

  function say() {
    const { collapse, players } = store.frame, starved = players?.generator.alive === false && !store.slow;   // a pass begins with none
    tell("generator", collapse ?? (starved ? "no gradient comes through" : ""));
  }

  function tell(player, words) {
    const place = host.querySelector(`.${player}-word`);
    if (!place) return;
    setText(place, firstSentence(words));
    setAttribute(place, "title", words);
  }

  return { arrange: say, draw: (now, changed) => changed.words && say() };
}
