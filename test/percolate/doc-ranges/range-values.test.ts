import { afterAll, expect, test } from 'vitest';
import { readBlock, readRange } from '../../../src/mapping/range-kinds.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from '../batches.ts';
import { fixedMappings } from '../case-mappings.ts';
import { embeddedEngine } from '../engines.ts';

const given = (members: Record<string, number | string | null>) =>
  Object.entries(members).map(([name, value]) => {
    const source = typeof value === 'number' ? ('number' as const) : ('string' as const);
    return [name, value === null ? null : { source, text: String(value) }] as const;
  });

test('ends that are left out move inwards, by the smallest step of their type', () => {
  const range = given({ gt: 1, lt: 5 });
  expect(readRange({ type: 'integer_range' }, range)).toEqual({ low: 2n, high: 4n });
  expect(readRange({ type: 'date_range' }, given({ gt: '2020', lt: 1577836800005 }))).toEqual({
    low: 1577836800001n,
    high: 1577836800004n,
  });
  const { low, high } = readRange({ type: 'float_range' }, range) as { low: number; high: number };
  expect([low > 1, low < 1.000001, high < 5, high > 4.999999]).toEqual([true, true, true, true]);
  expect(readRange({ type: 'double_range' }, given({ gt: 0 }))).toEqual({
    low: Number.MIN_VALUE,
    high: Number.POSITIVE_INFINITY,
  });
});

test('what is no range of its type is none', () => {
  const none: [type: 'integer_range' | 'ip_range' | 'date_range', members: object][] = [
    ['integer_range', { gte: 5, lte: 1 }],
    ['integer_range', { gt: 5, lt: 6 }],
    ['integer_range', { gte: 'x' }],
    ['integer_range', { from: 1 }],
    ['integer_range', { gte: 2 ** 31 }],
    ['ip_range', { lt: '::' }],
    ['ip_range', { gte: '10.0.0.0/8' }],
    ['date_range', { gte: 'now' }],
  ];
  for (const [type, members] of none) {
    expect(readRange({ type }, given(members as Record<string, string>))).toBeNull();
  }
  expect(
    readRange({ type: 'integer_range', index: false }, given({ gte: 5, lte: 1 })),
  ).not.toBeNull();
  expect(readBlock('10.0.0.1')).toBeNull();
  expect(readBlock('10.0.0.77/24')).toEqual({
    low: [0, 0, 0xffff, 0x0a000000],
    high: [0, 0, 0xffff, 0x0a0000ff],
  });
});

const MAPPING = { properties: { i: { type: 'integer_range' }, l: { type: 'long_range' } } };

const engine = embeddedEngine({ workers: 1 }, fixedMappings(new Map([['docs', MAPPING]])));
afterAll(() => engine.close());

async function matched(queries: readonly (string | object)[], documents: readonly string[]) {
  const registered = queries.map((query, ordinal) => ({
    id: String(ordinal),
    ordinal,
    index: '*',
    query: canonicalise(parseQuery(query as string)).query,
  }));
  await engine.register(registered);
  const { pairs } = await engine.percolate(batchOf(documents, 'docs'));
  await engine.unregister(registered.map(({ ordinal }) => ordinal));
  return ordinalsBySlot(pairs, documents.length).map((all) => [...all].sort((a, b) => a - b));
}

test('KQL asks for values in ranges', async () => {
  const kql = (query: string) => ({ kql: { query } });
  const queries = ['i: 15', 'i > 20', 'i >= 20 and not i: 9', 'i: *', 'i: 1*', '15'].map(kql);
  expect(await matched(queries, ['{"i":{"gte":10,"lte":20}}', '{"i":{"lt":9}}'])).toEqual([
    [0, 2, 3, 5],
    [3],
  ]);
});

test('numbers are read as they are written', async () => {
  const queries = ['l:9007199254740993', 'l:9007199254740992', 'l:[9223372036854775807 TO *]'];
  expect(
    await matched(queries, [
      '{"l":{"gte":9007199254740993,"lt":9007199254740994}}',
      '{"l":[{"gte":9007199254740992,"lte":9007199254740992},{"gt":9223372036854775806}]}',
    ]),
  ).toEqual([[0], [1, 2]]);
});

test('what contradicts the type matches nothing, and the document goes on', async () => {
  const queries = ['i:15', 'other:x', { exists: { field: 'i' } }];
  const documents = ['{"i":15,"other":"x"}', '{"i":[{"gte":20,"lte":10},{"gte":15}],"other":"x"}'];
  expect(await matched(queries, documents)).toEqual([[1], [0, 1, 2]]);
});

test('the relation is part of a query, where there are bounds', () => {
  const key = (body: object) =>
    canonicalise(parseQuery({ range: { i: body } } as unknown as string)).text;
  expect(key({ gte: 1, relation: 'intersects' })).toBe(key({ gte: 1 }));
  expect(key({ gte: 1, relation: 'WITHIN' })).toBe(key({ gte: 1, relation: 'within' }));
  expect(key({ gte: 1, relation: 'within' })).not.toBe(key({ gte: 1 }));
  expect(key({ gte: 1, relation: 'within' })).not.toBe(key({ gte: 1, relation: 'contains' }));
  expect(key({ relation: 'contains' })).toBe(key({}));
  expect(() => key({ gte: 1, relation: 'disjoint' })).toThrow(
    'expected [intersects] or [contains] or [within], but found [disjoint]',
  );
});
