/** In the place of the next attempt's time: once its recipient is asked for more. */
export const LEFT = Number.MAX_SAFE_INTEGER;

const FIRST = 1000;
const LONGEST = 10 * 60_000;
const MAX_ATTEMPTS = 100;
/** Milliseconds for which an order is tried. */
const MAX_AGE = 24 * 3_600_000;

/** Milliseconds until the next attempt: twice as long each time, with jitter so that not all come at once. */
export function backoff(failures: number, random: number = Math.random()): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 20));
  return Math.round(most * (0.5 + random / 2));
}

export function isTooOld(attempts: number, age: number): boolean {
  return attempts >= MAX_ATTEMPTS || age >= MAX_AGE;
}
