import type { Batch } from '../document.ts';

/** Collects a batch's index names: those that queries see, and those that hits show. */
export class IndexNames {
  readonly #indices: string[] = [];
  readonly #storedIn: string[] = [];
  #differ = false;

  /** @returns the position of the pair */
  place(name: string, storedIn: string): number {
    for (let at = this.#indices.length - 1; at >= 0; at--) {
      if (this.#indices[at] === name && this.#storedIn[at] === storedIn) return at;
    }
    if (name !== storedIn) this.#differ = true;
    this.#indices.push(name);
    return this.#storedIn.push(storedIn) - 1;
  }

  get lists(): Pick<Batch, 'indices' | 'storedIn'> {
    const indices = this.#indices;
    return this.#differ ? { indices, storedIn: this.#storedIn } : { indices };
  }
}
