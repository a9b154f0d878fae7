import type { QueryId, QueryOrdinal } from '../../document.ts';
import { IdSlots } from './id-slots.ts';
import { Entry } from './query-entry.ts';
import { type QueryRecord, Records } from './records.ts';

/** A query to be added. */
export interface NewQuery extends QueryRecord {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
}

/** The entries, by id and by ordinal: flat tables, of which entries are views. */
export class QueryTable {
  readonly records = new Records();
  readonly ids = new IdSlots();
  #ordinals = 0;
  /** How many there are by the key of their audience. */
  readonly #sizes = new Map<string, number>();

  get size(): number {
    return this.ids.size;
  }

  /** One more than the greatest ordinal there ever was. */
  get ordinals(): number {
    return this.#ordinals;
  }

  sizeFor(audienceKey: string): number {
    return this.#sizes.get(audienceKey) ?? 0;
  }

  get(id: QueryId): Entry | undefined {
    const ordinal = this.ids.get(id);
    return ordinal === undefined ? undefined : this.#view(ordinal);
  }

  at(ordinal: QueryOrdinal): Entry | undefined {
    return this.records.has(ordinal) ? this.#view(ordinal) : undefined;
  }

  has(ordinal: QueryOrdinal): boolean {
    return this.records.has(ordinal);
  }

  idAt(ordinal: QueryOrdinal): QueryId | undefined {
    return this.records.has(ordinal) ? this.ids.idOf(ordinal) : undefined;
  }

  /** The id and the ordinal must not be there yet. */
  add(query: NewQuery): Entry {
    const { id, ordinal } = query;
    this.records.add(ordinal, query);
    this.ids.set(id, ordinal);
    this.#count(ordinal, 1);
    this.#ordinals = Math.max(this.#ordinals, ordinal + 1);
    return new Entry(this.records, id, ordinal, query);
  }

  /** Ends an entry, which keeps what it was. */
  delete(entry: Entry): void {
    if (entry.ended) return;
    const { ordinal } = entry;
    entry.end();
    this.records.rare.get(ordinal)?.entry.end();
    this.#count(ordinal, -1);
    this.ids.delete(ordinal);
    this.records.delete(ordinal);
  }

  /** Finds the queries that were put into the columns by other ways than {@link add}. */
  adopt(ordinals: number): void {
    this.#ordinals = Math.max(this.#ordinals, ordinals);
    const { audiences } = this.records.columns;
    const counts: number[] = [];
    for (let ordinal = 0; ordinal < ordinals; ordinal += 1) {
      if (!this.records.has(ordinal)) continue;
      this.ids.use(ordinal);
      const number = audiences[ordinal]!;
      counts[number] = (counts[number] ?? 0) + 1;
    }
    counts.forEach((count, number) => {
      const { key } = this.records.audiences.at(number);
      this.#sizes.set(key, this.sizeFor(key) + count);
    });
  }

  #view(ordinal: QueryOrdinal): Entry {
    const held = this.records.rare.get(ordinal)?.entry;
    return held ?? new Entry(this.records, this.ids.idOf(ordinal), ordinal);
  }

  #count(ordinal: QueryOrdinal, by: 1 | -1): void {
    const { key } = this.records.audienceOf(ordinal);
    const count = this.sizeFor(key) + by;
    if (count === 0) this.#sizes.delete(key);
    else this.#sizes.set(key, count);
  }
}
