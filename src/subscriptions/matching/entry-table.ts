import type { QueryOrdinal } from '../../document.ts';
import type { Bounds } from './geo/plane.ts';
import type { MatcherEntry } from './matcher-entry.ts';
import type { Reach } from './template-clauses.ts';

/** From and until when it is live, epoch seconds; west, south, east and north of what it can be met by. */
const NUMBERS = 6;

/**
 * The entries by their ordinals. What rules most of them out lies in one array: a look at each would be a
 * look at places all over the memory.
 */
export class EntryTable {
  readonly #entries: (MatcherEntry | undefined)[] = [];
  readonly #free: QueryOrdinal[] = [];
  #numbers = new Float64Array(NUMBERS * 1024);

  get size(): number {
    return this.#entries.length - this.#free.length;
  }

  /** An ordinal that no entry has. {@link put} has to follow. */
  take(): QueryOrdinal {
    return this.#free.pop() ?? this.#entries.push(undefined) - 1;
  }

  /** @param reach absent: any event may meet it */
  put(entry: MatcherEntry, reach: Reach | undefined): void {
    const { ordinal, subscription } = entry;
    this.#entries[ordinal] = entry;
    const first = ordinal * NUMBERS;
    if (first >= this.#numbers.length) {
      const wider = new Float64Array(this.#numbers.length * 2);
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    const { west = -Infinity, south = -Infinity, east = Infinity, north = Infinity } = reach ?? {};
    const { starts_at: from, expires_at: until = Infinity } = subscription;
    this.#numbers.set([from, until, west, south, east, north], first);
  }

  delete(ordinal: QueryOrdinal): void {
    this.#entries[ordinal] = undefined;
    this.#free.push(ordinal);
  }

  /**
   * The entry, unless it is not live or certainly not met.
   * @param bounds of the event's geometry; null: not known
   * @param now epoch seconds
   */
  find(ordinal: QueryOrdinal, bounds: Bounds | null, now: number): MatcherEntry | undefined {
    const numbers = this.#numbers;
    const at = ordinal * NUMBERS;
    if (!(numbers[at]! <= now && now < numbers[at + 1]!)) return undefined;
    if (bounds !== null) {
      if (bounds.east < numbers[at + 2]! || bounds.west > numbers[at + 4]!) return undefined;
      if (bounds.north < numbers[at + 3]! || bounds.south > numbers[at + 5]!) return undefined;
    }
    const entry = this.#entries[ordinal];
    return entry?.state === 'gone' ? undefined : entry;
  }
}
