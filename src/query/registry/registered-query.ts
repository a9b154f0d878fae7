import type { QueryId, QueryOrdinal } from '../../document.ts';
import type { Ir } from '../ir.ts';

/** A standing query as the engine takes it. */
export interface RegisteredQuery {
  readonly id: QueryId;
  /** Dense number that the engine reports matches by. */
  readonly ordinal: QueryOrdinal;
  /** Canonical index expression: comma separated names and patterns, `-` excludes. */
  readonly index: string;
  /** A second index expression that a document's index must belong to as well; absent for none. */
  readonly scope?: string;
  /** Normalised query, the row filter of its audience included. */
  readonly query: Ir;
}
