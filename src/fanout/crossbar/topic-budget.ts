/**
 * A token bucket of bytes that holds what may be published in a second. What fits not at all gets
 * through when the bucket has anything, and is paid for afterwards.
 */
export class TopicBudget {
  readonly #rate: number;
  #tokens: number;
  #filledAt: number;

  /** @param rate bytes a second; 0 for no limit */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#tokens = rate;
    this.#filledAt = now;
  }

  /** @param now milliseconds @returns whether the bytes may be published */
  take(bytes: number, now: number): boolean {
    if (this.#rate === 0) return true;
    const gained = ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#rate, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens <= 0) return false;
    this.#tokens -= bytes;
    return true;
  }
}
