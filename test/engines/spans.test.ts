import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { askEngine } from './differential/mapped-round.ts';
import { type Answer, askElasticsearch, store } from './differential/round.ts';
import { ANALYSIS, document, MAPPING, spansQuestion } from './differential/spans.ts';

const DOCUMENTS = 40;
const QUESTIONS = 150;

const compared = new Compared({ analysis: ANALYSIS });

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const roundOf = (documents: number, top: boolean) =>
  fc.record({
    mapping: fc.constant(MAPPING),
    documents: fc.array(document, exactly(documents)),
    questions: fc.array(spansQuestion(top), exactly(QUESTIONS)),
  });
/** Which terms of a pattern count depends on all the documents of an index. */
const many = roundOf(DOCUMENTS, false);
const single = roundOf(1, true);

test('generated spans find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'spans',
    round: (number) => (number % 4 === 0 ? many : single),
    shown: (dispute) => ({ ...dispute, mapping: undefined }),
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});

test('a pattern that more than 1024 different tokens of a document are like matches nothing of it', async () => {
  const { server, engine, mappings } = compared;
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
