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
    case 'nested':
      return { ...query, clause: withoutNames(query.clause) };
    default:
      return query;
  }
}

/**
 * What is left of clauses that decide nothing: the named ones among them are told where they hold, which is
 * always true; and where an index lacks nested objects that they ask for, the whole query fails.
 */
export function namesOnly(clauses: readonly Ir[]): Ir[] {
  const named = clauses.flatMap(namedIn).map((clause): Ir => ({ ...clause, decides: false }));
  return [...named, ...clauses.flatMap(neededPaths).map(isNested)];
}

function isNested(path: string): Ir {
  return { kind: 'mapped', fields: [path], among: 'nested', atLeast: 1 };
}

/** Where the document's index must have nested objects, or Elasticsearch fails the whole query. */
export function neededPaths(query: Ir): string[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.clauses.flatMap(neededPaths);
    case 'not':
    case 'named':
      return neededPaths(query.clause);
    case 'nested':
      return [...(query.ignoreUnmapped ? [] : [query.path]), ...neededPaths(query.clause)];
    default:
      return [];
  }
}

/** The named clauses of a query, however deep, those inside of nested ones too. */
export function namedIn(query: Ir): NamedClause[] {
  switch (query.kind) {
    case 'named':
      return [query, ...namedIn(query.clause)];
    case 'and':
    case 'or':
      return query.clauses.flatMap(namedIn);
    case 'not':
    case 'nested':
      return namedIn(query.clause);
    default:
      return [];
  }
}
