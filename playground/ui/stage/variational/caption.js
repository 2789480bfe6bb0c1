// Slow motion in a sentence and a formula with the numbers of the followed picture: encode, sample, decode, both parts of the loss, and back.
import { equal, op, plain, signed, slope, sub, sum } from "../caption.js";
import { brightest } from "../vision/attention.js";
import { caption as ofBlocks } from "../vision/caption.js";
import { gradientsOf, mapsOf } from "../vision/values.js";

/** The present stage as [sentence, formula as HTML]; null outside of slow motion. */
export function caption(store) {
  const { stage, scene } = store;
  if (!stage) return null;
  if (stage.segment === "loss") return loss(store);
  const c = stage.column, kind = stage.segment === "update" ? "update" : scene.columns[c].kind, forward = stage.segment === "forward";
  if (OWN[kind]) return OWN[kind][forward ? 0 : 1](store, c, store.frame.latent?.axes[0] ?? 0);
  const said = ofBlocks(store);
  return forward && said ? [said[0].replace("Forward", c < codeOf(scene) ? "Encode" : "Decode"), said[1]] : said;
}

/** The first of the code's columns. */
const codeOf = scene => scene.columns.findIndex(({ kind }) => kind === "code");

const OWN = {
  code: [
    (store, c, k) => {
      const cloudy = store.scene.variational.kind === "variational", value = mapsOf(store, c)?.[k], name = `${cloudy ? "μ" : "z"}${sub(k)}`;
      return [cloudy ? "Encode to the cloud's middle." : "Encode to the code.", equal(name, `Σ w${op("·")}a${op("+")}b`, ...(known(value) ? [signed(value)] : []))];
    },
    (store, c, k) => {
      const value = gradientsOf(store, c)?.[k], cloudy = store.scene.variational.kind === "variational";
      const name = `∂L/∂${cloudy ? "μ" : "z"}${sub(k)}`, whole = cloudy ? [`∂L/∂z${sub(k)}${op("+")}β${op("·")}μ${sub(k)}`] : [];
      return [cloudy ? "Backward through the cloud's middle." : "Backward through the code.", equal(name, ...whole, ...(known(value) ? [slope(value)] : []))];
    },
  ],
  sample: [
    (store, c, k) => {
      const { z, epsilon, log_variance: spread } = store.frame.sampled ?? {}, mean = mapsOf(store, c - 1)?.[k];
      const formula = `μ${sub(k)}${op("+")}σ${sub(k)}${op("·")}ε${sub(k)}`;
      if (!z) return ["Sample a place of the cloud.", equal(`z${sub(k)}`, formula)];
      const deviation = plain(Math.exp(spread[k] / 2)), drawn = `${signed(mean)}${op("+")}${deviation}${op("·")}${signed(epsilon[k])}`;
      return ["Sample a place of the cloud.", equal(`z${sub(k)}`, formula, drawn, signed(z[k]))];
    },
    (store, c, k) => {
      const value = store.frame.sampled?.log_variance_gradient?.[k], at = gradientsOf(store, c)?.[k];
      const dz = known(at) ? `${op(",")} ${equal(`∂L/∂z${sub(k)}`, slope(at))}` : "";
      const formula = sum([`∂L/∂z${sub(k)}${op("·")}½ σ${sub(k)} ε${sub(k)}`, `½ β (σ${sub(k)}<sup>2</sup> − 1)`]);
      return ["Backward through the sample.", equal(`∂L/∂ ln σ${sub(k)}<sup>2</sup>`, formula, ...(known(value) ? [slope(value)] : [])) + dz];
    },
  ],
  head: [
    (store, c) => {
      const values = mapsOf(store, c), spot = known(values?.[0]) ? brightest({ shape: [values.length] }, values).unit : null;
      return ["Decode to the picture.", equal("p", "σ(Σ w a + b)", ...(spot === null ? [] : [`${plain(values[spot])} at its brightest pixel`]))];
    },
    (store, c) => {
      const values = gradientsOf(store, c), squared = store.scene.variational.reconstruction === "squared_error";
      const most = known(values?.[0]) ? [slope(values[brightest({ shape: [values.length] }, values).unit])] : [];
      return ["Backward from the loss.", `${equal("∂L/∂s", squared ? "(p − x) p (1 − p)" : "p − x", ...most)} at the pixel that is farthest off`];
    },
  ],
};

const known = value => value !== undefined && !Number.isNaN(value);

const DISTANCE = { cross_entropy: "−Σ (x ln p + (1 − x) ln (1 − p))", squared_error: "½ Σ (p − x)<sup>2</sup>" };

/** Both parts of the loss, and their sum. */
function loss({ scene: { variational }, frame, slow }) {
  const apart = DISTANCE[variational.reconstruction], { reconstruction, kl } = frame.sampled ?? {};
  if (variational.kind !== "variational") return ["Loss of this picture.", equal("L", apart, plain(slow.loss, 1))];
  const formula = `${apart}${op("+")}β${op("·")}½ Σ (μ<sup>2</sup> + σ<sup>2</sup> − 1 − ln σ<sup>2</sup>)`;
  if (reconstruction === undefined) return ["Loss of this picture.", equal("L", formula)];
  return ["Loss of this picture.", equal("L", formula, `${plain(reconstruction, 1)}${op("+")}${plain(variational.beta, 1)}${op("·")}${plain(kl)}`, plain(slow.loss, 1))];
}
