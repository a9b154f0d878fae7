import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { askEngine, described } from './differential/mapped-round.ts';
import { type Answer, askElasticsearch, store } from './differential/round.ts';
import { ANALYSIS, document, MAPPING, spansQuestion } from './differential/spans.ts';
import { Tally } from './differential/tally.ts';
import { verdictOf } from './differential/verdict.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 20_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Disputes that are shown. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 5);
const DOCUMENTS = 40;
const QUESTIONS = 150;

const server = new ElasticsearchServer(inject('elasticsearch'));
const mappings = new Map<string, Record<string, unknown>>();
const engine = embeddedEngine({}, fixedMappings(mappings, new Map(), { analysis: ANALYSIS }));
afterAll(() => engine.close());

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const roundOf = (documents: number, top: boolean) =>
  fc.record({
    documents: fc.array(document, exactly(documents)),
    questions: fc.array(spansQuestion(top), exactly(QUESTIONS)),
  });
/** Which terms of a pattern count depends on all the documents of an index. */
const many = roundOf(DOCUMENTS, false);
const single = roundOf(1, true);

test('generated spans find the same documents as in Elasticsearch', async () => {
  const tally = new Tally();
  const disputes: object[] = [];
  for (let number = 0; tally.pairs < PAIRS; number += 1) {
    const round = number % 4 === 0 ? many : single;
    const { documents: given, questions } = fc.sample(fc.noBias(round), {
      seed: SEED + number,
      numRuns: 1,
    })[0]!;
    const index = `spans-${process.pid}-${number}`;
    const settings = {
      number_of_shards: 1,
      number_of_replicas: 0,
      refresh_interval: -1,
      analysis: ANALYSIS,
    };
    const body = JSON.stringify({ settings, mappings: MAPPING });
    const created = await server.ask('PUT', index, body);
    if (created.error) throw new Error(`${reasonOf(created, index)}: ${body}`);
    mappings.set(index, MAPPING);
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
        disputes.push(described(kind, query, {}, documents, elasticsearch[at]!, estrom[at]!));
      }
    } finally {
      await server.ask('DELETE', index);
    }
  }
  console.log(`ESTROM_SEED=${SEED}: ${tally.pairs} pairs, ${disputes.length} disputes\n${tally}`);
  for (const dispute of disputes.slice(0, SHOWN)) console.log(JSON.stringify(dispute));
  expect(disputes.length, 'queries on which the engines disagree').toBe(0);
});

test('a pattern that more than 1024 different tokens of a document are like matches nothing of it', async () => {
  const index = `spans-${process.pid}-many`;
  const text = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(' ');
  const given = [1024, 1025].map((count) => JSON.stringify({ t: text(count) }));
  const all = (more: object) => ({
    span_multi: { match: { wildcard: { t: { value: 'w*', ...more } } } },
  });
  const spans = [all({}), all({ rewrite: 'top_terms_2000' }), all({ rewrite: 'top_terms_1' })];
  const near = (span: object) => ({
    span_near: { clauses: [span, { span_term: { t: 'w1023' } }], slop: 0 },
  });
  const questions = [
    ...spans,
    ...spans.map(near),
    { span_or: { clauses: [all({}), { span_term: { t: 'w1' } }] } },
  ].map((query) => ({ kind: '', query }));
  mappings.set(index, MAPPING);
  const answers = [];
  // Elasticsearch counts what all documents of an index have.
  for (const document of given) {
    await server.ask(
      'PUT',
      index,
      JSON.stringify({ settings: { analysis: ANALYSIS }, mappings: MAPPING }),
    );
    const documents = await store(server, index, [document]);
    const theirs = await askElasticsearch(server, index, documents, questions);
    const ours = await askEngine(engine, index, documents, questions);
    await server.ask('DELETE', index);
    const isFound = (answer: Answer) => 'ids' in answer && answer.ids.size > 0;
    expect(ours.map(isFound)).toEqual(theirs.map(isFound));
    answers.push(ours.map(isFound));
  }
  expect(answers).toEqual([
    [true, true, true, true, true, false, true],
    [false, true, true, false, true, false, false],
  ]);
});
