import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { analysisOf, chainDocument, chainQuestion, mappingOf } from './differential/chains.ts';
import { askEngine, described } from './differential/mapped-round.ts';
import { askElasticsearch, store } from './differential/round.ts';
import { Tally } from './differential/tally.ts';
import { verdictOf } from './differential/verdict.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 20_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Disputes that are shown. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 5);
const DOCUMENTS = 30;
const QUESTIONS = 120;
const ANALYZERS = 80;

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const sampled = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
  fc.sample(fc.noBias(arbitrary), { seed, numRuns: 1 })[0]!;

const analysis = sampled(analysisOf(ANALYZERS), SEED);
const settings = { analysis, max_ngram_diff: 10, max_shingle_diff: 10 };
const server = new ElasticsearchServer(inject('elasticsearch'));
const mappings = new Map<string, Record<string, unknown>>();
const engine = embeddedEngine({}, fixedMappings(mappings, new Map(), settings));
afterAll(() => engine.close());

const round = fc.record({
  mapping: mappingOf(ANALYZERS),
  documents: fc.array(chainDocument, exactly(DOCUMENTS)),
  questions: fc.array(chainQuestion, exactly(QUESTIONS)),
});

test('generated queries on fields with custom analyzers find the same documents as in Elasticsearch', async () => {
  const tally = new Tally();
  const disputes: object[] = [];
  for (let number = 0; tally.pairs < PAIRS; number += 1) {
    const { mapping, questions, documents: given } = sampled(round, SEED + number);
    const index = `chains-${process.pid}-${number}`;
    const more = { number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 };
    const body = JSON.stringify({ settings: { ...settings, ...more }, mappings: mapping });
    const created = await server.ask('PUT', index, body);
    if (created.error) throw new Error(`${reasonOf(created, index)}: ${body}`);
    mappings.set(index, mapping);
    try {
      const documents = await store(server, index, given);
      const [elasticsearch, estrom] = await Promise.all([
        askElasticsearch(server, index, documents, questions),
        askEngine(engine, index, documents, questions),
      ]);
      for (const [at, { kind, query }] of questions.entries()) {
        const verdict = verdictOf(elasticsearch[at]!, estrom[at]!);
        tally.add(kind, verdict, elasticsearch[at]!, documents.length);
        if (verdict !== 'different' && verdict !== 'refusal') continue;
        const own = described(kind, query, mapping, documents, elasticsearch[at]!, estrom[at]!);
        disputes.push({ ...own, mapping: undefined, analysis: used(query, mapping) });
      }
    } finally {
      await server.ask('DELETE', index);
    }
  }
  console.log(`ESTROM_SEED=${SEED}: ${tally.pairs} pairs, ${disputes.length} disputes\n${tally}`);
  for (const dispute of disputes.slice(0, SHOWN)) console.log(JSON.stringify(dispute));
  expect(disputes.length, 'queries on which the engines disagree').toBe(0);
});

/** The chains of the fields that a query asks. */
function used(query: unknown, { properties }: Record<string, unknown>): unknown[] {
  const text = JSON.stringify(query);
  return Object.entries(properties as Record<string, Record<string, string>>)
    .filter(([field]) => text.includes(`"${field}"`))
    .map(([field, { type: _, ...own }]) => [
      field,
      ...Object.values(own).map((name) => whole(analysis['analyzer']![name])),
    ]);
}

function whole(own: unknown): unknown {
  if (typeof own !== 'object' || own === null) return own;
  const part = (section: string) => (name: unknown) => analysis[section]![String(name)] ?? name;
  const { tokenizer, filter, char_filter } = own as Record<string, unknown>;
  const all = (names: unknown, section: string) => (names as unknown[]).map(part(section));
  return [all(char_filter, 'char_filter'), part('tokenizer')(tokenizer), all(filter, 'filter')];
}
