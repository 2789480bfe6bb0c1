// The rules of the game by loss: formulas and numbers of both players, of a followed real and a followed generated example.
import { op, plain, signed } from "../caption.js";
import { sigmoid } from "../picture.js";

/** D is a chance where the loss wants one, else the discriminator's bare score. */
const CHANCE = new Set(["minimax", "non_saturating"]);
export const isChance = loss => CHANCE.has(loss);

/** The discriminator's verdict from its sum: the chance it gives to "real", or the score as it is. */
export const verdictOf = (loss, sum) => (isChance(loss) ? sigmoid(sum) : sum);

const ln = v => `ln ${plain(v)}`;
const squared = (v, from) => `(${signed(v)}${from ? `${op("−")}1` : ""})<sup>2</sup>`;
const hinged = (v, sign) => `max(0, 1 ${op(sign)} ${signed(v)})`;

/** Minus a number, in brackets where that is negative itself. */
const less = v => (v < 0 ? `−(${signed(v)})` : `−${signed(v)}`);
const HALF = `<b>½</b>`;
const halves = (a, b) => `${HALF} (${a}${b})`;
const crossEntropy = {
  words: "½ (−ln D(x) − ln(1 − D(G(z))))",
  numbers: (x, g) => halves(`−${ln(x)}${op("−")}`, ln(1 - g)), value: (x, g) => (-Math.log(x) - Math.log(1 - g)) / 2,
};

/**
 * What each player pays, {words, numbers(x, g), value(x, g)}, where x and g are the verdicts on a real and a generated example: the
 * discriminator the mean over both, as the run takes it, the generator for its own. `slopes` are the derivatives of an example's own loss
 * by the discriminator's sum: [words, value(verdict)].
 */
export const RULES = {
  minimax: {
    discriminator: crossEntropy,
    generator: { words: "ln(1 − D(G(z)))", numbers: (_, g) => ln(1 - g), value: (_, g) => Math.log(1 - g) },
    slopes: { real: ["D(x) − 1", x => x - 1], generated: ["D(G(z))", g => g], generator: ["−D(G(z))", g => -g] },
  },
  non_saturating: {
    discriminator: crossEntropy,
    generator: { words: "−ln D(G(z))", numbers: (_, g) => `−${ln(g)}`, value: (_, g) => -Math.log(g) },
    slopes: { real: ["D(x) − 1", x => x - 1], generated: ["D(G(z))", g => g], generator: ["D(G(z)) − 1", g => g - 1] },
  },
  least_squares: {
    discriminator: {
      words: "½ ((D(x) − 1)<sup>2</sup> + D(G(z))<sup>2</sup>)",
      numbers: (x, g) => halves(`${squared(x, true)}${op("+")}`, squared(g)), value: (x, g) => ((x - 1) ** 2 + g ** 2) / 2,
    },
    generator: { words: "(D(G(z)) − 1)<sup>2</sup>", numbers: (_, g) => squared(g, true), value: (_, g) => (g - 1) ** 2 },
    slopes: { real: ["2 (D(x) − 1)", x => 2 * (x - 1)], generated: ["2 D(G(z))", g => 2 * g], generator: ["2 (D(G(z)) − 1)", g => 2 * (g - 1)] },
  },
  hinge: {
    discriminator: {
      words: "½ (max(0, 1 − D(x)) + max(0, 1 + D(G(z))))",
      numbers: (x, g) => halves(`${hinged(x, "−")}${op("+")}`, hinged(g, "+")), value: (x, g) => (Math.max(0, 1 - x) + Math.max(0, 1 + g)) / 2,
    },
    generator: { words: "−D(G(z))", numbers: (_, g) => less(g), value: (_, g) => -g },
    slopes: {
      real: ["−1 while D(x) &lt; 1", x => (x < 1 ? -1 : 0)], generated: ["1 while D(G(z)) &gt; −1", g => (g > -1 ? 1 : 0)],
      generator: ["−1", () => -1],
    },
  },
  wasserstein: {
    discriminator: {
      words: "½ (D(G(z)) − D(x))", numbers: (x, g) => halves(`${signed(g)} `, less(x)), value: (x, g) => (g - x) / 2,
    },
    generator: { words: "−D(G(z))", numbers: (_, g) => less(g), value: (_, g) => -g },
    slopes: { real: ["−1", () => -1], generated: ["1", () => 1], generator: ["−1", () => -1] },
  },
};

/** Where neither player is ahead, D = 1/2 everywhere: the value of a player's loss there, in words; null where a loss has no such place. */
export function balance(loss, player) {
  if (!isChance(loss)) return null;
  const sign = loss === "minimax" && player === "generator" ? -1 : 1;
  return { value: sign * Math.LN2, words: `${sign < 0 ? "−" : ""}ln 2, a coin toss` };
}
