import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { lines } from './proxy.ts';
import { type Round, useTwins } from './twins.ts';

const twins = useTwins();
const both = (round: Round) => twins.both(round);
const tail = () => twins.tail();

test('what was stored is percolated, as it was sent; the answer is that of Elasticsearch', async () => {
  await both({
    body: lines(
      { index: { _index: 'INDEX', _id: '1' } },
      '{ "a": 1,  "n": 1234567890123456789 }',
      { create: { _index: 'INDEX', _id: '2' } },
      '{"a":2}',
      { create: { _index: 'INDEX' } },
      '{"a":"not a number"}',
      { delete: { _index: 'INDEX', _id: '9' } },
      { index: { _index: 'INDEX', _id: '1' } },
      '{"a":3}',
      { delete: { _index: 'INDEX', _id: '2' } },
    ),
  });
  expect(await tail()).toEqual([
    '1 { "a": 1,  "n": 1234567890123456789 }',
    '2 {"a":2}',
    '1 {"a":3}',
  ]);
});

test('ids that Elasticsearch makes are those of the hits', async () => {
  const body = lines({ index: {} }, '{"a":1}', { create: {} }, '{"a":2}');
  const { json } = await both({ path: '/INDEX/_bulk', body, method: 'PUT' });
  const ids = [json.items[0].index._id, json.items[1].create._id];
  expect(await tail()).toEqual([`${ids[0]} {"a":1}`, `${ids[1]} {"a":2}`]);
});

test('updates are percolated as the documents that they result in, and nothing of that is seen in the answer', async () => {
  await both({ path: '/INDEX/_bulk', body: lines({ index: { _id: '1' } }, { a: 1, b: { c: 1 } }) });
  await tail();
  await both({
    path: '/INDEX/_bulk',
    body: lines(
      { update: { _id: '1' } },
      { doc: { b: { d: 2 } } },
      { update: { _id: '1' } },
      { doc: { a: 1 } },
      { update: { _id: '2' } },
      { doc: { a: 5 }, doc_as_upsert: true },
      { update: { _id: '3' } },
      { doc: { a: 5 }, upsert: { a: 6, b: { _source: 'a field' } } },
      { update: { _id: '4' } },
      { doc: { a: 5 } },
      { index: { _id: '5' } },
      { a: 7 },
      { update: { _id: '5' } },
      { doc: { a: 8 } },
    ),
  });
  expect(await tail()).toEqual([
    '1 {"a":1,"b":{"c":1,"d":2}}',
    '2 {"a":5}',
    '3 {"a":6,"b":{"_source":"a field"}}',
    '5 {"a":7}',
    '5 {"a":8}',
  ]);
});

test.each([
  ['?_source=true', ''],
  ['?_source=false', ''],
  ['?_source=a', ''],
  ['?_source_includes=a', ''],
  ['?_source_excludes=a', ''],
  ['', ',"_source":true'],
  ['', ',"_source":false'],
  ['', ',"_source":"a"'],
  ['', ',"_source":{"excludes":["a"]}'],
  ['?pretty', ''],
  ['?human&pretty=true', ''],
])('an update that asks for its source itself, %s %s, gets it', async (query, inBody) => {
  const update = (id: string) => [
    `{"update":{"_id":"${id}"}}`,
    `{"doc":{"a":2,"b":3},"doc_as_upsert":true${inBody}}`,
  ];
  await both({ path: `/INDEX/_bulk${query}`, body: lines(...update('1'), ...update('2')) });
  expect(await tail()).toEqual(['1 {"a":2,"b":3}', '2 {"a":2,"b":3}']);
  const action = lines(
    '{"update":{"_id":"3","_source":false}}',
    '{"doc":{"a":1},"doc_as_upsert":true}',
  );
  await both({ path: `/INDEX/_bulk${query}`, body: action });
  expect(await tail()).toEqual(['3 {"a":1}']);
});

test('a create that was stored before is percolated as it is stored, unless this node did that', async () => {
  const body = lines({ create: { _index: 'INDEX', _id: '1' } }, { a: 1 });
  await twins.prepare({ body: body });
  const again = lines({ create: { _index: 'INDEX', _id: '1' } }, { a: 3 });
  const { json } = await both({ body: again });
  expect(json.items[0].create.status).toBe(409);
  expect(await tail()).toEqual(['1 {"a":1}']);
  await both({ body: again });
  expect(await tail()).toEqual([]);
  const changed = lines({ index: { _index: 'INDEX', _id: '1' } }, { a: 2 });
  await twins.prepare({ body: changed });
  await both({ body: again });
  expect(await tail()).toEqual(['1 {"a":2}']);
});

