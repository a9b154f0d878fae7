/** Most states that one automaton may have, as `max_determinized_states` is in Elasticsearch. */
export const MAX_STATES = 10_000;
/** Most steps that all expressions of a query may take to compile: about a tenth of a second. */
export const MAX_STEPS = 3_000_000;
/** Longest expression, in UTF-16 units: Elasticsearch's `index.max_regex_length`. */
export const MAX_REGEXP_LENGTH = 1000;

/** More work than a query may ask for. */
export class TooComplex extends Error {}

/** Counts what the automata of one query cost, so that no expression takes long to compile. */
export class Work {
  #left = MAX_STEPS;

  /** @throws TooComplex */
  step(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new TooComplex();
  }

  /** @throws TooComplex when an automaton has too many states */
  checkSize(states: number): void {
    // A non-deterministic one has several for each state of the deterministic one.
    if (states > 4 * MAX_STATES) throw new TooComplex();
  }
}
