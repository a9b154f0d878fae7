import { LRUCache } from 'lru-cache';

/** Keys that each question names: beyond, the one that was paused first is asked again. */
const MAX_PAUSED = 1_000;
/** Milliseconds until it is asked again; twice as long each time that it fails again. */
const FIRST_PAUSE = 10 * 60 * 1_000;
const LONGEST_PAUSE = 24 * 60 * 60 * 1_000;

interface Pause {
  readonly reason: string;
  readonly length: number;
  readonly until: number;
}

/**
 * Queries that an engine fails on, by id or ordinal. They are asked again after a while, for the cause may be
 * gone; or the query was ended and registered anew, which not every node is told of.
 */
export class PausedQueries<Key extends string | number> {
  readonly #now: () => number;
  /** Also those whose pause is over, for its length; the latest come first. */
  readonly #pauses: LRUCache<Key, Pause>;
  #keys: readonly Key[] = [];
  /** When the list of keys may be another one. */
  #validUntil = 0;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now(), max = MAX_PAUSED) {
    this.#now = now;
    this.#pauses = new LRUCache({ max });
  }

  /** Those that are not asked now. */
  get keys(): readonly Key[] {
    const now = this.#now();
    if (now < this.#validUntil) return this.#keys;
    const paused = [...this.#pauses].filter(([, { until }]) => until > now);
    this.#keys = paused.map(([key]) => key);
    this.#validUntil = Math.min(...paused.map(([, { until }]) => until));
    return this.#keys;
  }

  /** Why it is not asked now; undefined when it is. */
  reasonOf(key: Key): string | undefined {
    const pause = this.#pauses.peek(key);
    return pause !== undefined && pause.until > this.#now() ? pause.reason : undefined;
  }

  pause(key: Key, reason: string): void {
    const before = this.#pauses.peek(key)?.length ?? FIRST_PAUSE / 2;
    const length = Math.min(before * 2, LONGEST_PAUSE);
    this.#pauses.set(key, { reason, length, until: this.#now() + length });
    this.#validUntil = 0;
  }

  /** It is asked again from the next batch on. */
  resume(key: Key): void {
    if (this.#pauses.delete(key)) this.#validUntil = 0;
  }
}
