import type { QueryOrdinal } from '../document.ts';

/** Serials of queries by their ordinals; 0 where none is known. */
export class Serials {
  #values = new Float64Array(1024);

  get(ordinal: QueryOrdinal): number {
    return this.#values[ordinal] ?? 0;
  }

  set(ordinal: QueryOrdinal, serial: number): void {
    if (ordinal >= this.#values.length) {
      const grown = new Float64Array(Math.max(ordinal + 1, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[ordinal] = serial;
  }

  /** Those of the first ordinals. */
  values(ordinals: number): Float64Array {
    return this.#values.subarray(0, ordinals);
  }

  /** @param values by ordinal */
  restore(values: Float64Array<ArrayBuffer>): void {
    this.#values = values;
  }
}
