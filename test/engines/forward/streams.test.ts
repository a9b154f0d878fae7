import { expect, test } from 'vitest';
import { lines } from './proxy.ts';
import { type Round, useTwins } from './twins.ts';

const twins = useTwins();
const both = (round: Round) => twins.both(round);
const tail = () => twins.tail();
const json = JSON.stringify;

async function pipeline(name: string, processors: readonly object[]): Promise<string> {
  const full = `${twins.proxy.prefix}-${name}`;
  const body = json({ processors });
  // Through estrom, as a shipper does.
  await twins.proxy.through(`/_ingest/pipeline/${full}`, { method: 'PUT', body });
  return full;
}

const set = (field: string, value: unknown) => ({ set: { field, value } });

test('a data stream is seen under its name, and hits show the index that is behind it', async () => {
  const template = (name: string) => ({
    path: `/_index_template/${name}`,
    method: 'PUT',
    body: json({ index_patterns: [name], data_stream: {}, priority: 500 }),
  });
  for (const name of [twins.here, twins.twin]) {
    const { path, method, body } = template(name);
    expect((await twins.proxy.through(path, { method, body })).text).toBe('{"acknowledged":true}');
  }
  const named = await twins.proxy.tail(twins.here.slice(twins.proxy.prefix.length));
  const other = await twins.proxy.tail('-none');
  const time = '"@timestamp":"2024-01-01T00:00:00Z"';
  const body = lines(
    '{"create":{"_index":"INDEX"}}',
    `{${time},"a":1}`,
    '{"index":{"_index":"INDEX"}}',
    `{${time},"a":2}`,
    '{"create":{"_index":"INDEX"}}',
    '{"a":3}',
    '{"create":{"_index":"INDEX","_id":"4"}}',
    `{${time},"a":4}`,
  );
  const { json: answer } = await both({ body });
  expect(
    answer.items.map((item: object) => (Object.values(item)[0] as { status: number }).status),
  ).toEqual([201, 400, 400, 201]);
  const seen = await named.all();
  expect(seen.map(({ text }) => text)).toEqual([`{${time},"a":1}`, `{${time},"a":4}`]);
  expect(seen.map(({ _index, _id }) => [_index, _id])).toEqual(
    [answer.items[0].create, answer.items[3].create].map(({ _index, _id }) => [_index, _id]),
  );
  expect(seen[0]!._index).toMatch(/^\.ds-/);
  expect(await other.all()).toEqual([]);
  // A retry, of which one is known to be percolated.
  const again = lines('{"create":{"_index":"INDEX","_id":"4"}}', `{${time},"a":4}`);
  await both({ body: again });
  expect(await named.all()).toEqual([]);
  for (const hits of [named, other]) hits.close();
  for (const name of [twins.here, twins.twin]) {
    await twins.proxy.directly(`/_index_template/${name}`, { method: 'DELETE' });
  }
});

test('an alias is seen under its name; its index is what hits show', async () => {
  for (const index of [twins.here, twins.twin]) {
    const body = json({ aliases: { [`${index}-alias`]: { is_write_index: true } } });
    await twins.proxy.directly(`/${index}-000001`, { method: 'PUT', body });
  }
  const named = await twins.proxy.tail(`${twins.here.slice(twins.proxy.prefix.length)}-alias`);
  await both({
    body: lines(
      { index: { _index: 'INDEX-alias', _id: '1', require_alias: true } },
      { a: 1 },
      { index: { _index: 'INDEX-000001', _id: '2', require_alias: true } },
      { a: 2 },
      { index: { _index: 'INDEX-000001', _id: '3' } },
      { a: 3 },
    ),
  });
  expect(await named.texts()).toEqual([`-t2-000001/1 {"a":1}`]);
  expect(await tail()).toEqual(['-t2-000001/1 {"a":1}', '-t2-000001/3 {"a":3}']);
  named.close();
});

test('an alias that is rolled over goes on under its name', async () => {
  const alias = `${twins.here}-alias`;
  const body = json({ aliases: { [alias]: { is_write_index: true } } });
  await twins.proxy.directly(`/${twins.here}-000001`, { method: 'PUT', body });
  const named = await twins.proxy.tail(alias.slice(twins.proxy.prefix.length));
  const write = (n: number) =>
    twins.proxy.through('/_bulk', { body: lines({ index: { _index: alias, _id: '1' } }, { n }) });
  await write(1);
  await twins.proxy.directly(`/${alias}/_rollover`, { method: 'POST' });
  await write(2);
  const name = twins.here.slice(twins.proxy.prefix.length);
  expect(await named.texts()).toEqual([`${name}-000001/1 {"n":1}`, `${name}-000002/1 {"n":2}`]);
  named.close();
});

