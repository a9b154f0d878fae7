import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { AnswerSlimmer } from '../../src/forward/answer-slimmer.ts';
import { PART_UPDATES } from '../../src/forward/bulk-reader.ts';
import { lines } from '../engines/forward/proxy.ts';
import { ForwardServer } from './forward-server.ts';
import { reply, type Seen, storing } from './stub.ts';

const MIB = 1024 * 1024;
const conflict = { type: 'version_conflict_engine_exception', reason: 'exists', index: 'idx' };

let server: ForwardServer;
afterEach(() => server?.close());

const asked = (seen: Seen): string[] =>
  (JSON.parse(seen.body) as { docs: { _id: string }[] }).docs.map(({ _id }) => _id);
const fetches = () =>
  server.stub.seen.filter(({ url }) => url.startsWith('/_mget')).map((seen) => asked(seen).length);

/** A server that has documents of those sizes; writes of them are answered so. */
function having(
  sizeOf: (id: number) => number,
  write: (id: string, source: object, asksSource: boolean) => object,
): Parameters<typeof ForwardServer.start>[0] {
  const source = (id: string) => ({ id, pad: 'x'.repeat(sizeOf(Number(id))) });
  return (seen, response) => {
    if (seen.url.startsWith('/_mget')) {
      const docs = asked(seen).map((_id) => ({
        ...{ _index: 'idx', _id, _seq_no: 1, found: true },
        _source: source(_id),
      }));
      reply(response, { docs });
    } else if (seen.url.startsWith('/_bulk')) {
      const actions = seen.body.split('\n').filter((line, i) => i % 2 === 0 && line !== '');
      const items = actions.map((line) => {
        const { _id } = Object.values(JSON.parse(line) as Record<string, { _id: string }>)[0]!;
        return write(_id, source(_id), seen.url.includes('_source=true'));
      });
      reply(response, { took: 1, errors: false, items });
    } else storing(seen, response);
  };
}

const updated = (_id: string, source: object, asksSource: boolean) => ({
  update: {
    ...{ _index: 'idx', _id, result: 'updated', _seq_no: 1 },
    ...(asksSource ? { get: { found: true, _source: source } } : {}),
    status: 200,
  },
});
const exists = (_id: string) => ({ create: { _index: 'idx', _id, status: 409, error: conflict } });

const writes = (op: string, count: number, facts: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, n) =>
    lines({ [op]: { _index: 'idx', _id: String(n), ...facts(n) } }, { doc: {} }),
  ).join('');
const receivedIds = () => server.received.map((text) => Number(/\/(\d+) /.exec(text)![1]));
const peakOfAnswers = () => {
  let peak = 0;
  const look = setInterval(() => {
    void server.metric('estrom_forward_answer_bytes').then((held) => {
      peak = Math.max(peak, held);
    });
  }, 1);
  return () => {
    clearInterval(look);
    return peak;
  };
};

test('updates of large documents: a long answer is held without them, and they are fetched', async () => {
  server = await ForwardServer.start(having(() => 200_000, updated));
  const peak = peakOfAnswers();
  const { json } = await server.ask('/_bulk', { body: writes('update', 300) });
  const most = peak();
  expect(most).toBeGreaterThan(8 * MIB);
  expect(most).toBeLessThan(32 * MIB);
  expect(json.items).toHaveLength(300);
  expect(json.items[299]).toEqual(updated('299', {}, false));
  expect(receivedIds()).toEqual([...Array(300).keys()]);
  expect(server.received.every((text) => text.length > 200_000)).toBe(true);
  expect(await server.metric('estrom_forward_items_total{result="fetched"}')).toBe(300);
  expect(await server.metric('estrom_forward_answer_bytes')).toBe(0);
});

test('an item that asks for its document itself gets it from a long answer as well', async () => {
  server = await ForwardServer.start(having(() => 200_000, updated));
  const body = writes('update', 100, (n) => (n === 90 ? { _source: true } : {}));
  const { json } = await server.ask('/_bulk', { body });
  const withDocument = json.items.flatMap((item: { update: { get?: object } }, n: number) =>
    item.update.get === undefined ? [] : [n],
  );
  expect(withDocument).toEqual([90]);
  expect(json.items[90].update.get._source.pad).toHaveLength(200_000);
  expect(receivedIds()).toEqual([...Array(100).keys()]);
});

