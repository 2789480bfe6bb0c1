// Numbers and icons as text.

const MINUS = "\u2212", THIN = "\u202f";

/** A number with fixed digits and a true minus; "NaN", "∞" and "−∞" where it is none. */
export function number(value, digits = 2) {
  if (Number.isNaN(value) || value == null) return "NaN";
  const size = Number.isFinite(value) ? Math.abs(value).toFixed(digits) : "∞";
  return value < 0 && Number(size) !== 0 ? MINUS + size : size;
}

/** A gradient: two significant digits, below 0.001 as 4e−4. */
export function tiny(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return number(value, 2);
  if (size < 0.00095) return value.toExponential(0).replace(/-/g, MINUS);
  return number(value, size < 0.0095 ? 4 : size < 0.095 ? 3 : 2);
}

/** A loss: three digits, and powers of ten where those say nothing. */
export function loss(value) {
  if (!Number.isFinite(value)) return number(value);
  if (value >= 1e5) return value.toExponential(1).replace("e+", "e");
  return number(value, value >= 100 ? 1 : 3);
}

/** A whole number with thin spaces at the thousands. */
export const thousands = value => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN).replace("-", MINUS);

/** A count in three significant digits: 950, 12.3 k, 1.25 M. */
export function compact(value) {
  if (value < 1e3) return thousands(value);
  const [size, unit] = value < 1e6 ? [value / 1e3, "k"] : value < 1e9 ? [value / 1e6, "M"] : [value / 1e9, "G"];
  return size.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0) + THIN + unit;
}

/** A size in memory: 640 bytes, 12.3 kB, 1.25 MB. */
export function bytes(value) {
  return value < 1e3 ? `${value} bytes` : compact(value).replace("k", "kB").replace("M", "MB").replace("G", "GB");
}

/** A share as per cent with one digit. */
export const percent = value => (value * 100).toFixed(1) + THIN + "%";

/** A time in microseconds with its fitting unit. */
export function duration(micros) {
  if (micros < 1000) return `${micros.toFixed(micros < 10 ? 1 : 0)} µs`;
  return micros < 1e6 ? `${(micros / 1000).toFixed(micros < 1e4 ? 1 : 0)} ms` : `${(micros / 1e6).toFixed(1)} s`;
}

/** Text made safe inside HTML. */
export const escape = string => String(string).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

/** Paths on a grid of 20, strokes of 1.6 with round ends. */
const PATHS = {
  restart: "M4.5 10a5.5 5.5 0 1 0 2-4.2M4.3 3.6v3.2h3.2",
  dice: "M6.6 3.9h6.8a2.7 2.7 0 0 1 2.7 2.7v6.8a2.7 2.7 0 0 1-2.7 2.7H6.6a2.7 2.7 0 0 1-2.7-2.7V6.6a2.7 2.7 0 0 1 2.7-2.7zM7.4 7.4v.01M12.6 12.6v.01M12.6 7.4v.01M7.4 12.6v.01M10 10v.01",
  step: "M5 4.5v11l7-5.5zM15 4.5v11",
  play: "M6.5 4.2v11.6L15.8 10z",
  pause: "M6.6 4.5v11M13.4 4.5v11",
  down: "M5.5 8l4.5 4.5L14.5 8",
  plus: "M10 5v10M5 10h10",
  minus: "M5 10h10",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  brush: "M4 16c3 .4 4.5-.6 4.3-3 0-1.3-1-2-2-2-1.6 0-2 1.4-1.9 2.6 0 1.1-.4 1.9-.4 2.4zM8.6 11.2L15.5 3.7",
  eraser: "M8 15.5h8M4.5 12l6.3-6.3a1.5 1.5 0 0 1 2.1 0l2 2a1.5 1.5 0 0 1 0 2.1L9.5 15.2H7.3L4.5 12.6z",
  undo: "M7.5 4L4 7.5 7.5 11M4 7.5h7.5a4 4 0 0 1 0 8H8",
  bin: "M4.5 6h11M8 6V4.2h4V6M6 6l.6 9.8h6.8L14 6M8.8 8.8v4.2M11.2 8.8v4.2",
  upload: "M10 13V4.5M6.7 7.5L10 4.2l3.3 3.3M4.5 12.5v3h11v-3",
  keys: "M3 5.5h14v9H3zM6 8.3v.01M9 8.3v.01M12 8.3v.01M14.5 8.3v.01M6.5 11.7h7",
  dots: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l1-1",
};

/** An icon as SVG text, drawn in the colour of the words around it. */
export const icon = (name, size = 20) =>
  `<svg class="i i-${name}" width="${size}" height="${size}" viewBox="0 0 20 20" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
