import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { batchOf } from '../percolate/batches.ts';
import { embeddedEngine } from '../percolate/engines.ts';

const server = new ElasticsearchServer(inject('elasticsearch'));
const engine = embeddedEngine();
const index = `named-${randomUUID().slice(0, 8)}`;

const DOCUMENTS = [
  '{"text":"one two","n":1,"tag":"a"}',
  '{"text":"two three","n":2}',
  '{"text":"three","tag":["a","b"]}',
  '{"n":[1,2],"other":true}',
];
const text = (query: string, _name: string) => ({ match: { text: { query, _name } } });
const span = (value: string, _name: string) => ({ span_term: { text: { value, _name } } });
const QUERIES = [
  text('two', 'a match'),
  { bool: { should: [text('one', 'first'), text('three', 'second')], _name: 'either' } },
  { bool: { must: [text('two', 'two')], must_not: [text('one', 'not one')] } },
  { bool: { filter: [{ exists: { field: 'n', _name: 'n' } }], should: [text('one', 'optional')] } },
  { dis_max: { queries: [text('one', 'one'), { range: { n: { gt: 1, _name: 'above' } } }] } },
  { constant_score: { filter: text('two', 'inner'), _name: 'outer' } },
  { boosting: { positive: text('two', 'up'), negative: text('one', 'down'), negative_boost: 0.5 } },
  { terms: { n: [1, 2], _name: 'some' } },
  { query_string: { query: 'text:t* AND n:*', _name: 'a text' } },
  { simple_query_string: { query: 'two', fields: ['text'], _name: 'simple' } },
  { multi_match: { query: 'two a', fields: ['text', 'tag'], _name: 'several' } },
  { prefix: { text: { value: 't', _name: 'begins' } } },
  { wildcard: { text: { value: '*w*', _name: 'has' } } },
  { match_phrase: { text: { query: 'one two', _name: 'in a row' } } },
  { match_all: { _name: 'all' } },
  { term: { tag: { value: 'a', _name: '' } } },
  span('two', 'a span'),
  {
    span_near: {
      clauses: [span('two', 'before'), span('three', 'behind')],
      _name: 'near',
    },
  },
  {
    span_or: {
      clauses: [
        { span_first: { match: span('two', 'in it'), end: 1, _name: 'begins' } },
        { span_near: { clauses: [span('one', 'one'), span('three', 'never near')], _name: 'far' } },
        span('three', 'at last'),
      ],
    },
  },
  {
    span_not: {
      include: span('two', 'included'),
      exclude: {
        span_multi: { match: { wildcard: { text: { value: 'o*', _name: 'a pattern' } } } },
      },
      pre: 1,
    },
  },
  {
    span_multi: {
      match: { prefix: { text: { value: 't', _name: 'not told' } } },
      _name: 'a beginning',
    },
  },
  { bool: { must_not: [{ span_or: { clauses: [span('one', 'inside')] } }] } },
];

interface Found {
  readonly hits: { readonly hits: { readonly _id: string; readonly matched_queries?: string[] }[] };
}

beforeAll(async () => {
  for (const [id, document] of DOCUMENTS.entries()) {
    await server.ask('PUT', `${index}/_doc/${id}?refresh`, document);
  }
  const queries = QUERIES.map((query, ordinal) => ({
    ...{ id: String(ordinal), ordinal, index: '*' },
    query: canonicalise(parseQuery(query)).query,
  }));
  await engine.register(queries);
});
afterAll(async () => {
  await server.ask('DELETE', index);
  await engine.close();
});

it('hits name the clauses that Elasticsearch names', async () => {
  const { named } = await engine.percolate(batchOf(DOCUMENTS));
  const bodies = QUERIES.map((query) => JSON.stringify({ query, size: 10, sort: ['_doc'] }));
  const answers = await server.search<Found>(index, bodies);
  for (const [ordinal, { hits }] of answers.entries()) {
    const theirs = hits.hits
      .filter(({ matched_queries }) => matched_queries?.length)
      .map(({ _id, matched_queries }) => [Number(_id), matched_queries!.toSorted()]);
    const ours = named!
      .filter((each) => each.ordinal === ordinal)
      .map(({ slot, names }) => [slot, names]);
    expect(ours, JSON.stringify(QUERIES[ordinal])).toEqual(theirs.toSorted());
  }
});
