import type { FieldProposal } from '../../../mapping/index-mappings.ts';
import type { FieldStore } from '../../../store/store.ts';

/**
 * Sees to it that no document is answered before the types that were fixed for it, or that it was
 * matched with, are kept: after a restart they must not be decided differently.
 */
export class KeptFields {
  readonly #store: FieldStore | undefined;
  /** Settles when everything that was fixed so far is kept; undefined when it is. */
  #writing: Promise<void> | undefined;

  constructor(store: FieldStore | undefined) {
    this.#store = store;
  }

  put(fields: readonly FieldProposal[]): void {
    if (this.#store === undefined) return;
    const writing = this.#store.putFields(fields);
    this.#writing = writing;
    const done = () => {
      if (this.#writing === writing) this.#writing = undefined;
    };
    writing.then(done, () => {});
  }

  get settled(): boolean {
    return this.#writing === undefined;
  }

  /** @throws EstromError UNAVAILABLE when they could not be written, now and once more */
  async wait(): Promise<void> {
    try {
      await this.#writing;
    } catch {
      // What failed is owed: this asks for it again, with nothing new.
      if (this.#writing !== undefined) this.put([]);
      await this.#writing;
    }
  }
}
