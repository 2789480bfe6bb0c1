// Symbols and characters as they are written on the stage.

const SIGNS = { " ": "·", "\n": "↵", "\t": "⇥" }, WORDS = { " ": "space", "\n": "new line", "\t": "tab" };

/** In the row of what is read, where blanks must be seen. */
export const sign = character => SIGNS[character] ?? character;

/** In words, where there is room. */
export const word = character => WORDS[character] ?? character;

/** What is read, symbol by symbol; null for a series. `codes` is what is fed: numbers of symbols (steps,), or a 1 at each (steps, width). */
export function symbolsOf({ kind, alphabet, steps }, codes) {
  if (kind === "series" || !codes) return null;
  const width = Math.round(codes.length / steps);
  return Array.from({ length: steps }, (_, t) => alphabet[width === 1 ? codes[t] : codes.subarray(t * width, (t + 1) * width).indexOf(1)] ?? "");
}