test('a create that this node stored and percolated is not percolated again', async () => {
  const body = lines(
    { create: { _index: 'INDEX', _id: '1' } },
    { a: 1 },
    { update: { _index: 'INDEX', _id: '2' } },
    { doc: { a: 1 }, doc_as_upsert: true },
  );
  await both({ body });
  expect(await tail()).toHaveLength(2);
  await both({ body: lines({ create: { _index: 'INDEX', _id: '2' } }, { a: 9 }) });
  await both({ body });
  expect(await tail()).toEqual([]);
  expect(
    await twins.proxy.metric('estrom_forward_items_total{result="conflict_known"}'),
  ).toBeGreaterThan(1);
});

test('routing stays with the documents, those that are fetched as well', async () => {
  const body = lines(
    { index: { _id: '1', routing: 'r1' } },
    { a: 1 },
    { update: { _id: '2', routing: 'r2', _source: false } },
    { doc: { a: 2 }, doc_as_upsert: true },
  );
  const settings = JSON.stringify({ settings: { number_of_shards: 5 } });
  await twins.prepare({ path: '/INDEX', method: 'PUT', body: settings });
  await both({ path: '/INDEX/_bulk?refresh=wait_for&timeout=10s&wait_for_active_shards=1', body });
  await both({
    path: '/INDEX/_bulk?routing=r3',
    body: lines({ update: { _id: '3', _source: false } }, { doc: { a: 3 }, doc_as_upsert: true }),
  });
  expect(await tail()).toEqual(['1 {"a":1}', '2 {"a":2}', '3 {"a":3}']);
});

test.each([
  'errors,items.*.error,items.*.status',
  'items.%2A._index%2Citems.%2A.status%2Citems.%2A.error.type%2Citems.%2A.error.reason',
  'took',
  '-took,-items.*._shards',
  'nothing',
  'items.*.get',
  '**.result',
])('filter_path=%s is applied as Elasticsearch applies it', async (filter) => {
  const body = lines(
    { index: { _id: '1' } },
    { a: 1 },
    { index: { _id: '2' } },
    { a: 'not a number' },
    { update: { _id: '1' } },
    { doc: { a: 3 } },
  );
  await both({ path: `/INDEX/_bulk?filter_path=${filter}`, body });
  expect(await tail()).toEqual(['1 {"a":1}', '1 {"a":3}']);
  await both({
    path: `/INDEX/_bulk?filter_path=${filter}`,
    body: lines({ create: { _id: '7' } }, { a: 7 }),
  });
  expect(await tail()).toEqual(['7 {"a":7}']);
});

describe('what Elasticsearch refuses whole', () => {
  const good = lines({ index: { _index: 'INDEX', _id: '1' } }, { a: 1 });
  test.each([
    ['a broken action line', `${good}{"index":\n{}\n`],
    ['an action that is no object', `${good}{"index":1}\n{}\n`],
    ['a value that an action cannot have', `${good}{"index":{"_id":[]}}\n{}\n`],
    ['no newline at its end', good.trimEnd()],
    ['nothing', ''],
    ['only blanks', '\n\n'],
  ])('%s', async (_, body) => {
    expect((await both({ body })).status).toBe(400);
    expect(await tail()).toEqual([]);
  });

  test('an unknown parameter', async () => {
    expect((await both({ path: '/_bulk?nonsense=1', body: good })).status).toBe(400);
    expect(await tail()).toEqual([]);
  });
});

test('lines that only Elasticsearch understands are percolated as they are stored', async () => {
  const body = lines(
    '{"index":{"_index":"INDEX","_id":"1"}} // a comment',
    '{"a":1}',
    '{"nonsense":{}}',
    '{"a":2}',
    '',
    '{"create":{"_index":"INDEX","_id":"3"}}',
    '{"a":3}',
  );
  const { json } = await both({ body });
  expect(json.items).toHaveLength(2);
  expect(await tail()).toEqual(['1 {"a":1}', '3 {"a":3}']);
});

test('compressed bodies and compatible content types pass', async () => {
  const body = gzipSync(lines({ index: { _id: '1' } }, { a: 1 }));
  const type = 'application/vnd.elasticsearch+x-ndjson; compatible-with=7';
  await both({
    path: '/INDEX/_bulk',
    body,
    headers: { 'content-encoding': 'gzip', 'content-type': type, 'accept-encoding': 'gzip' },
  });
  expect(await tail()).toEqual(['1 {"a":1}']);
});

test('the ways of version 7 to name a type', async () => {
  await both({ path: '/INDEX/_doc/_bulk', body: lines({ index: { _id: '1' } }, { a: 1 }) });
  await both({ body: lines({ index: { _index: 'INDEX', _type: '_doc', _id: '2' } }, { a: 2 }) });
  expect(await tail()).toEqual(['1 {"a":1}', '2 {"a":2}']);
});

test('bodies and answers in binary are refused, for they cannot be read', async () => {
  const body = lines({ index: { _index: twins.here } }, { a: 1 });
  for (const headers of [{ 'content-type': 'application/cbor' }, { accept: 'application/yaml' }]) {
    const { status, json } = await twins.proxy.through('/_bulk', { body, headers });
    expect([status, json.error.type]).toEqual([415, 'unsupported_encoding_exception']);
  }
  expect(await tail()).toEqual([]);
});
