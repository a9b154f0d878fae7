/** Set where a field's values must be looked at though no term class of its own is asked for. */
export const VISIT = 1 << 30;

/**
 * What the queries of the present version ask of each field: the scanner leaves everything else
 * alone, which is most of most documents.
 */
export class Wants {
  /** Bits of term classes per node; -1 while unknown. */
  #masks = new Int32Array(256).fill(-1);
  readonly #resolve: (node: number) => number;

  /** Some query asks whether a field exists. */
  readonly exists: boolean;

  constructor(exists: boolean, resolve: (node: number) => number) {
    this.exists = exists;
    this.#resolve = resolve;
  }

  of(node: number): number {
    if (node >= this.#masks.length) this.#grow(node);
    const known = this.#masks[node]!;
    if (known !== -1) return known;
    const mask = this.#resolve(node);
    this.#masks[node] = mask;
    return mask;
  }

  #grow(node: number): void {
    const grown = new Int32Array(Math.max(node + 1, this.#masks.length * 2)).fill(-1);
    grown.set(this.#masks);
    this.#masks = grown;
  }
}
