import { canonicalise } from '../../../src/query/canonical.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import type { ElasticsearchServer } from '../../golden/server.ts';
import { batchOf, ordinalsBySlot } from '../../percolate/batches.ts';
import { fixedMappings } from '../../percolate/case-mappings.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import type { Question } from './query-strings.ts';

/** Whether Elasticsearch and a new embedded engine find one document, in an index with a mapping. */
export async function askMappedBoth(
  server: ElasticsearchServer,
  mapping: object,
  source: object,
  queries: readonly Question['query'][],
): Promise<{ elasticsearch: boolean[]; estrom: boolean[] }> {
  const index = `on-purpose-${process.pid}`;
  await server.ask('PUT', index, JSON.stringify({ mappings: mapping }));
  await server.ask('PUT', `${index}/_doc/0?refresh`, JSON.stringify(source));
  const bodies = queries.map((query) =>
    JSON.stringify({ query: typeof query === 'string' ? { query_string: { query } } : query }),
  );
  const found = await server.search<{ hits?: { hits: object[] } }>(index, bodies);
  await server.ask('DELETE', index);
  const own = embeddedEngine({}, fixedMappings(new Map([[index, { ...mapping }]])));
  const standing = queries.map((query, ordinal) => ({
    ...{ id: String(ordinal), ordinal, index: '*' },
    query: canonicalise(parseQuery(query)).query,
  }));
  await own.register(standing);
  const { pairs } = await own.percolate(batchOf([JSON.stringify(source)], index));
  await own.close();
  const [matched] = ordinalsBySlot(pairs, 1);
  return {
    // Where it fails it finds none.
    elasticsearch: found.map(({ hits }) => (hits?.hits.length ?? 0) > 0),
    estrom: queries.map((_, ordinal) => matched!.includes(ordinal)),
  };
}
