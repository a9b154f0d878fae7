import { IntList } from '../memory/int-list.ts';

/** Words per group in a segment: key (as of terms), first interval, count, first of its maxima. */
export const GROUP_WORDS = 4;
/** Intervals, or groups of intervals, that share one maximum. */
export const INTERVAL_FAN = 8;

/**
 * Intervals of keys (see range-keys.ts) of a segment in the making, in a group for each field and class.
 * Laid out, a group is sorted by its lower bounds; above it stand the highest upper bounds of each
 * eight neighbours, of each eight such eights and so on, so that what ends below a value is skipped.
 */
export class IntervalList {
  readonly #keys = new IntList(16);
  readonly #bounds: number[] = [];
  readonly #entries = new IntList(32);

  groups = new IntList(8);
  lows = new Float64Array(0);
  highs = new Float64Array(0);
  maxima = new Float64Array(0);
  /** (entry, required term) of each interval. */
  entries = new Int32Array(0);

  get size(): number {
    return this.#keys.length;
  }

  add(key: number, low: number, high: number, entry: number, required: number): void {
    this.#keys.push(key);
    this.#bounds.push(low, high);
    this.#entries.push(entry);
    this.#entries.push(required);
  }

  layOut(): void {
    if (this.size === 0) return;
    const keys = this.#keys.values;
    const bounds = this.#bounds;
    const order = Uint32Array.from({ length: this.size }, (_, i) => i).sort(
      (a, b) =>
        keys[a]! - keys[b]! ||
        ascending(bounds[2 * a]!, bounds[2 * b]!) ||
        ascending(bounds[2 * a + 1]!, bounds[2 * b + 1]!),
    );
    this.lows = Float64Array.from(order, (i) => bounds[2 * i]!);
    this.highs = Float64Array.from(order, (i) => bounds[2 * i + 1]!);
    this.entries = new Int32Array(2 * this.size);
    order.forEach((from, to) => {
      this.entries[2 * to] = this.#entries.values[2 * from]!;
      this.entries[2 * to + 1] = this.#entries.values[2 * from + 1]!;
    });
    const maxima: number[] = [];
    for (let from = 0; from < this.size; ) {
      const key = keys[order[from]!]!;
      let to = from + 1;
      while (to < this.size && keys[order[to]!] === key) to++;
      this.groups.push(key);
      this.groups.push(from);
      this.groups.push(to - from);
      this.groups.push(maxima.length);
      appendMaxima(maxima, this.highs.subarray(from, to));
      from = to;
    }
    this.maxima = Float64Array.from(maxima);
  }
}

/** Differences of infinities are no numbers. */
function ascending(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One level above another, until one maximum is left. */
function appendMaxima(maxima: number[], values: Float64Array): void {
  if (values.length <= 1) return;
  const above = new Float64Array(Math.ceil(values.length / INTERVAL_FAN)).fill(-Infinity);
  values.forEach((value, i) => {
    const at = Math.floor(i / INTERVAL_FAN);
    if (value > above[at]!) above[at] = value;
  });
  for (const value of above) maxima.push(value);
  appendMaxima(maxima, above);
}

/** Places of a group's levels of maxima, the lowest first. */
export function maximaLevels(count: number, first: number): Int32Array {
  const levels: number[] = [];
  let at = first;
  for (let size = count; size > 1; ) {
    size = Math.ceil(size / INTERVAL_FAN);
    levels.push(at);
    at += size;
  }
  return Int32Array.from(levels);
}
