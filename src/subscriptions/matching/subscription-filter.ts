import { EstromError } from '../../errors.ts';
import { isArlasFilter, parseArlasFilter } from '../../query/arlas/arlas-filter.ts';
import { type Canonical, canonicalise } from '../../query/canonical.ts';
import type { Ir } from '../../query/ir.ts';
import { withoutNames } from '../../query/names.ts';
import { parseQuery } from '../../query/parse-query.ts';

/**
 * What a subscription's `hits.filter` asks of documents: ARLAS parameters, JSON of the Query DSL, or a query
 * string; an empty text is every document.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED, QUERY_LIMIT or BAD_JSON
 */
export function parseSubscriptionFilter(text: string): Ir {
  if (text.trim() === '') return { kind: 'all' };
  return withoutNames(isArlasFilter(text) ? parseArlasFilter(text) : parseQuery(text));
}

/** The filter with the row filter of those for whom the documents are. Throws as {@link parseSubscriptionFilter}. */
export function filterFor(filter: string, rowFilter: Ir | string | null): Canonical {
  const clauses = [ownFilter(filter)];
  if (typeof rowFilter === 'string') clauses.push(parseSubscriptionFilter(rowFilter));
  else if (rowFilter !== null) clauses.push(rowFilter);
  return canonicalise({ kind: 'and', clauses });
}

/** The subscription's own, named where it is refused. */
function ownFilter(filter: string): Ir {
  try {
    return parseSubscriptionFilter(filter);
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    throw new EstromError(error.code, `[subscription.hits.filter] ${error.message}`, error.details);
  }
}
