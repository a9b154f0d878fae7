import type { QueryId, QueryOrdinal } from '../document.ts';
import type { Principal } from '../principal.ts';

/** A registered query that a tail watches; it lives at least until `release()`. */
export interface Watched {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Safe to call again. */
  release(): void;
}

/**
 * Where tails get their queries from. The caller's index bound and row filter are part of every
 * query made here, and a query with others is unknown to the caller: an id is a name, never a
 * permission.
 */
export interface QuerySource {
  /**
   * Registers the query unless it is known, and resolves when every later document is matched.
   * @param request `index` is an index expression, `query` a query string or Query DSL in JSON;
   * null matches everything
   * @throws EstromError QUERY_… or BAD_INDEX_NAME; OVERLOADED when the caller registers too fast
   */
  watch(request: { index: string; query: string | null }, caller: Principal): Promise<Watched>;
  /**
   * At once where the queries are here.
   * @throws EstromError QUERY_UNKNOWN, also when the query is not one of the caller's bounds
   */
  watchId(id: QueryId, caller: Principal): Watched | Promise<Watched>;
}
