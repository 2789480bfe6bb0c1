// Slow motion of two networks in a sentence and a formula, with the numbers of the followed noise and the followed real example.
import { equal, op, plain, signed, slope, STEPS, sub } from "../caption.js";
import { escape, number } from "../format.js";
import { layout, phaseOf, turnOf } from "../store.js";
import { signOf } from "../network/describe.js";
import { isChance, RULES, verdictOf } from "./rules.js";

/** The present stage as [sentence, formula as HTML]; null outside of slow motion. */
export function caption(store) {
  const { stage, scene } = store;
  if (!stage || !store.arrays.has("network/weights")) return null;
  const places = layout(scene.columns), turn = turnOf(stage.segment), c = stage.column ?? scene.columns.length - 1;
  const it = { store, scene, places, turn, c, column: scene.columns[c], place: places[c], ...verdictsOf(store) };
  return BY_PHASE[phaseOf(stage.segment)](it);
}

/** Verdicts on the followed examples: x of the real one, g of the generated one; NaN where the turn has not come to it. */
function verdictsOf({ slow: { scores }, scene: { adversarial } }) {
  const read = sum => (sum == null ? NaN : verdictOf(adversarial.loss, sum)), { real, generated } = scores ?? {};
  return { x: read(real), g: read(generated) };
}

const known = (...values) => values.every(Number.isFinite);

/** The shown value of a unit of a column, NaN while the pass has not reached it. */
function valueOf({ store, places }, c, unit) {
  const values = store.arrays.get("slow/values");
  return values?.[c === 0 ? unit : places[0].units + places[c].unit + unit] ?? NaN;
}

const point = values => (known(...values) ? `(${values.map(v => signed(v)).join(", ")})` : "…");

// ---------------------------------------------------------------- forward

function forward(it) {
  const { column, turn } = it, learns = turn === "discriminator" ? "The discriminator's turn." : "The generator's turn.";
  if (column.player === "sample") return [`${learns} Noise becomes a sample.`, made(it)];
  if (column.player === "verdict") return [`${learns} Its verdict${turn === "discriminator" ? " on both" : ""}.`, judged(it)];
  return [`${learns} Forward into ${escape(column.title.toLowerCase())}.`, summed(it)];
}

/** z, and the point that the generator makes of it. */
function made(it) {
  const { scene, places, c } = it, z = [0, 1].map(k => valueOf(it, 0, k));
  if (scene.adversarial.data !== "plane" || scene.adversarial.noise !== 2) return "x̂" + op("=") + "G(z)";
  return equal("x̂", `G(z)`, `G${point(z)}`, point(Array.from({ length: places[c].units }, (_, k) => valueOf(it, c, k))));
}

function judged({ scene, turn, x, g, store }) {
  const { scores } = store.slow, chance = isChance(scene.adversarial.loss), generated = verdict("D(G(z))", scores?.generated, g, chance);
  return turn === "discriminator" ? `${verdict("D(x)", scores?.real, x, chance)}${op(",")} ${generated}` : generated;
}

function verdict(name, sum, v, chance) {
  if (!chance) return equal(name, known(v) ? signed(v) : "…");
  return known(v) ? equal(name, `σ(${signed(sum)})`, plain(v)) : equal(name, "σ(…)");
}

/** The value of the unit hovered last, or else the largest, as the activation of the sum of its two strongest terms and the bias. */
function summed(it) {
  const { store: { mark, arrays }, c, column, place } = it, weights = arrays.get("network/weights");
  const strongest = () => largest(place.units, k => Math.abs(valueOf(it, c, k)));
  const unit = mark.column === c ? Math.min(mark.unit, place.units - 1) : strongest(), value = valueOf(it, c, unit), symbol = escape(signOf(column));
  if (!place.inputs) return equal(`a${sub(unit)}`, signed(value));
  const terms = Array.from({ length: place.inputs }, (_, i) => [weights[place.weight + i * place.units + unit], valueOf(it, column.from, i)]);
  terms.sort((p, q) => Math.abs(q[0] * q[1]) - Math.abs(p[0] * p[1]));
  const written = terms.slice(0, 2).map(([w, a]) => signed(w) + op("·") + plain(a)), more = terms.length > 2 ? ["…"] : [];
  const sum = [...written, ...more, signed(weights[place.bias + unit])].join(op("+"));
  return equal(`a${sub(unit)}`, symbol ? `${symbol}(${sum})` : sum, signed(value));
}

// ---------------------------------------------------------------- loss and backward

