import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { type ElasticsearchServer, reasonOf } from '../../golden/server.ts';
import { askEngine } from './mapped-round.ts';
import type { Question } from './query-strings.ts';

/** What an engine says to a query: ids of documents, or why it refuses. */
export type Answer =
  | { readonly ids: ReadonlySet<number> }
  | { readonly refused: string; readonly reason: string };

export interface Answers {
  /** Documents that Elasticsearch took; ids are positions here. */
  readonly documents: readonly string[];
  readonly elasticsearch: readonly Answer[];
  readonly estrom: readonly Answer[];
}

interface Found {
  readonly hits?: { readonly hits?: readonly { readonly _id: string }[] };
}

interface Stored {
  readonly items: readonly { readonly index: { readonly status: number } }[];
}

const SETTINGS = JSON.stringify({
  settings: {
    number_of_shards: 1,
    number_of_replicas: 0,
    'index.refresh_interval': -1,
    'index.translog.durability': 'async',
  },
});

let rounds = 0;

/** Puts the same questions about the same documents to both. */
export async function askBoth(
  server: ElasticsearchServer,
  engine: EmbeddedEngine,
  given: readonly string[],
  questions: readonly Question[],
): Promise<Answers> {
  rounds += 1;
  const index = `differential-${process.pid}-${rounds}`;
  const created = await server.ask('PUT', index, SETTINGS);
  if (created.error) throw new Error(reasonOf(created, index));
  try {
    const documents = await store(server, index, given);
    const [elasticsearch, estrom] = await Promise.all([
      askElasticsearch(server, index, documents, questions),
      askEngine(engine, index, documents, questions, [...idsOf.get(documents)!.keys()]),
    ]);
    return { documents, elasticsearch, estrom };
  } finally {
    await server.ask('DELETE', index);
  }
}

/** @returns the documents that Elasticsearch took; their ids are positions */
export async function store(
  server: ElasticsearchServer,
  index: string,
  given: readonly string[],
): Promise<string[]> {
  const lines = given.map((source, id) => `{"index":{"_id":"${id}"}}\n${source}\n`);
  const stored = await server.ask<Stored>('POST', `${index}/_bulk?refresh=true`, lines.join(''));
  if (stored.error) throw new Error(reasonOf(stored, index));
  const taken: string[] = [];
  const moved: number[] = [];
  for (const [id, { index: item }] of stored.items.entries()) {
    if (item.status === 201) {
      moved.push(id);
      taken.push(given[id]!);
    } else if (item.status !== 400) throw new Error(`document answered ${item.status}`);
  }
  idsOf.set(taken, new Map(moved.map((id, position) => [String(id), position])));
  return taken;
}

/** Position by `_id`, where refused documents leave holes. */
const idsOf = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

export async function askElasticsearch(
  server: ElasticsearchServer,
  index: string,
  documents: readonly string[],
  questions: readonly Question[],
): Promise<Answer[]> {
  const size = Math.max(documents.length, 1);
  const bodies = questions.map(({ query }) => {
    const dsl = typeof query === 'string' ? { query_string: { query } } : query;
    return JSON.stringify({ query: dsl, size, _source: false, track_total_hits: false });
  });
  const found = await server.search<Found>(index, bodies, 'hits.hits._id,error,status');
  const positions = idsOf.get(documents)!;
  return found.map((one): Answer => {
    if (one.error) return { refused: one.error.type, reason: reasonOf(one, index) };
    return { ids: new Set((one.hits?.hits ?? []).map(({ _id }) => positions.get(_id)!)) };
  });
}
