import { Elasticsearch } from '../../test/engines/elasticsearch.ts';
import { batchOf } from '../batches.ts';
import { checkStored } from '../elasticsearch.ts';
import { DirectCalls } from '../elasticsearch-direct.ts';
import { StoredWorkload } from '../elasticsearch-queries.ts';
import { WORKERS } from '../engine.ts';
import { residentMiBOf } from '../machine.ts';
import type { BenchOptions } from '../suite.ts';
import type { Workload } from '../workload.ts';
import type { Answer, Figure } from './program.ts';

/** Those that were fastest before come first, in case that the time does not suffice. */
const DOCUMENTS = [400, 24, 100, 8, 50, 1];
const CONCURRENCY = [1, 2, 4];
const WARM_UP_SECONDS = 1;
/** With the stock limit, searches of many documents are not narrowed down by their terms. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stock: {},
  'max_clause_count 100k': { 'indices.query.bool.max_clause_count': '100000' },
};
const HEAP = '2g';
/** Milliseconds after which no other setting of the server is tried: storing many queries takes long. */
const LONGEST = 180_000;

/**
 * Elasticsearch's percolator with prepared requests over kept connections: only ids are asked for, in filter
 * context. One request at a time stands beside one thread, and several beside all: its threads cannot be told, but a
 * search of one shard takes one.
 * @param limit milliseconds, split among the settings of the server, after which no further search is tried
 * @throws Error where its matches are not those that were counted
 */
export async function askElasticsearch(
  workload: Workload,
  { seconds }: BenchOptions,
  limit: number,
): Promise<Answer> {
  const figures: Figure[] = [];
  const each = limit / Object.keys(SETTINGS).length;
  let loaded = { registrationsPerSecond: 0, mebibytes: 0 };
  const start = performance.now();
  for (const [name, settings] of Object.entries(SETTINGS)) {
    if (performance.now() - start > LONGEST) {
      process.stderr.write(`${name}: left out for time\n`);
      break;
    }
    const server = await Elasticsearch.start({ heap: HEAP, isMeasured: true, settings });
    try {
      const began = performance.now();
      const stored = await StoredWorkload.create(server.url, workload);
      const registrationsPerSecond = (workload.queries.length / (performance.now() - began)) * 1000;
      loaded = { registrationsPerSecond, mebibytes: residentMiBOf(server.pid) };
      await checkStored(stored, workload);
      figures.push(...(await sweep(stored, workload, { name, seconds, limit: each })));
    } finally {
      await server.stop();
    }
  }
  return { ...loaded, figures };
}

async function sweep(
  stored: StoredWorkload,
  { documents: sources }: Workload,
  { name, seconds, limit }: { name: string; seconds: number; limit: number },
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const end = performance.now() + limit;
  for (const documents of DOCUMENTS) {
    const size = Math.max(documents, 48 - (48 % documents));
    const batches = Array.from({ length: Math.floor(sources.length / size) }, (_, i) =>
      batchOf(sources.slice(i * size, (i + 1) * size), 'logs'),
    );
    for (const concurrency of CONCURRENCY) {
      if (performance.now() > end) {
        process.stderr.write(`${name}: from ${documents} a search on left out for time\n`);
        return figures;
      }
      const calls = new DirectCalls(stored, documents, concurrency);
      await calls.load(batches, WARM_UP_SECONDS);
      const docsPerSecond = await calls.load(batches, seconds);
      await calls.close();
      figures.push({
        setting: `${name}, ${documents} a search, ${concurrency} under way`,
        threads: concurrency === 1 ? 1 : WORKERS,
        requests: concurrency === 1 ? '1 request' : `${concurrency} requests`,
        docsPerSecond,
      });
    }
  }
  return figures;
}
