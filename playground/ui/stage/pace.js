// The pace slider: from one stage of one batch, over steps a second, to as fast as it goes.

/** Below it: one stage at a time. */
const STAGE = 0.17;
/** From it on: full speed. */
const FULL = 0.97;
/** Steps a second just below full speed, as a power of ten. */
const DECADES = 4;

/** The slider's stops: name and place. */
export const STOPS = [["stage", 0], ["batch", 0.33], ["epoch", 0.66], ["full speed", 1]];

/** The slider's place in 0..1 as the command's arguments. */
export function paceOf(place) {
  if (place < STAGE) return { stage: true };
  if (place >= FULL) return { stage: false, steps_per_second: 0 };
  const steps = 10 ** (DECADES * (place - STAGE) / (FULL - STAGE));
  return { stage: false, steps_per_second: Number(steps.toPrecision(2)) };
}

/** Where the slider stands for a pace: the inverse of `paceOf`. */
export function placeOf({ stage, steps_per_second: steps }) {
  if (stage) return 0;
  if (!steps) return 1;
  return Math.min(FULL - 0.001, Math.max(STAGE, STAGE + (FULL - STAGE) * Math.log10(steps) / DECADES));
}

/** A pace in words. */
export function paceInWords({ stage, steps_per_second: steps }) {
  if (stage) return "one stage at a time";
  return steps ? `${steps} ${steps === 1 ? "step" : "steps"} a second` : "full speed";
}

/** The stop nearest to a place. */
export const stopOf = place => STOPS.reduce((best, stop) => (Math.abs(stop[1] - place) < Math.abs(best[1] - place) ? stop : best))[0];
