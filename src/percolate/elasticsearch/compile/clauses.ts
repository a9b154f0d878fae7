/** A clause of the Query DSL, or a truth that needs none. */
export type Clause = object | 'all' | 'none';

/** Most clauses that one `bool` takes: `indices.query.bool.max_clause_count` unless set otherwise. */
export const MAX_CLAUSES = 1024;

interface Bool {
  filter?: object[];
  must_not?: object[];
  should?: object[];
  minimum_should_match?: number;
}

/** Negations, apart from other clauses: they become `must_not` of what stands around them. */
const negated = new WeakMap<object, object>();

export function not(clause: Clause): Clause {
  if (clause === 'all') return 'none';
  if (clause === 'none') return 'all';
  const inner = negated.get(clause);
  if (inner !== undefined) return inner;
  const made = { bool: { must_not: [clause] } };
  negated.set(made, clause);
  return made;
}

export function and(clauses: readonly Clause[]): Clause {
  if (clauses.includes('none')) return 'none';
  const rest = clauses.filter((clause) => clause !== 'all');
  const [only] = rest;
  if (only === undefined) return 'all';
  if (rest.length === 1) return only;
  if (rest.length > MAX_CLAUSES) return and(chunks(rest).map(and));
  const filter: object[] = [];
  const excluded: object[] = [];
  for (const clause of rest as object[]) {
    const inner = negated.get(clause);
    if (inner === undefined) filter.push(clause);
    else excluded.push(inner);
  }
  const bool: Bool = {
    ...(filter.length > 0 ? { filter } : {}),
    ...(excluded.length > 0 ? { must_not: excluded } : {}),
  };
  return { bool };
}

export function or(clauses: readonly Clause[], atLeast = 1): Clause {
  const rest = clauses.filter((clause) => typeof clause === 'object');
  const needed = atLeast - clauses.filter((clause) => clause === 'all').length;
  if (needed <= 0) return 'all';
  if (needed > rest.length) return 'none';
  if (needed === rest.length) return and(rest);
  if (needed === 1 && rest.length > MAX_CLAUSES) return or(chunks(rest).map((part) => or(part)));
  const clause = { bool: { should: rest, minimum_should_match: needed } satisfies Bool };
  // The percolator of 7.17 selects too few candidates where a negation counts towards a minimum; what
  // stands below a negation it verifies for every document.
  if (needed > 1 && rest.some(hasNegation))
    return { bool: { must_not: [{ bool: { must_not: [clause] } }] } };
  return clause;
}

function hasNegation(clause: object): boolean {
  const { bool } = clause as { bool?: Bool };
  if (bool === undefined) return false;
  if (bool.must_not !== undefined) return true;
  return [...(bool.filter ?? []), ...(bool.should ?? [])].some(hasNegation);
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += MAX_CLAUSES) {
    parts.push(items.slice(at, at + MAX_CLAUSES));
  }
  return parts;
}

/** How deep Elasticsearch 7.17 lets clauses be nested, less some: `indices.query.bool.max_nested_depth`. */
const MAX_DEPTH = 15;

/**
 * The same clause in a form that Elasticsearch reads at any depth: it counts the levels of a request,
 * and begins anew inside of a `wrapper`.
 */
export function shallow(clause: object): object {
  return shallowAt(clause, 1);
}

function shallowAt(clause: object, depth: number): object {
  const { bool, nested } = clause as { bool?: Bool; nested?: { query: object } };
  if (nested !== undefined)
    return { nested: { ...nested, query: shallowAt(nested.query, depth + 1) } };
  if (bool === undefined) return clause;
  if (depth >= MAX_DEPTH) {
    const text = JSON.stringify(shallowAt(clause, 1));
    return { wrapper: { query: Buffer.from(text).toString('base64') } };
  }
  const members = Object.entries(bool).map(([key, value]: [string, unknown]) => [
    key,
    Array.isArray(value) ? value.map((inner: object) => shallowAt(inner, depth + 1)) : value,
  ]);
  return { bool: Object.fromEntries(members) as Bool };
}