function loss({ scene, turn, x, g }) {
  const { words, numbers, value } = RULES[scene.adversarial.loss][turn], ready = turn === "discriminator" ? known(x, g) : known(g);
  const sides = ready ? [numbers(x, g), plain(value(x, g), 3)] : [];
  return [`Loss of the ${turn}. ${WANTS[turn]}`, equal(`L${subscript(turn)}`, words, ...sides)];
}

const WANTS = { discriminator: "It wants D(x) high and D(G(z)) low.", generator: "It wants D(G(z)) high." };
const subscript = player => `<sub>${player === "discriminator" ? "D" : "G"}</sub>`;

function backward(it) {
  const { turn, column } = it, letter = `L${subscript(turn)}`;
  if (column.player === "verdict") return [`Backward from the ${turn}'s loss.`, first(it)];
  if (turn === "generator" && column.player === "discriminator")
    return [`Backward through ${escape(column.title.toLowerCase())}, which stands still.`, through(it, letter)];
  if (column.player === "sample") return ["Backward into the sample: where it is pulled.", pulled(it, letter)];
  return [`Backward through ${escape(column.title.toLowerCase())}.`, through(it, letter)];
}

/** The derivative by the discriminator's sum. */
function first({ scene, turn, x, g }) {
  const { slopes } = RULES[scene.adversarial.loss];
  const one = (name, [words, value], v) => equal(name, words, ...(known(v) ? [slope(value(v))] : []));
  if (turn === "generator") return one("δ", slopes.generator, g);
  return `${one("δ(x)", slopes.real, x)}${op(",")} ${one("δ(G(z))", slopes.generated, g)}`;
}

/** The strongest weight's gradient at the unit with the largest delta. */
function through({ store, c, place }, letter) {
  const deltas = store.arrays.get("slow/deltas"), gradients = store.arrays.get("network/gradients");
  const unit = largest(place.units, k => Math.abs(deltas?.[place.unit + k] ?? NaN)), delta = deltas?.[place.unit + unit];
  const said = equal(`δ${sub(unit)}`, `∂${letter}/∂s${sub(unit)}`, ...(known(delta) ? [slope(delta)] : []));
  if (!gradients || !place.inputs) return said;
  const i = largest(place.inputs, k => Math.abs(gradients[place.weight + k * place.units + unit]));
  return `${said}${op(",")} ${equal(`∂${letter}/∂w${sub(i, unit)}`, slope(gradients[place.weight + i * place.units + unit]))}`;
}

function pulled({ store, place }, letter) {
  const deltas = store.arrays.get("slow/deltas"), own = [0, 1].map(k => deltas?.[place.unit + k] ?? NaN);
  return equal(`−∂${letter}/∂x̂`, known(...own) ? `(${own.map(v => slope(-v)).join(", ")})` : "…");
}

function largest(count, size) {
  let best = 0;
  for (let k = 1; k < count; k++) if (size(k) > size(best)) best = k;
  return best;
}

// ---------------------------------------------------------------- update

/** The optimizer's formula with the weight that moves most. */
function update(it) {
  const { scene: { adversarial: { clip, optimizers } }, turn } = it, discriminates = turn === "discriminator";
  const still = discriminates ? "generator" : "discriminator", moved = taken(it, optimizers[turn]);
  const said = `Update of the ${turn}, ${escape(optimizers[turn].title)}; the ${still} stands still.`;
  return [said, discriminates && clip ? `${moved}${op(",")} |w| ≤ ${plain(clip)}` : moved];
}

function taken({ store: { arrays }, scene, turn, places }, { kind, learning_rate: rate }) {
  const before = arrays.get("slow/before"), after = arrays.get("network/weights"), head = `w${op("←")}w − ${STEPS[kind] ?? "η Δ"}`;
  const k = before ? farthest(before, after, scene, places, turn) : -1;
  if (k < 0 || !rate) return head;
  const step = `${plain(rate, rate < 0.01 ? 4 : 3)}${op("·")}<b class="g">${number((before[k] - after[k]) / rate)}</b>`;
  return equal(head, `${signed(before[k])}${op("−")}${step}`, signed(after[k]));
}

/** The place of the player's weight that has moved most, -1 where none has. */
function farthest(before, after, scene, places, turn) {
  const learns = [turn, { generator: "sample", discriminator: "verdict" }[turn]];
  let best = -1, most = 0;
  scene.columns.forEach(({ player }, c) => {
    if (!learns.includes(player)) return;
    const { weight, inputs, units } = places[c];
    for (let k = weight; k < weight + inputs * units; k++) {
      const moved = Math.abs(after[k] - before[k]);
      if (moved > most) [best, most] = [k, moved];
    }
  });
  return best;
}

const BY_PHASE = { forward, loss, backward, update };
