import type { Principal } from '../principal.ts';
import { canonicalise, normalise } from './canonical.ts';
import { canonicalIndexExpression, compileIndexExpression } from './index-expression.ts';
import type { Ir } from './ir.ts';
import { withoutNames } from './names.ts';
import { parseQuery } from './parse-query.ts';
import type { RegisteredQuery } from './registry/registered-query.ts';

/**
 * Which documents a caller may see at all. It is part of every query that the caller registers and
 * of the query's id, and only callers with an equal one may attach to that query.
 */
export interface Audience {
  /** Canonical index expression that a document's index must belong to. */
  readonly index: string;
  /** As given: text or JSON; null for none. */
  readonly rowFilter: string | null;
  /** Normalised query that a document must match. */
  readonly filter: Ir;
  /** Equal for equal bounds, however they are written; empty where there are none. */
  readonly key: string;
}

/**
 * @throws EstromError BAD_INDEX_NAME, QUERY_… or BAD_JSON: what is wrong with the bounds
 */
export function makeAudience(index: string, rowFilter: string | null): Audience {
  const bound = canonicalIndexExpression(index);
  const { query: filter, text } = canonicalise(withoutNames(parseQuery(rowFilter)));
  const unbounded = bound === '*' && filter.kind === 'all';
  return {
    index: bound,
    rowFilter,
    filter,
    key: unbounded ? '' : `${bound.length}:${bound}${text}`,
  };
}

/** Of those who may see everything. */
export const NO_BOUNDS: Audience = makeAudience('*', null);

/** The query as the engine takes it: what its audience may not see does not match. */
export function bounded(
  query: RegisteredQuery,
  { key, index: scope, filter }: Audience,
): RegisteredQuery {
  if (key === '') return query;
  const both: Ir = { kind: 'and', clauses: [query.query, filter] };
  return { ...query, scope, query: normalise(both) };
}

/**
 * Whether documents that the audience may see can belong to an index expression at all. Of patterns that is
 * not known: indices may come.
 * @param index canonical
 */
export function mayMeet(index: string, { index: bound }: Audience): boolean {
  if (bound === '*' || index.includes('*')) return true;
  const covers = compileIndexExpression(bound);
  return index.split(',').some((name) => covers(name));
}

const audiences = new WeakMap<Principal, Audience>();

/** The caller's bounds, read once per principal. Throws as {@link makeAudience}. */
export function audienceOf(caller: Principal): Audience {
  let audience = audiences.get(caller);
  if (audience === undefined) {
    audience = makeAudience(caller.index, caller.rowFilter);
    audiences.set(caller, audience);
  }
  return audience;
}

/** Answers that are kept per caller; names of indices come from senders. */
const MAX_KEPT = 1000;

interface WriteBound {
  readonly covers: (index: string) => boolean;
  readonly kept: Map<string, boolean>;
}

const writeBounds = new WeakMap<Principal, WriteBound>();

/** Whether the caller's index expression covers the concrete index. */
export function mayWrite(caller: Principal, index: string): boolean {
  if (caller.index === '*') return true;
  let bound = writeBounds.get(caller);
  if (bound === undefined) {
    bound = { covers: compileIndexExpression(caller.index), kept: new Map() };
    writeBounds.set(caller, bound);
  }
  const { covers, kept } = bound;
  let answer = kept.get(index);
  if (answer === undefined) {
    answer = covers(index);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(index, answer);
  }
  return answer;
}
