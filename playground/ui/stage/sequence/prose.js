// How a text runs over lines: where each character stands.

/**
 * Breaks a text at blanks so that no line is wider than `width`; a word that is too long is broken anywhere.
 * @param {(character: string) => number} measure its width
 * @returns {{character, x, line, width}[]} by character
 */
export function flow(characters, measure, width) {
  const placed = [];
  let x = 0, line = 0, from = 0;
  const wrap = start => {
    const back = placed[start]?.x ?? x;
    line++;
    for (let k = start; k < placed.length; k++) Object.assign(placed[k], { x: placed[k].x - back, line });
    x -= back;
  };
  characters.forEach((character, k) => {
    const own = measure(character);
    if (x + own > width && character !== " ") wrap(from > 0 && placed[from]?.x > 0 ? from : k);
    placed.push({ character, x, line, width: own });
    x += own;
    if (character === " " || character === "\n") from = k + 1;
  });
  return placed;
}

/** The last `lines` lines, counted anew from 0. */
export function tail(placed, lines) {
  const first = Math.max(0, (placed.at(-1)?.line ?? 0) - lines + 1);
  return placed.map((it, index) => ({ ...it, index, line: it.line - first })).filter(it => it.line >= 0);
}

/** The character at a place, null beside the text. */
export function characterAt(placed, x, y, high) {
  return placed.find(it => y >= it.line * high && y < (it.line + 1) * high && x >= it.x && x < it.x + it.width) ?? null;
}

/** How many characters were written on between two texts, both cut to their last ones; all when they have nothing in common. */
export function grown(before, now) {
  for (let by = 0; by < now.length; by++) if (before.endsWith(now.slice(0, now.length - by))) return by;
  return now.length;
}
