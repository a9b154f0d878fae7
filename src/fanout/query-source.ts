import type { QueryId, QueryOrdinal } from '../document.ts';

/** A registered query that a tail watches; it lives at least until `release()`. */
export interface Watched {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Safe to call again. */
  release(): void;
}

/** Where tails get their queries from. */
export interface QuerySource {
  /**
   * Registers the query unless it is known, and resolves when every later document is matched.
   * @param request `index` is an index expression, `query` a query string or Query DSL in JSON;
   * null matches everything
   * @throws EstromError QUERY_… or BAD_INDEX_NAME
   */
  watch(request: { index: string; query: string | null }): Promise<Watched>;
  /** @throws EstromError QUERY_UNKNOWN */
  watchId(id: QueryId): Watched;
}
