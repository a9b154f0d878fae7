import { afterEach, expect, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

const keyword = { type: 'keyword' };
const properties = {
  items: {
    type: 'nested',
    properties: {
      name: keyword,
      colour: keyword,
      parts: { type: 'nested', properties: { code: keyword } },
    },
  },
  roots: { type: 'nested', include_in_root: true, properties: { k: keyword } },
};

let engine: ReturnType<typeof embeddedEngine>;
const mappings = new Map<string, Record<string, unknown>>();

afterEach(async () => {
  await engine.close();
  mappings.clear();
});

const nested = (path: string, query: object, more: object = {}) => ({
  nested: { path, query, ...more },
});
const term = (field: string, value: string, name?: string) => ({
  term: { [field]: name === undefined ? value : { value, _name: name } },
});
const all = (...filter: object[]) => ({ bool: { filter } });
const not = (query: object) => ({ bool: { must_not: query } });
const everything = { match_all: {} };

const standing = (ordinal: number, query: unknown) => ({
  id: String(ordinal),
  ordinal,
  index: '*',
  query: canonicalise(parseQuery(query as string)).query,
});
const register = (queries: readonly unknown[]) =>
  engine.register(queries.map((query, at) => standing(at, query)));
const batch = (documents: readonly object[], index = 'docs') =>
  batchOf(
    documents.map((document) => JSON.stringify(document)),
    index,
  );

async function matched(documents: readonly object[], index = 'docs'): Promise<number[][]> {
  const { pairs } = await engine.percolate(batch(documents, index));
  return ordinalsBySlot(pairs, documents.length);
}

test('what one object must have is not made of what several have', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  mappings.set('flat', { properties: { items: { properties: { name: keyword } } } });
  const red = all(term('items.name', 'box'), term('items.colour', 'red'));
  await register([nested('items', red), red]);
  const one = { items: [{ name: 'box', colour: 'red' }, { name: 'bag' }] };
  const two = { items: [{ name: 'box' }, { name: 'bag', colour: 'red' }] };
  expect(await matched([one, two])).toEqual([[0], []]);
  expect(await matched([one, two], 'flat')).toEqual([[1], [1]]);
});

test('an index without such objects fails the whole query, wherever the clause stands', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  mappings.set('flat', { properties: { items: { properties: { name: keyword } } } });
  const clause = nested('items', term('items.name', 'x'));
  const lenient = nested('items', term('items.name', 'x'), { ignore_unmapped: true });
  await register([
    clause,
    not(clause),
    { bool: { must: everything, should: clause } },
    lenient,
    not(lenient),
  ]);
  const document = { items: { name: 'y' } };
  expect(await matched([document])).toEqual([[1, 2, 4]]);
  expect(await matched([document], 'flat')).toEqual([[]]);
  expect(await matched([{ other: 1 }], 'unmapped')).toEqual([[4]]);
});

test('queries stay what they are when segments are merged, and go when they are removed', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  const deep = nested(
    'items',
    all(term('items.colour', 'red'), nested('items.parts', term('items.parts.code', 'p'))),
  );
  for (let ordinal = 0; ordinal < 120; ordinal++) {
    const name = term('items.name', `n${ordinal}`);
    await engine.register([standing(ordinal, ordinal % 2 === 0 ? nested('items', name) : deep)]);
  }
  const document = {
    items: [
      { name: 'n4', parts: { code: 'p' } },
      { colour: 'red', parts: [{ code: 'p' }] },
    ],
  };
  const odd = Array.from({ length: 60 }, (_, n) => 2 * n + 1);
  const [found] = await matched([document]);
  expect(found).toEqual([...odd, 4].sort((a, b) => a - b));
  await engine.unregister(odd);
  expect(await matched([document])).toEqual([[4]]);
});

test('objects that a template makes nested are so from the first document on, on every thread', async () => {
  engine = embeddedEngine({ workers: 2 }, fixedMappings(mappings));
  const template = { match_mapping_type: 'object', mapping: { type: 'nested' } };
  mappings.set('docs', { dynamic_templates: [{ all: template }] });
  await register([
    nested('a', all({ match: { 'a.x': 'one' } }, { match: { 'a.y': 'two' } })),
    { match: { 'a.x': 'one' } },
    nested('a.b', { match: { 'a.b.z': 'deep' } }),
  ]);
  const documents = [
    { a: [{ x: 'one', y: 'two' }] },
    { a: [{ x: 'one' }, { y: 'two' }] },
    { a: [{ x: 'one', b: [{ z: 'deep' }] }] },
  ];
  const answers = await Promise.all(Array.from({ length: 6 }, () => matched(documents)));
  for (const answer of answers) expect(answer).toEqual([[0], [], [2]]);
});

test('what names no field sees nothing of them, whatever it asks', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  await register([
    '>300',
    '>3',
    'box',
    'bo*',
    '/b.x/',
    'bxo~',
    '\\*:box',
    'b* OR >300',
    nested('items', everything),
  ]);
  const document = { n: 5, items: [{ name: 'box', size: 400 }, { name: 'bag' }] };
  expect(await matched([document, { n: 400, k: 'box' }])).toEqual([
    [1, 8],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ]);
});

test('names inside are told where their clauses hold for the document itself', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  await register([
    nested('items', term('items.name', 'x', 'inside'), { _name: 'around' }),
    nested('roots', term('roots.k', 'x', 'in the root'), { _name: 'around' }),
    nested('items', nested('items.parts', everything, { _name: 'between' })),
  ]);
  const document = { items: { name: 'x', parts: {} }, roots: { k: 'x' } };
  const { named } = await engine.percolate(batch([document]));
  const names = (named ?? []).toSorted((a, b) => a.ordinal - b.ordinal);
  expect(names).toEqual([
    { slot: 0, ordinal: 0, names: ['around'] },
    { slot: 0, ordinal: 1, names: ['around', 'in the root'] },
  ]);
});

test('a document with more objects than the index allows is refused, and others are not', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  await register([nested('items', term('items.name', 'last'))]);
  const objects = (count: number) => ({
    items: Array.from({ length: count }, (_, at) => ({ name: at + 1 === count ? 'last' : 'x' })),
  });
  const { pairs, failures } = await engine.percolate(
    batch([objects(10_000), objects(10_001), objects(1)]),
  );
  expect(ordinalsBySlot(pairs, 3)).toEqual([[0], [], [0]]);
  expect(failures).toEqual([
    {
      slot: 1,
      status: 400,
      type: 'mapper_parsing_exception',
      reason:
        'The number of nested documents has exceeded the allowed limit of [10000]. This limit can be set by changing the [index.mapping.nested_objects.limit] index level setting.',
    },
  ]);
});

test('documents without such objects may follow those with many', async () => {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
  mappings.set('docs', { properties });
  await register([
    nested('items', everything),
    'plain:x',
    not(nested('items', everything)),
    nested('items.parts', everything),
  ]);
  const many = { plain: 'x', items: Array.from({ length: 300 }, () => ({ name: 'x' })) };
  expect(await matched([many, { plain: 'x' }, { items: [] }, many, { plain: 'y' }])).toEqual([
    [0, 1],
    [1, 2],
    [2],
    [0, 1],
    [2],
  ]);
});
