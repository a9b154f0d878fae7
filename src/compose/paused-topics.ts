import type { QueryId, QueryOrdinal } from '../document.ts';
import type { QueryNames } from '../percolate/engine.ts';

/** Queries that the engine has paused, until their topics are told. */
export class PausedTopics {
  readonly #names: QueryNames | undefined;
  readonly #ids = new Set<QueryId>();
  readonly #ordinals = new Set<QueryOrdinal>();

  /** @param names of an engine that knows queries by their ids */
  constructor(names: QueryNames | undefined) {
    this.#names = names;
  }

  /** It can be taken at once, unless its name has to be looked up. */
  add(id: QueryId): void {
    const names = this.#names!;
    const add = (): void => void this.#ids.add(id);
    // What cannot be looked up has no topic here: this node is closing.
    if (names.ordinalOf(id) === undefined) names.lookUp([id]).then(add, () => {});
    else add();
  }

  addOrdinal(ordinal: QueryOrdinal): void {
    this.#ordinals.add(ordinal);
  }

  /** The ordinal names that query no more. */
  forget(ordinal: QueryOrdinal): void {
    this.#ordinals.delete(ordinal);
  }

  /** Each comes once. What has ended meanwhile has no topic. */
  take(): readonly QueryOrdinal[] {
    if (this.#ids.size === 0 && this.#ordinals.size === 0) return [];
    const named = [...this.#ids].map((id) => this.#names!.ordinalOf(id));
    const ordinals = [...this.#ordinals, ...named.filter((ordinal) => ordinal !== undefined)];
    this.#ids.clear();
    this.#ordinals.clear();
    return ordinals;
  }
}
