import type { QueryId, QueryOrdinal } from '../document.ts';
import type { QueryNames } from '../percolate/engine.ts';

/** Queries that the engine has paused, until their topics are told. */
export class PausedTopics {
  readonly #names: QueryNames;
  readonly #ids = new Set<QueryId>();

  constructor(names: QueryNames) {
    this.#names = names;
  }

  /** It can be taken at once, unless its name has to be looked up. */
  add(id: QueryId): void {
    const add = (): void => void this.#ids.add(id);
    // What cannot be looked up has no topic here: this node is closing.
    if (this.#names.ordinalOf(id) === undefined) this.#names.lookUp([id]).then(add, () => {});
    else add();
  }

  /** Each comes once. What has ended meanwhile has no topic. */
  take(): readonly QueryOrdinal[] {
    if (this.#ids.size === 0) return [];
    const ordinals = [...this.#ids].map((id) => this.#names.ordinalOf(id));
    this.#ids.clear();
    return ordinals.filter((ordinal) => ordinal !== undefined);
  }
}
