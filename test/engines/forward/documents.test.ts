import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Round, useTwins } from './twins.ts';

const twins = useTwins({ maxDocumentBytes: '3000000' });
const both = (round: Round) => twins.both(round);
const tail = () => twins.tail();

test.each([
  ['PUT', '/INDEX/_doc/1'],
  ['POST', '/INDEX/_doc/1?refresh=true'],
  ['PUT', '/INDEX/_create/1'],
  ['POST', '/INDEX/_create/1'],
  ['PUT', '/INDEX/_doc/1/_create'],
  ['PUT', '/INDEX/_doc/1?op_type=create'],
  ['PUT', '/INDEX/kind/1'],
  ['PUT', '/INDEX/_doc/1?filter_path=result,_shards.total'],
  ['PUT', '/INDEX/_doc/1?pretty'],
])('a document by %s %s', async (method, path) => {
  const { status } = await both({ method, path, body: '{ "a": 1\n}\n' });
  expect(status).toBe(201);
  expect(await tail()).toEqual(['1 { "a": 1 }']);
});

test.each(['/INDEX/_doc', '/INDEX/_doc/', '/INDEX/kind'])(
  'a document without an id, by POST %s',
  async (path) => {
    const { json } = await both({ path, body: '{"a":1}' });
    expect(await tail()).toEqual([`${json._id} {"a":1}`]);
  },
);

test('what is not stored is not percolated', async () => {
  await both({ method: 'PUT', path: '/INDEX/_doc/1', body: '{"a":1}' });
  await tail();
  const refused: Round[] = [
    { method: 'PUT', path: '/INDEX/_doc/2', body: '{"a":"x"}' },
    { method: 'PUT', path: '/INDEX/_doc/2', body: 'nonsense' },
    { method: 'PUT', path: '/INDEX/_doc/2' },
    { method: 'PUT', path: '/INDEX/_doc', body: '{"a":1}' },
    { method: 'PUT', path: '/INDEX/_doc/1?if_seq_no=7&if_primary_term=1', body: '{"a":1}' },
    { method: 'PUT', path: '/INDEX/_doc/1?nonsense=1', body: '{"a":1}' },
    { path: '/INDEX/_update/1', body: '{"doc":{"a":1}}' },
    { path: '/INDEX/_update/2', body: '{"doc":{"a":1}}' },
    { path: '/INDEX/_update/2', body: '{"doc":{"a":"x"},"doc_as_upsert":true}' },
    { path: '/INDEX/_update_by_query?refresh', body: '{}' },
    { method: 'DELETE', path: '/INDEX/_doc/1' },
  ];
  for (const round of refused) {
    const { status, text } = await twins.proxy.through(round.path!.replace('INDEX', twins.here), {
      method: round.method ?? 'POST',
      ...(round.body === undefined ? {} : { body: round.body }),
    });
    expect(status, text).toBeLessThan(500);
  }
  expect(await tail()).toEqual([]);
});

test.each([
  ['', ''],
  ['?_source=true', ''],
  ['?_source=a', ''],
  ['?_source=false', ''],
  ['', ',"_source":true'],
  ['', ',"_source":["b"]'],
  ['?filter_path=get', ''],
  ['?filter_path=result', ''],
  ['?pretty', ''],
])('an update with %s %s is percolated as what it results in', async (query, inBody) => {
  const update = (value: number) => `{"doc":{"a":${value},"b":2},"doc_as_upsert":true${inBody}}`;
  await both({ path: `/INDEX/_update/1${query}`, body: update(1) });
  await both({ path: `/INDEX/_update/1${query}`, body: update(2) });
  await both({ path: `/INDEX/_update/1${query}`, body: update(2) });
  await both({ path: `/INDEX/_doc/1/_update${query}`, body: update(3) });
  expect(await tail()).toEqual(['1 {"a":1,"b":2}', '1 {"a":2,"b":2}', '1 {"a":3,"b":2}']);
});

test('a create that is sent again is percolated unless this node did that', async () => {
  await twins.prepare({ method: 'PUT', path: '/INDEX/_doc/1', body: '{"a":1}' });
  const { status } = await both({ method: 'PUT', path: '/INDEX/_create/1', body: '{"a":2}' });
  expect(status).toBe(409);
  await both({ method: 'PUT', path: '/INDEX/_create/1', body: '{"a":3}' });
  expect(await tail()).toEqual(['1 {"a":1}']);
});

test('long and compressed documents, and one that is too long', async () => {
  const long = (size: number) => `{"a":"${'x'.repeat(size)}"}`;
  const index = `/${twins.here}/_doc/`;
  const put = (id: string, body: string | Buffer, headers = {}) =>
    twins.proxy.through(index + id, { method: 'PUT', body, headers });
  expect((await put('1', long(70_000))).status).toBe(201);
  expect((await put('2', gzipSync(long(2_000_000)), { 'content-encoding': 'gzip' })).status).toBe(
    201,
  );
  const refused = await put('3', long(4_000_000));
  expect([refused.status, refused.json.error.type]).toEqual([413, 'content_too_long_exception']);
  expect((await twins.hits.all()).map(({ _id, text }) => [_id, text.length])).toEqual([
    ['1', 70_008],
    ['2', 2_000_008],
  ]);
});

test('NDJSON is stored and percolated, line by line', async () => {
  await twins.prepare({ method: 'PUT', path: '/INDEX/_doc/1', body: '{"a":1}' });
  const { status, json } = await twins.proxy.through(`/api/v0.1/docs?i=${twins.here}`, {
    body: '{"a":2}\n\n{"a":"x"}\n{"a": 3}\n',
    headers: { 'content-type': 'text/plain' },
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ errors: true, accepted: 2, failed: 1 });
  expect(json.items).toMatchObject([
    { document: 2, status: 400, error: { type: 'mapper_parsing_exception' } },
  ]);
  const seen = await twins.hits.all();
  expect(seen.map(({ text }) => text)).toEqual(['{"a":2}', '{"a": 3}']);
  for (const { _id, text } of seen) {
    const stored = await twins.proxy.through(`/${twins.here}/_source/${_id}`);
    expect(stored.text).toBe(text);
  }
});
