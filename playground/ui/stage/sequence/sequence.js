// The sequence lab's parts: the unrolled network, what it holds likely, the cell at hand, and the text, symbols or series it is about.
import { Ahead } from "./ahead.js";
import { Bars } from "./bars.js";
import { Cell } from "./cell.js";
import { Forecast } from "./forecast.js";
import { Manner } from "./manner.js";
import { Samples } from "./samples.js";
import { createUnrolled } from "./unrolled.js";
import { Writing } from "./writing.js";

export { caption } from "./caption.js";

/** What is drawn by its size. */
export const sized = [".net", ".pan", ".next", ".ahead", ".cell", ".strips"];

export const parts = (root, store, send) => {
  const manner = new Manner(() => writing.remanner()), writing = new Writing(root, store, send, manner);
  const strips = [writing, new Samples(root, store, send), new Forecast(root, store, send)];
  return [...strips, new Bars(root, store, manner), new Ahead(root, store), new Cell(root, store), createUnrolled(root.querySelector(".net"), store, send)];
};
