import { afterEach, expect, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

type Mapping = Record<string, unknown>;

let engine: ReturnType<typeof embeddedEngine>;
const mappings = new Map<string, Mapping>();
/** `mapping.total_fields.limit` of indices. */
const limits = new Map<string, number>();

afterEach(async () => {
  await engine.close();
  mappings.clear();
  limits.clear();
});

const standing = (ordinal: number, query: unknown) => ({
  id: String(ordinal),
  ordinal,
  index: '*',
  query: canonicalise(parseQuery(query as string)).query,
});

async function matched(documents: readonly object[], index = 'docs'): Promise<number[][]> {
  const texts = documents.map((document) => JSON.stringify(document));
  const { pairs } = await engine.percolate(batchOf(texts, index));
  return ordinalsBySlot(pairs, documents.length);
}

test('queries registered before a mapping match by it from its first document on', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  const texts = ['k:"Foo Bar"', 'k:foo', '"Foo Bar"', 't:dog', 'NOT k:"..."', 'k:"..."'];
  await engine.register(texts.map((text, ordinal) => standing(ordinal, text)));
  mappings.set('docs', {
    properties: { k: { type: 'keyword' }, t: { type: 'text', analyzer: 'english' } },
  });
  expect(await matched([{ k: 'Foo Bar' }, { t: 'Dogs' }, { k: '...' }])).toEqual([
    [0, 2, 4],
    [3, 4],
    [5],
  ]);
});

test('the same field keeps its meaning in each index', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('exact', { properties: { f: { type: 'keyword' } } });
  mappings.set('stemmed', { properties: { f: { type: 'text', analyzer: 'english' } } });
  await engine.register(['f:dogs', 'f:dog', 'dog'].map((text, at) => standing(at, text)));
  expect(await matched([{ f: 'dogs' }], 'exact')).toEqual([[0]]);
  expect(await matched([{ f: 'dogs' }], 'stemmed')).toEqual([[0, 1, 2]]);
  expect(await matched([{ f: 'dogs' }], 'dynamic')).toEqual([[0]]);
});

test('forms that dynamic templates bring are known to the queries of the same batch', async () => {
  engine = embeddedEngine({ workers: 2 }, fixedMappings(mappings));
  const template = { match_mapping_type: 'string', mapping: { type: 'keyword' } };
  mappings.set('docs', { dynamic_templates: [{ all: template }] });
  await engine.register(['f:"a b"', 'g:"a b"', 'f:a'].map((text, at) => standing(at, text)));
  const answers = await Promise.all([
    matched([{ f: 'a b' }]),
    matched([{ g: 'a b' }]),
    matched([{ f: 'a b', g: 'a b' }]),
  ]);
  expect(answers).toEqual([[[0]], [[1]], [[0, 1]]]);
});

test('a document with a field that a strict mapping does not name is refused, and fixes no types', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', {
    properties: { open: { type: 'object', dynamic: true }, shut: { type: 'object' } },
    dynamic: 'strict',
  });
  await engine.register([standing(0, 'open.a:1')]);
  const texts = ['{"open":{"a":"1x"},"shut":{"b":2}}', '{"c":null}', '{"open":{"a":1}}'];
  const { pairs, failures } = await engine.percolate(batchOf(texts));
  expect(failures.map(({ slot, type, reason }) => ({ slot, type, reason }))).toEqual([
    {
      slot: 0,
      type: 'strict_dynamic_mapping_exception',
      reason: 'mapping set to strict, dynamic introduction of [b] within [shut] is not allowed',
    },
    {
      slot: 1,
      type: 'strict_dynamic_mapping_exception',
      reason: 'mapping set to strict, dynamic introduction of [c] within [_doc] is not allowed',
    },
  ]);
  expect([...pairs]).toEqual([2, 0]);
});

test('an index may have as many fields as it says itself, whatever the setting', async () => {
  engine = embeddedEngine({ workers: 1, maxFields: 5 }, fixedMappings(mappings, limits));
  const named = Array.from({ length: 8 }, (_, n) => [`n${n}`, { type: 'keyword' }]);
  const properties = Object.fromEntries(named);
  mappings.set('full', { properties });
  mappings.set('roomy', { properties });
  limits.set('roomy', 20);
  await engine.register([standing(0, 'further:x')]);
  expect(await matched([{ further: 'x' }], 'full')).toEqual([[]]);
  expect(await matched([{ further: 'x' }], 'roomy')).toEqual([[0]]);
});

test('words of cross_fields combine across the fields with the same analyzer', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  const english = { type: 'text', analyzer: 'english' };
  const quoted = { type: 'text', analyzer: 'standard', search_quote_analyzer: 'simple' };
  mappings.set('docs', {
    properties: { a: english, b: english, q: quoted, k: { type: 'keyword' } },
  });
  const cross = (query: string, more: object = {}) => ({
    multi_match: {
      type: 'cross_fields',
      operator: 'and',
      fields: ['a', 'b', 'p', 'q', 'k'],
      query,
      ...more,
    },
  });
  const two = { operator: 'or', minimum_should_match: 2 };
  const queries = [cross('dog cats'), cross('dog cats fish', two), cross('the dog')];
  await engine.register(queries.map((query, at) => standing(at, query)));
  const documents = [
    { a: 'dogs', b: 'cat' },
    { a: 'dogs', p: 'cats' },
    { p: 'dog', q: 'cats' },
    { k: 'dog cats' },
    { b: 'the dog' },
    { q: 'the dog' },
  ];
  expect(await matched(documents)).toEqual([[0, 1, 2], [2], [], [0], [2], [2]]);
});
