/** Units between two looks at the clock: some tens of microseconds. */
const STRIDE = 32_768;
/** Looks before anything is over: a thread that had to wait for its processor has done no work. */
const LEAST_LOOKS = 32;

/** Thrown out of a verification that took too long. One for all: it says nothing but that. */
export const OVER_BUDGET = new Error('a query took longer than query-budget for one document');

/**
 * Bounds what one query may cost for one document. Loops over a document's values say how many they look
 * at; only now and then the clock is read.
 */
export class WorkMeter {
  readonly #budget: number;
  #left = 0;
  #looks = 0;
  #began = 0;

  /** @param budget milliseconds */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** A verification begins. */
  begin(): void {
    this.#left = STRIDE;
    this.#looks = 0;
  }

  /**
   * @param units values, or bytes, that are looked at next
   * @throws OVER_BUDGET
   */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) this.#look();
  }

  #look(): void {
    const now = performance.now();
    if (this.#looks === 0) this.#began = now;
    // One loop may be worth many looks.
    this.#looks += 1 + Math.floor(-this.#left / STRIDE);
    this.#left = STRIDE;
    if (this.#looks >= LEAST_LOOKS && now - this.#began > this.#budget) throw OVER_BUDGET;
  }
}
