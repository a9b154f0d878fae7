import type { Ir, NamedClause } from './ir.ts';

/** The same query, of which no clause is told by its name. */
export function withoutNames(query: Ir): Ir {
  switch (query.kind) {
    case 'named':
      return query.decides === false ? { kind: 'all' } : withoutNames(query.clause);
    case 'and':
    case 'or':
      return { ...query, clauses: query.clauses.map(withoutNames) };
    case 'not':
      return { ...query, clause: withoutNames(query.clause) };
    default:
      return query;
  }
}

/**
 * What is left of clauses that decide nothing: the named ones among them are told where they hold. Each is
 * always true.
 */
export function namesOnly(clauses: readonly Ir[]): Ir[] {
  return clauses.flatMap(namedIn).map((clause): Ir => ({ ...clause, decides: false }));
}

function namedIn(query: Ir): NamedClause[] {
  switch (query.kind) {
    case 'named':
      return [query, ...namedIn(query.clause)];
    case 'and':
    case 'or':
      return query.clauses.flatMap(namedIn);
    case 'not':
      return namedIn(query.clause);
    default:
      return [];
  }
}