test('date math in a name is what it stands for', async () => {
  const { json: answer } = await both({
    body: lines('{"index":{"_index":"<INDEX-{now/y{yyyy}}>","_id":"1"}}', '{"a":1}'),
  });
  const { _index } = answer.items[0].index;
  expect(_index).toMatch(/-t4-\d{4}$/);
  expect((await twins.hits.all()).map((hit) => hit._index)).toEqual([_index]);
});

test('documents that a pipeline changed are percolated as they are stored', async () => {
  const changing = await pipeline('changing', [set('b', 'by the pipeline')]);
  const dropping = await pipeline('dropping', [{ drop: {} }]);
  const failing = await pipeline('failing', [set('a.b.c', 1)]);
  const body = lines(
    { index: { _id: '1' } },
    { a: 1 },
    { index: { _id: '2', pipeline: changing } },
    { a: 2 },
    { index: { _id: '3', pipeline: dropping } },
    { a: 3 },
    { index: { _id: '4', pipeline: failing } },
    { a: 4 },
    { index: { pipeline: changing } },
    { a: 5 },
    { index: { _id: '6', pipeline: '_none' } },
    { a: 6 },
  );
  const { json: answer } = await both({ path: '/INDEX/_bulk', body });
  expect(await tail()).toEqual([
    '1 {"a":1}',
    '2 {"a":2,"b":"by the pipeline"}',
    `${answer.items[4].index._id} {"a":5,"b":"by the pipeline"}`,
    '6 {"a":6}',
  ]);
  await both({
    path: `/INDEX/_bulk?pipeline=${changing}`,
    body: lines({ index: { _id: '7' } }, { a: 7 }),
  });
  expect(await tail()).toEqual(['7 {"a":7,"b":"by the pipeline"}']);
});

test.each(['default_pipeline', 'final_pipeline'])(
  'the %s of an index is known, also when it is set through estrom while documents come',
  async (setting) => {
    const name = await pipeline('quiet', [set('b', 1)]);
    const document = (id: string) => lines({ index: { _index: 'INDEX', _id: id } }, { a: 1 });
    await both({ body: document('1') });
    for (const index of [twins.here, twins.twin]) {
      const body = json({ [`index.${setting}`]: name });
      await twins.proxy.through(`/${index}/_settings`, { method: 'PUT', body });
    }
    await both({ body: document('2') });
    expect(await tail()).toEqual(['1 {"a":1}', '2 {"a":1,"b":1}']);
  },
);

test('the pipeline of a template is known for the first document of an index', async () => {
  const name = await pipeline('first', [set('b', 1)]);
  const template = `${twins.proxy.prefix}-template`;
  const body = json({
    index_patterns: [`${twins.here}*`, `${twins.twin}*`],
    template: { settings: { 'index.default_pipeline': name } },
  });
  await twins.proxy.through(`/_index_template/${template}`, { method: 'PUT', body });
  await both({ body: lines({ index: { _index: 'INDEX', _id: '1' } }, { a: 1 }) });
  expect(await tail()).toEqual(['1 {"a":1,"b":1}']);
  await twins.proxy.directly(`/_index_template/${template}`, { method: 'DELETE' });
});

test('a document that a pipeline gave another index is seen under that one', async () => {
  const elsewhere = `${twins.proxy.prefix}-elsewhere`;
  const name = await pipeline('moving', [set('_index', elsewhere)]);
  const body = lines({ index: { _index: twins.here, _id: '1' } }, { a: 1 });
  await twins.proxy.through(`/_bulk?pipeline=${name}`, { body });
  const seen = await twins.hits.all();
  expect(seen.map((hit) => hit._index)).toEqual([elsewhere]);
});

test('a stored document that is gone before it could be fetched is left out', async () => {
  const name = await pipeline('gone', [set('b', 1)]);
  await both({
    path: `/INDEX/_bulk?pipeline=${name}`,
    body: lines(
      { index: { _id: '1' } },
      { a: 1 },
      { delete: { _id: '1' } },
      { index: { _id: '2' } },
      { a: 2 },
    ),
  });
  expect(await tail()).toEqual(['2 {"a":2,"b":1}']);
});
