// Colours and fonts. Paper, ink and font are the page's own (`--st-*`); colours that mean something are ours, in a light and a dark list.

const LIGHT = {
  paper: "#fbfbfa", raised: "#ffffff", sunk: "#f1f2f1", line: "#e3e6e8", line2: "#c4cad0",
  ink: "#1d232b", ink2: "#4f5965", ink3: "#69727d",
  neg: "#f59322", zero: "#e8eaeb", pos: "#0877bd", negInk: "#a65300", posInk: "#0a68a6",
  grad: "#c2187b", gate: "#0b6e6a", halo: "#ffffff",
  layers: ["#0f8078", "#6b55cf", "#5f7d17", "#8d6a35"],
  classes: ["#0877bd", "#f59322", "#5cc6bd", "#ac5377", "#1d232b", "#f6ec4f"],
  surface: ["#fac183", "#f3f4f3", "#7db8de"],
  real: "#12866f", fake: "#8a4fc4", judge: ["#cbb0ea", "#f5f5f4", "#8fd0ba"],
};
const DARK = {
  paper: "#14171c", raised: "#1a1e24", sunk: "#1d2127", line: "#2a3038", line2: "#475059",
  ink: "#e6e9ed", ink2: "#aab3be", ink3: "#87919d",
  neg: "#ffa03a", zero: "#2a3038", pos: "#3b9fe6", negInk: "#ffab52", posInk: "#5cb3f2",
  grad: "#ff62b2", gate: "#4fd0c2", halo: "#0e1014",
  layers: ["#3cc2b4", "#a796ff", "#a6c74f", "#d3aa69"],
  classes: ["#3b9fe6", "#ffa03a", "#2a7a53", "#9a52e8", "#b9c2cc", "#fff59a"],
  surface: ["#b8742b", "#2a3038", "#2b73a8"],
  real: "#3ac79c", fake: "#b98af0", judge: ["#6d4a9c", "#20252c", "#23795f"],
};
const SANS = '"Source Sans", system-ui, sans-serif';
const SERIF = '"Source Serif", Georgia, serif';

/** The colours in force; one object for the life of the page, rewritten by `readTheme`. `version` counts the changes. */
export const theme = {
  ...LIGHT, dark: false, sans: SANS, version: 0,
  /** The colour of a hidden column (1, 2, ...): four, then again. */
  layer: column => theme.layers[(column - 1) % theme.layers.length],
  /** The colour of a class. Of two classes the second is the positive one, blue, as on the scale of values. */
  classOf: (index, count) => theme.classes[(count === 2 ? 1 - index : index) % theme.classes.length],
};

/** The scales in force, each made by `ramp`: value, surface, judge (from generated to real), gate, grad, picture, and `classes`, one for each class colour. */
export const scales = {};

/** Colours of a text (#rgb, #rrggbb, rgb()) as [red, green, blue] in 0..1; undefined when it is none of these. */
export function parse(colour) {
  const hex = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(colour.trim());
  if (hex) return [0, 1, 2].map(k => parseInt(hex[1] ? hex[1][k] + hex[1][k] : hex[2].slice(2 * k, 2 * k + 2), 16) / 255);
  const rgb = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(colour.trim());
  return rgb ? rgb.slice(1, 4).map(v => v / 255) : undefined;
}

const toLinear = c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const toSrgb = c => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

