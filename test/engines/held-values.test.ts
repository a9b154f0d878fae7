import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, expect, inject, test } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { ENGINE_CONFIG } from '../percolate/engines.ts';
import { ASKED, HELD_FIELDS, heldDocument } from '../percolate/held-values.ts';

const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const DOCUMENTS = Number(process.env['ESTROM_PAIRS'] ?? 3000);

const index = `held-values-${process.pid}`;
const mappings = { properties: HELD_FIELDS };
const server = new ElasticsearchServer(inject('elasticsearch'));
const engines = [true, false].map(
  (strictMapping) =>
    new EmbeddedEngine({
      config: ENGINE_CONFIG,
      mappings: fixedMappings(new Map([[index, mappings]])),
      metrics: new Metrics(),
      log: pino({ level: 'silent' }),
      strictMapping,
    }),
);
const [strict, lenient] = engines as [EmbeddedEngine, EmbeddedEngine];
afterAll(async () => {
  await server.ask('DELETE', index);
  await Promise.all(engines.map((engine) => engine.close()));
});

interface Stored {
  readonly items: readonly {
    readonly index: { readonly status: number; readonly error?: unknown };
  }[];
}
interface Found {
  readonly hits: { readonly hits: readonly { readonly _id: string }[] };
}

test('values of types that queries can only ask for are refused, or there, as in Elasticsearch', async () => {
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await server.ask('PUT', index, JSON.stringify({ settings, mappings }));
  const documents = fc.sample(fc.noBias(heldDocument), { seed: SEED, numRuns: DOCUMENTS });
  const lines = documents.map((source, id) => `{"index":{"_id":"${id}"}}\n${source}\n`);
  const path = `${index}/_bulk?refresh=true`;
  const { items } = await server.ask<Stored>('POST', path, lines.join(''));
  const queries = ASKED.map((field) => ({ exists: { field } }));
  const size = { size: 10_000, _source: false };
  const found = await server.search<Found>(
    index,
    queries.map((query) => JSON.stringify({ query, ...size })),
  );
  await lenient.register(
    queries.map((query, ordinal) => ({
      ...{ id: String(ordinal), ordinal, index: '*' },
      query: canonicalise(parseQuery(query)).query,
    })),
  );
  const batch = batchOf(documents, index);
  const { failures } = await strict.percolate(batch);
  const { pairs } = await lenient.percolate(batch);
  const refusals = new Map(failures.map(({ slot, reason }) => [slot, reason]));
  const there = ordinalsBySlot(pairs, documents.length);
  const disputes = documents.flatMap((source, id): object[] => {
    const { error } = items[id]!.index;
    const refusal = refusals.get(id);
    if ((error === undefined) !== (refusal === undefined)) return [{ source, error, refusal }];
    // What is left of a refused document is matched here.
    if (error !== undefined) return [];
    const theirs = found.flatMap(({ hits: { hits } }, query) =>
      hits.some(({ _id }) => _id === String(id)) ? [query] : [],
    );
    const [mine, asked] = [there[id]!, ASKED];
    const isSame = JSON.stringify(mine) === JSON.stringify(theirs);
    return isSame
      ? []
      : [{ source, theirs: theirs.map((at) => asked[at]), mine: mine.map((at) => asked[at]) }];
  });
  const refused = items.filter(({ index: { error } }) => error !== undefined).length;
  console.log(`ESTROM_SEED=${SEED}: ${documents.length} documents, ${refused} refused`);
  expect(refused).toBeGreaterThan(documents.length / 10);
  expect(disputes.slice(0, 10)).toEqual([]);
});
