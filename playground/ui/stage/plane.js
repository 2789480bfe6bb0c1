// The plane lab's parts: the network between data and surface.
import { DataPicker } from "./data.js";
import { createNetwork } from "./network/network.js";
import { Surface } from "./surface.js";

export { caption } from "./caption.js";
export { subject } from "./network/subject.js";

/** What is drawn by its size. */
export const sized = [".net", ".surface", ".thumbs"];

/** `api()` is the component's newest. */
export const parts = (root, store, send, api) => [
  createNetwork(root.querySelector(".net"), store, send),
  new Surface(root, store, send),
  new DataPicker(root, store, send, () => api().setTriggerValue("upload", Date.now())),
];