/** sRGB in 0..1 to OKLab (Ottosson 2020). */
export function oklab(rgb) {
  const [r, g, b] = rgb.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab to sRGB bytes, clipped to what a screen shows. */
export function srgb([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(c => Math.round(255 * Math.min(1, Math.max(0, toSrgb(Math.min(1, Math.max(0, c)))))));
}

/**
 * A scale through the stops, mixed in OKLab so that equal steps look equal. `words` and `css` have 255 shades, as the codes
 * 0..254 of a frame's fields; the last word, of the code 255, is transparent: not a number has a pattern, never a colour.
 */
export function ramp(stops) {
  const labs = stops.map(stop => oklab(parse(stop)));
  const words = new Uint32Array(256), css = [];
  for (let i = 0; i < 255; i++) {
    const x = (i / 254) * (labs.length - 1), k = Math.min(labs.length - 2, Math.floor(x));
    const [r, g, b] = srgb(labs[k].map((v, n) => v + (labs[k + 1][n] - v) * (x - k)));
    words[i] = (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
    css[i] = `rgb(${r},${g},${b})`;
  }
  const shade = x => css[Math.round(254 * Math.min(1, Math.max(0, x)))];
  return { words, css, signed: v => shade((v + 1) / 2), unit: shade };
}

/** The same colour, `share` opaque. */
export function alpha(colour, share) {
  return `rgba(${parse(colour).map(v => Math.round(255 * v)).join(",")},${share})`;
}

/** Relative luminance (WCAG), 0 black .. 1 white. */
export function luminance(colour) {
  const [r, g, b] = parse(colour).map(toLinear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** A class's own end of the large picture: paler than its points, as the ends of the surface's scale are. */
function pale(colour) {
  const from = oklab(parse(theme.surface[1])), to = oklab(parse(colour)), share = theme.dark ? 0.7 : 0.6;
  return `rgb(${srgb(from.map((v, k) => v + (to[k] - v) * share)).join(",")})`;
}

/** Reads the page's colours at `element` and writes all tokens on it as CSS variables. True when something changed. */
export function readTheme(element) {
  const style = getComputedStyle(element), given = name => style.getPropertyValue(name).trim();
  const paper = parse(given("--st-background-color")) ? given("--st-background-color") : LIGHT.paper;
  const dark = luminance(paper) < 0.25, list = dark ? DARK : LIGHT;
  const ink = parse(given("--st-text-color")) ? given("--st-text-color") : list.ink;
  const sans = given("--st-font") || SANS, key = [paper, ink, sans].join();
  if (element.dataset.theme === key && theme.key === key) return false;
  Object.assign(theme, list, { paper, ink, sans, dark, key, version: theme.version + 1 });
  makeScales();
  writeTokens(element, key);
  return true;
}

function makeScales() {
  scales.value = ramp([theme.neg, theme.zero, theme.pos]);
  scales.surface = ramp(theme.surface);
  scales.judge = ramp(theme.judge);
  scales.gate = ramp([theme.raised, theme.gate]);
  scales.grad = ramp([theme.raised, theme.grad]);
  scales.picture = ramp([theme.raised, theme.ink]);
  scales.classes = theme.classes.map(colour => ramp([theme.surface[1], pale(colour)]));
}

function writeTokens(element, key) {
  for (const name of ["paper", "raised", "sunk", "line", "ink", "neg", "zero", "pos", "grad", "gate", "halo", "real", "fake", "sans"])
    element.style.setProperty(`--${name}`, theme[name]);
  for (const [name, css] of [["line2", "line-2"], ["ink2", "ink-2"], ["ink3", "ink-3"], ["negInk", "neg-ink"], ["posInk", "pos-ink"]])
    element.style.setProperty(`--${css}`, theme[name]);
  ["fake", "zero", "real"].forEach((name, k) => element.style.setProperty(`--judge-${name}`, theme.judge[k]));
  theme.layers.forEach((colour, k) => element.style.setProperty(`--l${k + 1}`, colour));
  theme.classes.forEach((colour, k) => element.style.setProperty(`--c${k + 1}`, colour));
  element.style.setProperty("--serif", SERIF);
  element.classList.toggle("dark", theme.dark);
  element.dataset.theme = key;
}

/** Canvas font of the interface's face, `px` high. */
export const font = (px, weight = 400) => `${weight} ${px}px ${theme.sans}`;

/** Canvas font of formulas' letters. */
export const serif = px => `italic 400 ${px}px ${SERIF}`;

const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** True when the person asked the system for less motion. */
export const still = () => calm?.matches ?? false;
