import { setTimeout as wait } from 'node:timers/promises';
import { EstromError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Registrations per second of each caller: a token bucket that holds those of one second. */
export class RegistrationRate {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param perSecond 0 for no limit
   * @param now milliseconds
   */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** @throws EstromError OVERLOADED when the caller registers too fast */
  take(caller: Principal): void {
    if (this.#perSecond === 0) return;
    const bucket = this.#filled(caller);
    if (bucket.tokens < 1) {
      throw new EstromError(
        'OVERLOADED',
        `"${caller.name}" registers more than ${this.#perSecond} queries a second: try again in a second, send many at once to _bulk, or raise --registrations-per-second`,
        { setting: 'registrations-per-second' },
      );
    }
    bucket.tokens -= 1;
  }

  /** For bulk registration, which is read no faster than the caller may register. */
  async pace(caller: Principal, count: number): Promise<void> {
    if (this.#perSecond === 0) return;
    const bucket = this.#filled(caller);
    // What goes below zero is waited for by whoever comes next, too.
    bucket.tokens -= count;
    if (bucket.tokens < 0) await wait((-bucket.tokens / this.#perSecond) * 1000);
  }

  #filled({ name }: Principal): Bucket {
    const now = this.#now();
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { tokens: this.#perSecond, at: now };
      this.#buckets.set(name, bucket);
    }
    const earned = ((now - bucket.at) / 1000) * this.#perSecond;
    bucket.tokens = Math.min(this.#perSecond, bucket.tokens + earned);
    bucket.at = now;
    return bucket;
  }
}
