const FIRST = 100;
const LONGEST = 5000;
/** A session that ends sooner was no success: the router throws us out again and again. */
const STABLE = 2000;

/** How long to wait before the next attempt: ever longer, and not all nodes at the same time. */
export class Backoff {
  #failures = 0;
  #succeededAt: number | undefined;

  succeeded(): void {
    this.#succeededAt = performance.now();
  }

  /** @returns milliseconds */
  next(): number {
    const since = this.#succeededAt;
    if (since !== undefined && performance.now() - since >= STABLE) this.#failures = 0;
    this.#succeededAt = undefined;
    const longest = Math.min(LONGEST, FIRST * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return longest * (0.5 + Math.random() / 2);
  }
}
