// A series and what is forecast of it, by time: what stands where, and how wrong it is.

import { loss, number } from "../format.js";

/** Values by time; of a long series only every `every`-th is there, and between two there is a straight line. */
export class Course {
  constructor(values, every = 1) {
    [this.values, this.every] = [values, every];
  }

  /** The last time that has a value. */
  get end() {
    return (this.values.length - 1) * this.every;
  }

  at(time) {
    const place = time / this.every, k = Math.floor(place), low = this.values[k], high = this.values[k + 1];
    return high === undefined || place === k ? low : low + (high - low) * (place - k);
  }
}

/** The forecast (n, 2) nearest to a time, {time, value}; null without any. */
export function forecastAt(forecast, time) {
  if (!forecast?.length) return null;
  let low = 0, high = forecast.length / 2 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (forecast[2 * middle] < time) low = middle + 1;
    else high = middle;
  }
  const near = low > 0 && time - forecast[2 * low - 2] < forecast[2 * low] - time ? low - 1 : low;
  return { time: forecast[2 * near], value: forecast[2 * near + 1] };
}

/** The row whose answer is for a time: a window ends `ahead` before it. */
export const rowFor = ({ window, ahead }, time, rows) => Math.max(0, Math.min(rows - 1, Math.round(time) - ahead - window + 1));

/** How many windows a series has. */
export const rowsOf = ({ window, ahead }, values) => values - window - ahead + 1;

/** The times seen: the test part's forecasts, and one window before. */
export function span({ window }, forecast, course) {
  const from = forecast?.length ? Math.max(0, forecast[0] - window) : 0, to = forecast?.length ? forecast.at(-2) : course.end;
  return [from, Math.max(to, from + 1)];
}

/** Lowest and highest value of a course within a span, with a margin. */
export function heights(course, [from, to]) {
  let low = Infinity, high = -Infinity;
  for (let k = Math.ceil(from / course.every); k <= to / course.every; k++) [low, high] = [Math.min(low, course.values[k]), Math.max(high, course.values[k])];
  const margin = 0.08 * (high - low || 1);
  return [low - margin, high + margin];
}

/** A value in words; of a very large one its power of ten. */
export const written = value => (Math.abs(value) < 1e4 || !Number.isFinite(value) ? number(value) : `${value < 0 ? "−" : ""}${loss(Math.abs(value))}`);

/** An error in units of persistence's, in words. */
export const compared = error => (error == null ? "" : error < 1 ? "better than saying the last value again" : "no better than saying the last value again");
