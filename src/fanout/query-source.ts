import type { QueryId, QueryOrdinal } from '../document.ts';
import type { Principal } from '../principal.ts';

/** A registered query that a tail watches; it lives at least until `release()`. */
export interface Watched {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** It is told that its hits are taken from now on. */
  opened?(): void;
  /** Safe to call again. */
  release(): void;
}

/** What a tail asks for by a text. */
export interface TailQuery {
  readonly index: string;
  readonly query: string | null;
  readonly lang: string | null;
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
   * null matches everything; `lang` the language of a text, null means query string
   * @throws EstromError QUERY_… or BAD_INDEX_NAME; BAD_REQUEST for an unknown language; OVERLOADED when the caller registers too fast
   */
  watch(request: TailQuery, caller: Principal): Promise<Watched>;
  /**
   * At once where the queries are here.
   * @throws EstromError QUERY_UNKNOWN, also when the query is not one of the caller's bounds
   */
  watchId(id: QueryId, caller: Principal): Watched | Promise<Watched>;
}
