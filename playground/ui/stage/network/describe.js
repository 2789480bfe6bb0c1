// What the numbers of a neuron, a link or a feature say: rows and a formula for the card, a sentence for those who listen.
import { escape, number, tiny } from "../format.js";
import { onFeatures, outputNames } from "./layout.js";

const OP = s => `<span class="op">${s}</span>`;
const signed = v => `<b class="${v < 0 ? "n" : "p"}">${number(v)}</b>`;

/**
 * Where what is hovered has its number: weight of a link, bias of a neuron. Null for features, and where the weights are no matrix.
 * @returns {{name: string, index: number[], place: number}|null} name and real indices for the run, place in network/weights.
 */
export function parameter(scene, places, hover) {
  if (!hover || hover.type === "feature" || hover.column === 0 || scene.columns[hover.column].matrix === false) return null;
  const column = scene.columns[hover.column], { weight, bias, units } = places[hover.column];
  if (hover.type !== "link") return { name: `${column.name}/bias`, index: [column.shown[hover.unit]], place: bias + hover.unit };
  const source = scene.columns[column.from].shown?.[hover.from] ?? hover.from;
  return { name: `${column.name}/weight`, index: [source, column.shown[hover.to]], place: weight + hover.from * units + hover.to };
}

/**
 * The card of what is hovered.
 * @returns {{title, aside, rows: {label, value, kind, editable}[], math: string, hint: string}} title and math are HTML.
 */
export function describe(store, places, hover) {
  const { scene, arrays } = store;
  if (hover.type === "feature") return describeFeature(scene.features[hover.unit]);
  if (hover.column === 0) return describeFeature(scene.features[onFeatures(scene)[hover.unit]]);
  const place = parameter(scene, places, hover)?.place;
  const value = arrays.get("network/weights")?.[place], gradient = arrays.get("network/gradients")?.[place];
  return hover.type === "link" ? describeLink(scene, hover, value, gradient) : describeNeuron(store, places, hover, value, gradient);
}

function describeFeature(feature) {
  const range = [["lowest", feature.lowest], ["highest", feature.highest]].filter(([, v]) => v != null);
  const hint = feature.locked ? "The last feature stays on." : `Click to switch it ${feature.on ? "off" : "on"}.`;
  return {
    title: escape(feature.label), aside: feature.aside ?? `feature · ${feature.on ? "on" : "off"}`, math: "", hint: feature.hint ?? hint,
    rows: range.map(([label, v]) => ({ label, value: number(v) })),
  };
}

function describeLink(scene, { column, from, to }, value, gradient) {
  return {
    title: `${neuron(scene, scene.columns[column].from, from, true)} → ${neuron(scene, column, to, true)}`,
    aside: "weight", math: "", hint: "Click to edit. Arrow keys change it by 0.1.",
    rows: [{ label: "w", value: number(value, 3), editable: true }, { label: "∂L/∂w", value: tiny(gradient), kind: "g" }],
  };
}

/** A neuron's short name: h with its number (and its layer's), a feature's label, an output's class, or what its column calls it. */
function neuron(scene, c, unit, layer) {
  const column = scene.columns[c];
  if (c === 0) return escape(scene.features[onFeatures(scene)[unit]].label);
  if (column.names) return escape(column.names[unit]);
  if (c === scene.columns.length - 1) return column.units > 1 ? escape(outputNames(scene)[unit]) : "head";
  return `h<sub>${layer ? `${c},` : ""}${column.shown[unit] + 1}</sub>`;
}

function describeNeuron(store, places, hover, bias, gradient) {
  const { scene, arrays } = store, { column: c, unit } = hover, column = scene.columns[c];
  const mean = arrays.get("network/means")?.[places[c].unit + unit], flat = arrays.get("network/saturation")?.[places[c].unit + unit];
  const rows = bias === undefined ? [] : [{ label: "bias", value: number(bias, 3), editable: true }];
  if (flat !== undefined) rows.push({ label: "saturated", value: `${number(flat * 100, 0)} %` });
  if (mean !== undefined) rows.push({ label: "mean", value: number(mean) });
  if (gradient !== undefined) rows.push({ label: "∂L/∂b", value: tiny(gradient), kind: "g" });
  const hint = bias === undefined ? "" : "Click to edit the bias.";
  return { title: titleOf(scene, c, unit), aside: escape(signOf(column)), rows, math: formula(store, places, c, unit), hint };
}

function titleOf(scene, c, unit) {
  const column = scene.columns[c], title = escape(column.title);
  if (column.names) return column.units > 1 ? `${title}, ${escape(column.names[unit])}` : title;
  if (c < scene.columns.length - 1) return `${title}, neuron ${column.shown[unit] + 1}`;
  return column.units > 1 ? `${title}, ${escape(outputNames(scene)[unit])}` : title;
}

/** How an activation is written: its symbol, or its title where it has none. */
export const signOf = column => column.activation?.symbol || column.activation?.title || "";

/** a = tanh(0.72 h₃ + −0.64 h₁ + … + 0.16): the activation of the sum of the two strongest terms, the rest, and the bias. */
export function formula(store, places, c, unit) {
  const { scene, arrays } = store, weights = arrays.get("network/weights");
  if (!weights || !places[c].inputs) return "";
  const { column, from, terms } = strongest(scene, places, weights, c, unit);
  const parts = terms.slice(0, 2).map(i => `${signed(weights[places[c].weight + i * places[c].units + unit])} ${neuron(scene, from, i)}`);
  const sum = [...parts, ...(terms.length > 2 ? ["…"] : []), signed(weights[places[c].bias + unit])].join(OP("+"));
  const [left, f] = sides(scene, c, column, unit);
  return `${left}${OP("=")}${f ? `${f}(${sum})` : sum}`;
}

/** Inputs of a neuron, the strongest weight first. */
export function strongest(scene, places, weights, c, unit) {
  const column = scene.columns[c], { weight, inputs, units } = places[c], size = i => Math.abs(weights[weight + i * units + unit]);
  return { column, from: column.from, terms: Array.from({ length: inputs }, (_, i) => i).sort((a, b) => size(b) - size(a)) };
}

/** The letter for what a column gives, and the sign of its function: probabilities, logits, values, activations. */
function sides(scene, c, column, unit) {
  const kind = column.activation?.kind;
  if (column.names) return [escape(column.names[unit]), escape(column.activation?.symbol ?? "")];
  if (c < scene.columns.length - 1) return ["a", escape(column.activation?.symbol ?? "")];
  return { sigmoid: ["p", "σ"], softmax: ["z", ""] }[kind] ?? ["y", ""];
}

/** The same as one sentence of plain words. */
export function sentence({ title, aside, rows }) {
  const words = title.replace(/<[^>]*>/g, "").replace("→", "to").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  return `${words}, ${aside}. ${rows.map(row => `${row.label.replace("∂L/∂", "gradient of ")} ${row.value}`).join(", ")}`;
}
