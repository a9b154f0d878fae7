import type { QueryId, QueryOrdinal } from '../document.ts';
import type { QueryNames } from '../percolate/engine.ts';
import type { QueryTable } from '../query/registry/query-table.ts';
import { IndexTests } from './index-tests.ts';

/** The names of queries on a node that has all of them in its table. */
export class TableNames implements QueryNames {
  readonly #table: () => QueryTable | undefined;
  readonly #find: (ids: readonly QueryId[]) => Promise<void>;
  readonly #tests = new IndexTests();

  /** @param find brings queries into the table that were registered on another node a moment ago */
  constructor(
    table: () => QueryTable | undefined,
    find: (ids: readonly QueryId[]) => Promise<void>,
  ) {
    this.#table = table;
    this.#find = find;
  }

  ordinalOf(id: QueryId): QueryOrdinal | undefined {
    return this.#table()?.get(id)?.ordinal;
  }

  covers(ordinal: QueryOrdinal, index: string): boolean {
    const entry = this.#table()?.at(ordinal);
    if (entry === undefined) return false;
    return (
      this.#tests.covers(entry.index, index) && this.#tests.covers(entry.audience.index, index)
    );
  }

  lookUp(ids: readonly QueryId[]): Promise<void> {
    return this.#find(ids);
  }
}
