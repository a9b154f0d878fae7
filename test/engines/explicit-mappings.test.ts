import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { analyzerNamed } from '../../src/mapping/analyzers/named.ts';
import { analyzeStandard } from '../../src/mapping/standard-analyzer.ts';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { documentOf, fields } from './differential/documents.ts';
import { explicitMapping } from './differential/explicit.ts';
import { askEngine, described } from './differential/mapped-round.ts';
import { queryAnalyzersOf } from './differential/query-analyzers.ts';
import { queryDslOf } from './differential/query-dsl.ts';
import { type Question, queryTextOf } from './differential/query-strings.ts';
import { askElasticsearch, store } from './differential/round.ts';
import { Tally } from './differential/tally.ts';
import { verdictOf } from './differential/verdict.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 200_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Disputes that are shown. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 5);
const DOCUMENTS = 40;
const QUESTIONS = 120;

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const round = fields.chain((all) =>
  explicitMapping(all).chain(({ mapping, fields: asked }) =>
    fc.record({
      mapping: fc.constant(mapping),
      documents: fc.array(documentOf(all), exactly(DOCUMENTS)),
      questions: fc.array(
        fc.oneof(
          queryTextOf(asked).map(({ kind, text }): Question => ({ kind, query: text })),
          queryDslOf(asked),
          queryAnalyzersOf(asked, OWN),
        ),
        exactly(QUESTIONS),
      ),
    }),
  ),
);

const server = new ElasticsearchServer(inject('elasticsearch'));
const mappings = new Map<string, Record<string, unknown>>();
/** Analyzers that queries may name; one has the name of a built-in one. */
const analysis = {
  analyzer: {
    folded: { type: 'custom', tokenizer: 'standard', filter: ['lowercase'] },
    stopped: { type: 'stop', stopwords: ['full', 'foo', '_none_'] },
    short: { type: 'standard', max_token_length: 4 },
    keyword: { type: 'whitespace' },
  },
};
const OWN = ['folded', 'stopped', 'short', 'unknown'];
const engine = embeddedEngine({}, fixedMappings(mappings, new Map(), { analysis }));
afterAll(() => engine.close());

/**
 * Whether some analyzer of the mapping, or one of the index that the query names, finds nothing in a word of the query
 * where another one finds it.
 */
function hasLostWords(query: string, mapping: string): boolean {
  if (!/"(query|simple_query)_string"/.test(query) && !query.startsWith('"')) return false;
  const analyzers = [...mapping.matchAll(/analyzer":"(\w+)"/g)].map(([, name]) => name!);
  const words = analyzeStandard(query);
  if (query.includes('analyzer":"stopped"') && words.some(({ text }) => isStopped(text)))
    return true;
  return analyzers.some((name) =>
    words.some(({ text }) => analyzerNamed(name)!.analyze(text).length === 0),
  );
}

/** Whether the index's analyzer of that name finds nothing in it. */
function isStopped(text: string): boolean {
  const { stopwords } = analysis.analyzer.stopped;
  return analyzerNamed('simple')!
    .analyze(text)
    .every((token) => stopwords.includes(token.text));
}

/**
 * Ids are left out, for documents that Elasticsearch refuses leave holes in them; and what differs on
 * purpose, see docs/elasticsearch-differences.md: bounds beyond small integers, and words of query strings that
 * are none for an analyzer, and beginnings that the simple syntax analyses, over an alias.
 */
function isComparable(query: unknown, mapping: object): boolean {
  const text = JSON.stringify(query);
  if (/_id\b|"ids"/.test(text)) return false;
  if (/simple_query_string.*analyze_wildcard.*nowhere/.test(text)) return false;
  if (hasLostWords(text, JSON.stringify(mapping))) return false;
  return !(/\d{10}/.test(text) && /"(integer|short|byte)"/.test(JSON.stringify(mapping)));
}

test('with explicit mappings generated queries find the same documents as in Elasticsearch', async () => {
  const tally = new Tally();
  const disputes: object[] = [];
  for (let number = 0; tally.pairs < PAIRS; number += 1) {
    const sample = { seed: SEED + number, numRuns: 1 };
    const given = fc.sample(fc.noBias(round), sample)[0]!;
    const { mapping } = given;
    const index = `explicit-${process.pid}-${number}`;
    const shards = { number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 };
    const settings = { ...shards, analysis };
    const body = JSON.stringify({ settings, mappings: mapping });
    const created = await server.ask('PUT', index, body);
    if (created.error) throw new Error(`${reasonOf(created, index)}: ${body}`);
    mappings.set(index, mapping);
    try {
      const questions = given.questions.filter(({ query }) => isComparable(query, mapping));
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
