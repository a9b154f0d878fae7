import { compileDsl } from '../../../src/percolate/elasticsearch/compile/compile-dsl.ts';
import { TargetMapping } from '../../../src/percolate/elasticsearch/mapping/target-mapping.ts';
import type { Ir } from '../../../src/query/ir.ts';
import type { ElasticsearchServer } from '../../golden/server.ts';

const FIELD = '__estrom_query';

interface Stored {
  readonly items: readonly { readonly index: { readonly error?: { readonly reason: string } } }[];
}

interface Found {
  readonly hits: {
    readonly hits: readonly {
      readonly _id: string;
      readonly fields?: { readonly _percolator_document_slot: readonly number[] };
    }[];
  };
}

/** The mapping that an index has now, with its analyzers. */
export async function mappingOf(
  server: ElasticsearchServer,
  index: string,
): Promise<TargetMapping> {
  // Mappings that documents bring can be read a moment after these were answered.
  await server.ask('GET', '_cluster/health?wait_for_events=immediate');
  const answer = await server.ask<
    Record<
      string,
      { mappings: object; settings: { index: { analysis?: object } } } & { reason: undefined }
    >
  >('GET', index);
  const { mappings, settings } = answer[index]!;
  return TargetMapping.of(mappings, settings.index.analysis ?? {}, settings.index);
}

/** Positions of the documents that matched, by query. */
type Slots = Set<number>[];

/**
 * Registers the queries in a percolator index of their own, compiled for the mapping, and percolates
 * the documents.
 */
export async function percolated(
  server: ElasticsearchServer,
  index: string,
  mapping: TargetMapping,
  queries: readonly Ir[],
  documents: readonly string[],
): Promise<Slots> {
  const ask = await registered(server, index, mapping, queries);
  try {
    return await ask(documents);
  } finally {
    await server.ask('DELETE', index);
  }
}

/** @returns percolates documents, until the index is deleted */
export async function registered(
  server: ElasticsearchServer,
  index: string,
  mapping: TargetMapping,
  queries: readonly Ir[],
): Promise<(documents: readonly string[]) => Promise<Slots>> {
  const { mappings, analysis } = mapping;
  const { properties } = mappings as { properties?: object };
  const made = await server.ask(
    'PUT',
    index,
    JSON.stringify({
      settings: {
        number_of_shards: 1,
        number_of_replicas: 0,
        'index.refresh_interval': -1,
        'index.max_result_window': 100_000,
        'index.mapping.total_fields.limit': 10_000,
        'index.translog.durability': 'async',
        analysis,
      },
      mappings: { ...mappings, properties: { ...properties, [FIELD]: { type: 'percolator' } } },
    }),
  );
  if (made.error) throw new Error(JSON.stringify(made.error));
  await register(server, index, mapping, queries);
  const known = mapping.knownPaths();
  return (documents) => {
    const texts = documents.map((text) => known.withNumberTexts(text));
    return percolate(server, index, queries.length, texts);
  };
}

async function register(
  server: ElasticsearchServer,
  index: string,
  mapping: TargetMapping,
  queries: readonly Ir[],
): Promise<void> {
  const lines: string[] = [];
  for (const [id, query] of queries.entries()) {
    const { dsl } = compileDsl(query, mapping);
    if (dsl !== null)
      lines.push(`{"index":{"_id":"${id}"}}\n${JSON.stringify({ [FIELD]: dsl })}\n`);
  }
  if (lines.length === 0) return;
  const stored = await server.ask<Stored>('POST', `${index}/_bulk?refresh=true`, lines.join(''));
  if (stored.error) throw new Error(JSON.stringify(stored.error));
  for (const [at, { index: item }] of stored.items.entries()) {
    if (item.error) throw new Error(`${JSON.stringify(item.error)} for ${lines[at]}`);
  }
}

async function percolate(
  server: ElasticsearchServer,
  index: string,
  count: number,
  documents: readonly string[],
): Promise<Slots> {
  const sets = Array.from({ length: count }, () => new Set<number>());
  if (count === 0) return sets;
  const body = `{"size":${count},"_source":false,"query":{"constant_score":{"filter":{"percolate":{"field":"${FIELD}","documents":[${documents.join(',')}]}}}}}`;
  const found = await server.ask<Found>('POST', `${index}/_search`, body);
  if (found.error) throw new Error(JSON.stringify(found.error));
  for (const { _id, fields } of found.hits.hits) {
    for (const slot of fields?._percolator_document_slot ?? []) sets[Number(_id)]!.add(slot);
  }
  return sets;
}
