import { EstromError } from '../../../src/errors.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import type { ElasticsearchServer } from '../../golden/server.ts';

interface Found {
  readonly hits?: { readonly hits: readonly { readonly _id: string }[] };
}

/** Ids, ascending, that Elasticsearch finds in an index of so many documents; null where it refuses. */
export async function idsFound(
  server: ElasticsearchServer,
  index: string,
  queries: readonly object[],
  documents: number,
): Promise<(number[] | null)[]> {
  const bodies = queries.map((query) =>
    JSON.stringify({ query, size: documents, _source: false, sort: '_doc' }),
  );
  const answers = await server.search<Found>(index, bodies);
  return answers.map(({ hits }) =>
    hits === undefined ? null : hits.hits.map(({ _id }) => Number(_id)).sort((a, b) => a - b),
  );
}

/** The query as estrom understands it, or why it refuses it. */
export function parsed(query: Record<string, unknown>): Ir | string {
  try {
    return canonicalise(parseQuery(query)).query;
  } catch (error) {
    if (error instanceof EstromError) return error.message;
    throw error;
  }
}

/** A query that is refused finds nothing. */
export const foundOnly = (query: Ir | string): Ir =>
  typeof query === 'string' ? { kind: 'none' } : query;
