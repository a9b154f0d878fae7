import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { askEngine, described } from './differential/mapped-round.ts';
import { rarerRound } from './differential/rarer-clauses.ts';
import { askElasticsearch, store } from './differential/round.ts';
import { Tally } from './differential/tally.ts';
import { verdictOf } from './differential/verdict.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 20_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Disputes that are shown. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 5);
const DOCUMENTS = 40;
const QUESTIONS = 120;

const server = new ElasticsearchServer(inject('elasticsearch'));
const mappings = new Map<string, Record<string, unknown>>();
const engine = embeddedEngine({}, fixedMappings(mappings));
afterAll(() => engine.close());

test('generated queries with rarer clauses find the same documents as in Elasticsearch', async () => {
  const tally = new Tally();
  const disputes: object[] = [];
  for (let number = 0; tally.pairs < PAIRS; number += 1) {
    const sample = { seed: SEED + number, numRuns: 1 };
    const given = fc.sample(fc.noBias(rarerRound(DOCUMENTS, QUESTIONS)), sample)[0]!;
    const { mapping, questions } = given;
    const index = `rarer-${process.pid}-${number}`;
    const settings = { number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 };
    const body = JSON.stringify({ settings, mappings: mapping });
    const created = await server.ask('PUT', index, body);
    if (created.error) throw new Error(`${reasonOf(created, index)}: ${body}`);
    mappings.set(index, mapping);
    try {
      const documents = await store(server, index, given.documents);
      const [elasticsearch, estrom] = await Promise.all([
        askElasticsearch(server, index, documents, questions),
        askEngine(engine, index, documents, questions),
      ]);
      for (const [at, { kind, query }] of questions.entries()) {
        const verdict = verdictOf(elasticsearch[at]!, estrom[at]!);
        tally.add(kind, verdict, elasticsearch[at]!, documents.length);
        if (verdict !== 'different' && verdict !== 'refusal') continue;
        disputes.push(described(kind, query, mapping, documents, elasticsearch[at]!, estrom[at]!));
      }
    } finally {
      await server.ask('DELETE', index);
    }
  }
  console.log(`ESTROM_SEED=${SEED}: ${tally.pairs} pairs, ${disputes.length} disputes\n${tally}`);
  for (const dispute of disputes.slice(0, SHOWN)) console.log(JSON.stringify(dispute, null, 1));
  expect(disputes.length, 'queries on which the engines disagree').toBe(0);
});
