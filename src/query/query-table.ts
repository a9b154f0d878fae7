import type { QueryId, QueryOrdinal } from '../document.ts';
import type { Entry } from './query-entry.ts';

/** The entries, by id and by ordinal. */
export class QueryTable {
  readonly #byId = new Map<QueryId, Entry>();
  readonly #byOrdinal: (Entry | undefined)[] = [];
  /** How many there are by the key of their audience. */
  readonly #sizes = new Map<string, number>();

  get size(): number {
    return this.#byId.size;
  }

  /** One more than the greatest ordinal there ever was. */
  get ordinals(): number {
    return this.#byOrdinal.length;
  }

  sizeFor(audienceKey: string): number {
    return this.#sizes.get(audienceKey) ?? 0;
  }

  get(id: QueryId): Entry | undefined {
    return this.#byId.get(id);
  }

  at(ordinal: QueryOrdinal): Entry | undefined {
    return this.#byOrdinal[ordinal];
  }

  add(entry: Entry): void {
    const { key } = entry.audience;
    this.#byId.set(entry.id, entry);
    this.#byOrdinal[entry.ordinal] = entry;
    this.#sizes.set(key, this.sizeFor(key) + 1);
  }

  delete(entry: Entry): void {
    const { key } = entry.audience;
    this.#byId.delete(entry.id);
    this.#byOrdinal[entry.ordinal] = undefined;
    const left = this.sizeFor(key) - 1;
    if (left === 0) this.#sizes.delete(key);
    else this.#sizes.set(key, left);
  }
}
