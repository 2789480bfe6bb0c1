// Where the person's attention is: pointer, finger or keyboard over the network become store.hover, and presses become deeds.
import { setAttribute, setText } from "../dom.js";
import { describe, sentence, strongest } from "./describe.js";
import { createKeys } from "./keys.js";
import { pick } from "./pick.js";
import { subject } from "./subject.js";

const LABEL = "Network. Arrow keys go from neuron to neuron, Enter edits a bias or switches a feature, I inspects, W goes through incoming links.";

/** `place()` gives {layout, links}, null before the first scene. */
export function createAttention(canvas, host, store, send, cards, place) {
  const said = spoken(host), keys = createKeys(canvas, place, { hover: speak, press, nudge, incoming });
  let keyed = false, tapped = false;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", LABEL);
  canvas.addEventListener("pointermove", event => event.pointerType !== "touch" && point(event));
  canvas.addEventListener("pointerdown", event => event.pointerType === "touch" && tap(event));
  canvas.addEventListener("pointerleave", event => event.pointerType !== "touch" && leave());
  canvas.addEventListener("click", () => (tapped ? (tapped = false) : press()));
  addEventListener("keydown", nudgeHovered);

  function point(event) {
    if (!place() || cards.editing) return;
    keyed = false;
    const { layout, links } = place(), at = pick(layout, links, event.offsetX, event.offsetY);
    store.setHover(at);
    canvas.style.cursor = at ? "pointer" : "";
    if (at?.type === "neuron") keys.follow(at.column, layout.columns[at.column].units[at.unit]);
  }

  /** The first tap on a neuron or a link shows its card, the second inspects it. */
  function tap(event) {
    const before = store.hover;
    point(event);
    tapped = !featureOf(store.hover);
    if (tapped && store.hover && store.hover === before) inspect();
  }

  function leave() {
    if (!cards.editing && !keyed) store.setHover(null);
  }

  /** A feature goes on or off; anything else is inspected, and its number becomes a field. */
  function press() {
    const feature = featureOf(store.hover);
    if (!feature) return cards.edit() && inspect();
    if (!feature.locked) send({ do: "feature", name: feature.name, on: !feature.on });
  }

  function inspect() {
    const [name, index] = subject(store);
    store.inspect(name, index, cards.around());
  }

  function featureOf(at) {
    const { features } = store.scene;
    if (at?.type === "feature") return features[at.unit];
    return at?.column === 0 ? features[place().layout.columns[0].units[at.unit]] : null;
  }

  /** What the keyboard came to, null when it left. */
  function speak(what) {
    if (cards.editing) return;
    keyed = what !== null;
    store.setHover(what);
    const words = what ? sentence(describe(store, place().links.places, what)) : "";
    setAttribute(canvas, "aria-label", words || LABEL);
    setText(said, words);
  }

  function nudge(direction) {
    cards.nudge(store.hover, direction);
  }

  /** Arrows change the link under the pointer wherever the focus is, unless it is where arrows mean something. */
  function nudgeHovered(event) {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction || store.hover?.type !== "link" || event.composedPath()[0].matches?.("input, select, textarea, canvas")) return;
    event.preventDefault();
    nudge(direction);
  }

  /** The inputs of a neuron, the strongest first. */
  function incoming(column, unit) {
    return strongest(store.scene, place().links.places, store.arrays.get("network/weights") ?? [], column, unit).terms;
  }

  return {
    get keyed() {
      return keyed;
    },
    /** After a new scene: the keyboard stays where it was. */
    renew() {
      if (keyed && canvas.getRootNode().activeElement === canvas) keys.show();
    },
    /** After a field has closed: back to the canvas, or away when the pointer is elsewhere. */
    released() {
      if (keyed) canvas.focus();
      else if (!host.matches(":hover")) store.setHover(null);
    },
    destroy: () => removeEventListener("keydown", nudgeHovered),
  };
}

/** Words for those who listen. */
function spoken(host) {
  const made = document.createElement("p");
  made.className = "spoken";
  made.setAttribute("aria-live", "polite");
  host.append(made);
  return made;
}
