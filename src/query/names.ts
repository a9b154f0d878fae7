import type { Ir, NamedClause, NestedClause } from './ir.ts';

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
  return [...named, ...clauses.flatMap(needsOf)];
}

/** That the document's index has all the nested objects which a query needs it to have. */
function needsOf(query: Ir): Ir[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.clauses.flatMap(needsOf);
    case 'not':
    case 'named':
      return needsOf(query.clause);
    case 'nested':
      return [...needOf(query), ...needsOf(query.clause)];
    default:
      return [];
  }
}

function needOf({ path, ignoreUnmapped }: NestedClause): Ir[] {
  const isNested: Ir = { kind: 'mapped', fields: [path], among: 'nested', atLeast: 1 };
  return ignoreUnmapped ? [] : [isNested];
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
