import { GROUP_WORDS, INTERVAL_FAN, maximaLevels } from '../segments/interval-list.ts';
import type { Segment } from '../segments/segment.ts';

const FAN_BITS = Math.log2(INTERVAL_FAN);

/** Takes what an index of its own kind found: the words of a posting. */
export interface Candidates {
  bringUp(entry: number, required: number): void;
}

interface Group {
  readonly first: number;
  readonly count: number;
  readonly levels: Int32Array;
}

/** Finds the intervals that a value is in: time goes with their number, not with how many there are. */
export class IntervalIndex {
  readonly #segment: Segment;
  readonly #groups = new Map<number, Group>();

  constructor(segment: Segment) {
    this.#segment = segment;
    const { intervalGroups } = segment;
    for (let at = 0; at < intervalGroups.length; at += GROUP_WORDS) {
      const count = intervalGroups[at + 2]!;
      this.#groups.set(intervalGroups[at]!, {
        first: intervalGroups[at + 1]!,
        count,
        levels: maximaLevels(count, intervalGroups[at + 3]!),
      });
    }
  }

  /** Whether there are intervals of this class, in any field. */
  hasClass(termClass: number): boolean {
    return [...this.#groups.keys()].some((key) => (key & 31) === termClass);
  }

  /**
   * @param key field and class, see termKey
   * @param from intervals that end before it are left out; a value has it in common with where they begin
   */
  find(key: number, value: number, candidates: Candidates, from = value): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    const { first, levels } = group;
    const { intervalLows, intervalHighs, intervalEntries, intervalMaxima } = this.#segment;
    const end = countUpTo(intervalLows, first, group.count, value);
    for (let i = 0; i < end; ) {
      if ((i & (INTERVAL_FAN - 1)) === 0) {
        const skipped = highestBelow(intervalMaxima, levels, i, from);
        if (skipped > 0) {
          i += skipped;
          continue;
        }
      }
      const at = first + i++;
      if (intervalHighs[at]! < from) continue;
      candidates.bringUp(intervalEntries[2 * at]!, intervalEntries[2 * at + 1]!);
    }
  }
}

/** Intervals from the `i`th on that end below the value, as many as one maximum tells: 0, or a power of eight. */
function highestBelow(maxima: Float64Array, levels: Int32Array, i: number, value: number): number {
  let skipped = 0;
  let place = i >> FAN_BITS;
  let width = INTERVAL_FAN;
  for (let level = 0; level < levels.length; level++) {
    if (maxima[levels[level]! + place]! >= value) break;
    skipped = width;
    if ((place & (INTERVAL_FAN - 1)) !== 0) break;
    place >>= FAN_BITS;
    width <<= FAN_BITS;
  }
  return skipped;
}

/** How many of the ascending values[first, first + count) are not above the limit. */
function countUpTo(values: Float64Array, first: number, count: number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[first + middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