test('without the right to fetch them the connection is cut, and the retry is held with its documents', async () => {
  const answer = having(() => 200_000, updated);
  server = await ForwardServer.start((seen, response, request) => {
    if (seen.url.startsWith('/_mget')) reply(response, { error: {}, status: 403 }, 403);
    else answer(seen, response, request);
  });
  const body = writes('update', 100);
  await expect(server.ask('/_bulk', { body })).rejects.toThrow();
  expect(server.received).toEqual([]);
  const { json } = await server.ask('/_bulk', { body });
  expect(json.items[99]).toEqual(updated('99', {}, false));
  expect(receivedIds()).toEqual([...Array(100).keys()]);
  expect(await server.metric('estrom_forward_answer_bytes')).toBe(0);
});

test('a part has so many updates at most, whatever else is in it', async () => {
  server = await ForwardServer.start(having(() => 1, updated));
  const { json } = await server.ask('/_bulk', { body: writes('update', PART_UPDATES * 2 + 7) });
  const bulks = server.stub.seen.filter(({ url }) => url.startsWith('/_bulk'));
  expect(bulks.map(({ body }) => body.split('\n').length >> 1)).toEqual([
    PART_UPDATES,
    PART_UPDATES,
    7,
  ]);
  expect(json.items).toHaveLength(PART_UPDATES * 2 + 7);
  expect(receivedIds()).toEqual([...Array(PART_UPDATES * 2 + 7).keys()]);
});

test('stored documents are fetched few at first, and more while they are short', async () => {
  server = await ForwardServer.start(having(() => 10, exists));
  await server.ask('/_bulk', { body: writes('create', 300) });
  expect(fetches()).toEqual([16, 32, 64, 128, 60]);
  expect(receivedIds()).toEqual([...Array(300).keys()]);
});

test('where long ones follow, their answer is given up and fewer are fetched', async () => {
  server = await ForwardServer.start(having((id) => (id < 48 ? 10 : 2 * MIB), exists));
  const peak = peakOfAnswers();
  await server.ask('/_bulk', { body: writes('create', 80) });
  expect(peak()).toBeLessThan(12 * MIB);
  expect(fetches().slice(0, 5)).toEqual([16, 32, 32, 8, 2]);
  expect(receivedIds()).toEqual([...Array(80).keys()]);
  expect(await server.metric('estrom_forward_answer_bytes')).toBe(0);
});

test('a single document is fetched however long it is', async () => {
  server = await ForwardServer.start(having(() => 20 * MIB, exists));
  await server.ask('/_bulk', { body: writes('create', 2) });
  expect(fetches()).toEqual([2, 1, 1]);
  expect(receivedIds()).toEqual([0, 1]);
});

test('a slimmed answer is the same answer with empty `get`s, wherever its pieces end', () => {
  const write = fc.record(
    {
      _id: fc.string(),
      get: fc.dictionary(fc.constantFrom('get', '_source', '"{', '}\\'), fc.jsonValue()),
      error: fc.record({ get: fc.dictionary(fc.string(), fc.jsonValue()) }),
      gets: fc.jsonValue(),
      status: fc.integer(),
    },
    { requiredKeys: ['_id'] },
  );
  const answers = fc.record({ took: fc.nat(), get: fc.string(), items: fc.array(write) });
  fc.assert(
    fc.property(answers, fc.array(fc.nat(50)), fc.nat(3), ({ items, ...rest }, cuts, kept) => {
      const keeps = (item: number) => item % 4 === kept;
      const answer = { ...rest, items: items.map((one) => ({ update: one })) };
      const bytes = Buffer.from(JSON.stringify(answer, null, cuts.length % 2));
      const slimmer = new AnswerSlimmer(keeps);
      const pieces: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        pieces.push(slimmer.take(bytes.subarray(at, at + cut)));
        at += cut;
      }
      pieces.push(slimmer.take(bytes.subarray(at)));
      const slim = items.map((one, n) => ({
        update: one.get === undefined || keeps(n) ? one : { ...one, get: {} },
      }));
      const read = JSON.parse(Buffer.concat(pieces).toString()) as object;
      expect(read).toEqual(JSON.parse(JSON.stringify({ ...rest, items: slim })));
    }),
    { numRuns: 300 },
  );
});
