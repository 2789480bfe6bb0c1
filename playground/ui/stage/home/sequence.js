// The sequence lab in small: one gate and one state of the last recurrent layer over the newest steps, and what is read below.
import { fillRound, frame, text } from "../canvas.js";
import { loss, number, percent } from "../format.js";
import { readSymbols } from "../sequence/reading.js";
import { recurrent } from "../sequence/layout.js";
import { Sheet } from "../sequence/sheet.js";
import { sign } from "../sequence/symbols.js";
import { telling } from "../sequence/values.js";
import { theme } from "../theme.js";

const MARGIN = 22, GAP = 9, UNITS = 10, STEPS = 34, WRITTEN = 34, CELL_GAP = 1;

export function createSequence() {
  let sheets = null, revision = null;

  /** The newest steps of a gate or state, drawn as cells. */
  function band(context, sheet, { x, y, width, height, pitch }, values, units, range, read) {
    sheet.write(values.subarray(Math.max(0, read - sheet.steps) * units), units, range, 1, 0, Math.min(read, sheet.steps));
    fillRound(context, x, y, width, height, 0, theme.sunk);
    context.imageSmoothingEnabled = false;
    sheet.draw(context, x, y, width, height);
    context.fillStyle = theme.raised;
    for (let t = 1; t < sheet.steps; t++) context.fillRect(x + t * pitch - CELL_GAP, y, CELL_GAP, height);
    for (let k = 1; k < sheet.rows; k++) context.fillRect(x, y + (k * height) / sheet.rows - CELL_GAP, width, CELL_GAP);
  }

  return {
    draw(context, width, height, store) {
      const { scene, arrays } = store, c = scene.columns.findLastIndex(recurrent), column = scene.columns[c], units = column.shown.length;
      const steps = Math.min(STEPS, scene.sequence.steps), rows = Math.min(UNITS, units);
      if (revision !== scene.revision) sheets = [0, 1].map(() => new Sheet(steps, rows));
      revision = scene.revision;
      const gate = column.gates[0], names = gate.name === "hidden" ? ["hidden"] : [gate.name, telling(column)], high = height - 2 * MARGIN - WRITTEN;
      const pitch = (width - 2 * MARGIN) / steps, each = (high - GAP * (names.length - 1)) / names.length;
      const read = arrays.get(`sequence/states/${c}/${names[0]}`).length / units;
      names.forEach((name, k) => {
        const box = { x: MARGIN, y: MARGIN + k * (each + GAP), width: pitch * steps, height: each, pitch };
        band(context, sheets[k], box, arrays.get(`sequence/states/${c}/${name}`), units, name === gate.name ? gate.range : "signed", read);
      });
      const last = Math.min(read, steps) - 1;
      frame(context, MARGIN + last * pitch - 2, MARGIN - 4, pitch + 3, high + 8, 2, theme.ink, 1.5);
      (readSymbols(store) ?? []).slice(-steps).forEach((symbol, t) => {
        const look = { size: Math.min(14, pitch * 1.5), weight: t === last ? 600 : 400, fill: theme.ink, align: "center" };
        text(context, sign(symbol), MARGIN + (t + 0.5) * pitch, height - MARGIN - 4, look);
      });
    },
    says({ frame: { scores, test } }) {
      if (scores?.["test/bits"] !== undefined) return `${number(scores["test/bits"])} bits`;
      if (scores?.["test/accuracy"] !== undefined) return `${percent(scores["test/accuracy"])} right`;
      return `loss ${loss(test)}`;
    },
  };
}
