import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { compileDsl } from '../../src/percolate/elasticsearch/compile/compile-dsl.ts';
import { TargetMapping } from '../../src/percolate/elasticsearch/mapping/target-mapping.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { standing } from '../contract/engine-contract.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';
import { askElasticsearch, store } from './differential/round.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';

const url = inject('elasticsearch');
const server = new ElasticsearchServer(url);
const prefix = `differences-${process.pid}`;
const node = new ElasticsearchNode({ url, prefix });
afterAll(async () => {
  await node.close();
  await sweep(url, `${prefix}*`);
});

let indices = 0;

/** What each query finds: in a search, and standing in the engine. */
async function both(body: object, queries: readonly string[], documents: readonly object[]) {
  const index = `${prefix}-${indices++}`;
  const made = await server.ask('PUT', index, JSON.stringify(body));
  if (made.error) throw new Error(made.error.reason);
  const texts = documents.map((document) => JSON.stringify(document));
  const taken = await store(server, index, texts);
  const questions = queries.map((query) => ({ kind: '', query }));
  const answers = await askElasticsearch(server, index, taken, questions);
  const asked = queries.map((query) => standing(query, index));
  await node.register(asked);
  const { pairs, failures } = await node.percolate(batchOf(texts, index));
  const bySlot = ordinalsBySlot(pairs, texts.length);
  return {
    failures,
    searched: answers.map((answer) => ('ids' in answer ? [...answer.ids] : answer.refused)),
    standing: asked.map(({ ordinal }) =>
      bySlot.flatMap((ordinals, slot) => (ordinals.includes(ordinal) ? [slot] : [])),
    ),
  };
}

const ON_PURPOSE = {
  "A document that the mapping refuses gets Elasticsearch's 400": async () => {
    const mappings = { properties: { status: { type: 'long' } } };
    const documents = [{ message: 'late', status: 'abc' }, { message: 'late' }];
    const { failures, standing: found } = await both({ mappings }, ['late'], documents);
    expect(failures).toMatchObject([{ slot: 0, status: 400, type: 'mapper_parsing_exception' }]);
    expect(found).toEqual([[1]]);
  },
  'The fields `_id` and `_index` cannot be asked for': () => {
    const mapping = TargetMapping.of({}, {});
    for (const query of ['_id:1', { term: { _index: 'a' } }, { ids: { values: ['1'] } }]) {
      const { query: ir } = canonicalise(parseQuery(query));
      expect(() => compileDsl(ir, mapping)).toThrow('cannot be asked');
    }
  },
  'Where no field is named, those that the index gives are asked': async () => {
    const settings = { 'index.query.default_field': ['message', 'status'] };
    const mappings = { properties: { status: { type: 'long' } } };
    const documents = [{ message: 'foo', status: 1 }, { other: 'foo' }];
    const queries = ['foo', '*:foo', 'other:foo', '*'];
    const { searched, standing: found } = await both({ settings, mappings }, queries, documents);
    const failed = 'search_phase_execution_exception';
    expect(searched).toEqual([failed, failed, [1], [0]]);
    expect(found).toEqual([[0], [0], [1], [0, 1]]);
  },
  'Only signs are clauses without words': async () => {
    const mappings = { properties: { message: { type: 'text', analyzer: 'stop' } } };
    const queries = ['message:disk AND message:the', 'message:disk AND message:"---"'];
    const documents = [{ message: 'the disk' }];
    const { searched, standing: found } = await both({ mappings }, queries, documents);
    expect(searched).toEqual([[0], [0]]);
    expect(found).toEqual([[], [0]]);
  },
  'A pattern without capitals is one of a query string': () => {
    const analysis = { analyzer: { folding: { tokenizer: 'standard', filter: ['asciifolding'] } } };
    const mapping = TargetMapping.of(
      { properties: { a: { type: 'text', analyzer: 'folding' } } },
      analysis,
    );
    const kindOf = (query: string | object) =>
      Object.keys(compileDsl(canonicalise(parseQuery(query)).query, mapping).dsl!)[0];
    expect(kindOf('a:größ*')).toBe('query_string');
    expect(kindOf({ wildcard: { a: 'größ*' } })).toBe('query_string');
    expect(kindOf({ wildcard: { a: 'Größ*' } })).toBe('wildcard');
  },
  'Relations of ranges with one bound that depends on the time': () => {
    const mapping = TargetMapping.of({ properties: { t: { type: 'date_range' } } }, {});
    const asked = (bounds: object) => {
      const query = { range: { t: { ...bounds, relation: 'within' } } };
      return compileDsl(canonicalise(parseQuery(query)).query, mapping).dsl;
    };
    expect(() => asked({ gte: '2024', lt: 'now' })).toThrow('depends on the time');
    expect(asked({ gte: 'now-1d', lt: 'now' })).not.toBeNull();
    expect(asked({ lt: 'now' })).not.toBeNull();
  },
  'Names of clauses are not told': () => {
    const mapping = TargetMapping.of({ properties: { a: { type: 'text' } } }, {});
    const named = { match: { a: { query: 'x', _name: 'n' } } };
    const dslOf = (query: object) => compileDsl(canonicalise(parseQuery(query)).query, mapping).dsl;
    expect(dslOf(named)).toEqual(dslOf({ match: { a: 'x' } }));
  },
};

describe('on purpose', () => {
  test.each(Object.entries(ON_PURPOSE))('%s', async (_, check) => check());

  test('are those that the page names', () => {
    const page = readFileSync(
      new URL('../../docs/elasticsearch-differences.md', import.meta.url),
      'utf8',
    );
    const titles = [...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(Object.keys(ON_PURPOSE));
  });
});
