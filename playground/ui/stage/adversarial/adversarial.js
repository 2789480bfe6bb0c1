// The adversarial lab's parts: two networks, and between them what they play for.
import { DataPicker } from "../data.js";
import { createNetwork } from "../network/network.js";
import { duel } from "./duel.js";
import { createLosses } from "./losses.js";
import { Meeting } from "./meeting.js";
import { createNoise } from "./noise.js";
import { createTitles } from "./titles.js";
import { Wall } from "./wall.js";

export { caption } from "./caption.js";

/** What is drawn by its size. */
export const sized = [".net", ".thumbs"];

export const parts = (root, store, send) => {
  const host = root.querySelector(".net"), middle = root.querySelector(".arena");
  const placed = [
    new Meeting(root, store, send), new Wall(root, store, send), createNoise(root, store, send), createLosses(root, store), createTitles(root, store),
  ];
  const arranged = layout => {
    stand(middle, layout);
    for (const part of placed) part.arrange(layout);
  };
  return [createNetwork(host, store, send, duel(arranged)), ...placed, new DataPicker(root, store, send, null, "real")];
};

/** Puts the plane where the layout has it. */
function stand(middle, { arena, losses, turned }) {
  Object.assign(middle.style, { left: `${arena.x}px`, top: `${arena.y}px`, width: `${arena.size}px` });
  const under = losses.generator.y + losses.generator.height - arena.y;
  middle.style.setProperty("--under", turned ? `${under}px` : "0");
}
