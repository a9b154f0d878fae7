import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { queryText } from '../workload.ts';

/** What a query was parsed from, where it was. */
const sources = new WeakMap<Ir, object>();

/** @throws EstromError where estrom does not take the clause */
export function parsed(dsl: object): Ir {
  const query = parseQuery(dsl);
  sources.set(query, dsl);
  return query;
}

/** The query as it is registered: a text where it is one of terms, else the Query DSL. */
export function sourceOf(query: Ir): string | object {
  const isText =
    query.kind === 'match' ||
    (query.kind === 'and' && query.clauses.every(({ kind }) => kind === 'match'));
  return isText ? queryText(query) : dslOf(query);
}

/** The query in the Query DSL, scores left out. Words of the workloads are lower case, so that normalising is nothing. */
export function dslOf(query: Ir): object {
  const source = sources.get(query);
  if (source !== undefined) return source;
  switch (query.kind) {
    case 'and': {
      const excluded = query.clauses.flatMap((c) => (c.kind === 'not' ? [dslOf(c.clause)] : []));
      const filter = query.clauses.filter(({ kind }) => kind !== 'not').map(dslOf);
      return {
        bool: {
          ...(filter.length > 0 ? { filter } : {}),
          ...(excluded.length > 0 ? { must_not: excluded } : {}),
        },
      };
    }
    case 'or':
      return { bool: { should: query.clauses.map(dslOf), minimum_should_match: query.atLeast } };
    case 'not':
      return { bool: { must_not: [dslOf(query.clause)] } };
    case 'match':
      return query.field === null
        ? { query_string: { query: query.text } }
        : { match: { [query.field]: query.text } };
    case 'phrase':
      return { match_phrase: { [query.field!]: query.text } };
    case 'range':
      return {
        range: {
          [query.field!]: {
            ...(query.lower === null ? {} : { [query.includeLower ? 'gte' : 'gt']: query.lower }),
            ...(query.upper === null ? {} : { [query.includeUpper ? 'lte' : 'lt']: query.upper }),
          },
        },
      };
    case 'wildcard':
      return { wildcard: { [query.field!]: { value: query.pattern } } };
    case 'exists':
      return { exists: { field: query.field } };
    default:
      throw new Error(`the workloads have no ${query.kind}`);
  }
}
