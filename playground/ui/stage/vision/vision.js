// The vision lab's parts: the picture on its pad, the blocks with their maps, what the network sees, what it confuses.
import { createBeam } from "./beam.js";
import { Bars } from "./bars.js";
import { Confusion } from "./confusion.js";
import { createBlocks } from "./blocks.js";
import { place } from "./layout.js";
import { createLens } from "./lens.js";

export { caption } from "./caption.js";
export { subject } from "./subject.js";

/** What is drawn by its size. */
export const sized = [".pan", ".lens", ".bars", ".confusion > div"];

export const parts = (root, store, send) => {
  const host = root.querySelector(".net");
  return [
    createBlocks(host, store, send, place, [createBeam]), createLens(host.querySelector(".lens"), store), new Bars(root, store), new Confusion(root, store, send),
  ];
};
