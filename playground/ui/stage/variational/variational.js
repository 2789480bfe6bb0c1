// The variational lab's parts: encoder and decoder on one ground, the latent map between them, the picture again, and panels below.
import { createBlocks } from "../vision/blocks.js";
import { createAgain } from "./again.js";
import { place } from "./layout.js";
import { createMap } from "./map.js";
import { createNumbers } from "./numbers.js";
import { createPanels } from "./panels.js";
import { createSpots } from "./spots.js";

export { caption } from "./caption.js";
export { subject } from "../vision/subject.js";

/** What is drawn by its size. */
export const sized = [".pan", ".panel.left", ".panel.right"];

export const parts = (root, store, send) => {
  const host = root.querySelector(".net"), spots = createSpots(root, store), panels = createPanels(root, store, send);
  return [
    createBlocks(host, store, send, place, [spots.piece]), createMap(host, store, send, spots, panels), createAgain(host, store, send, spots),
    panels, createNumbers(root, store, send),
  ];
};
