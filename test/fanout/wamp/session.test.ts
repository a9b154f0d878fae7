import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EVENT_FORMATS } from '../../../src/fanout/wamp/event-format.ts';
import type { SerializerName } from '../../../src/wamp/serializers.ts';
import { RawWamp } from '../../contract/raw-wamp.ts';
import { SocketServer } from '../websocket/socket-server.ts';

let server: SocketServer;
beforeEach(async () => {
  server = await new SocketServer().listen();
});
afterEach(() => server.close());

const ofType = (type: number) => (message: unknown[]) => message[0] === type;
const VIOLATION = 'wamp.error.protocol_violation';

describe('a WAMP session', () => {
  it('is welcomed with an id of its own and the roles of the router', async () => {
    const clients = await Promise.all([RawWamp.join(server.wamp), RawWamp.join(server.wamp)]);
    const [one, other] = clients.map(({ messages }) => messages[0]!);
    expect(one).toEqual([
      2,
      expect.any(Number),
      expect.objectContaining({ realm: 'estrom', authid: 'everybody', authmethod: 'anonymous' }),
    ]);
    expect(one![2]).toMatchObject({ roles: { broker: {}, dealer: {} } });
    expect(one![1]).not.toBe(other![1]);
    expect(await server.metric('estrom_wamp_sessions{serializer="json"}')).toBe(2);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('is refused in another realm', async () => {
    const client = await RawWamp.open(server.wamp);
    client.send([1, 'realm1', {}]);
    const [, details, reason] = await client.until(ofType(3));
    expect(reason).toBe('wamp.error.no_such_realm');
    expect((details as { message: string }).message).toContain('"estrom"');
    expect(await client.closed).toEqual({ code: 1008, reason });
  });

  it.each([
    ['SUBSCRIBE before HELLO', [[32, 1, {}, 'docs-for-q1']]],
    [
      'a second HELLO',
      [
        [1, 'estrom', {}],
        [1, 'estrom', {}],
      ],
    ],
    ['AUTHENTICATE that nobody asked for', [[5, 'x', {}]]],
    [
      'a message that only a router sends',
      [
        [1, 'estrom', {}],
        [36, 1, 1, {}],
      ],
    ],
    [
      'an unknown type',
      [
        [1, 'estrom', {}],
        [99, 1],
      ],
    ],
    ['a type that is no number', [['HELLO', 'estrom', {}]]],
    ['what is no list', [{ type: 1 }]],
    ['too few fields', [[1, 'estrom']]],
    ['too many fields', [[1, 'estrom', {}, 1]]],
    ['a realm that is no text', [[1, 5, {}]]],
    ['details that are no dictionary', [[1, 'estrom', []]]],
    [
      'a request id that is negative',
      [
        [1, 'estrom', {}],
        [32, -1, {}, 'docs-for-q1'],
      ],
    ],
    [
      'a request id beyond 2^53',
      [
        [1, 'estrom', {}],
        [32, 2 ** 60, {}, 'docs-for-q1'],
      ],
    ],
    [
      'arguments that are no list',
      [
        [1, 'estrom', {}],
        [48, 1, {}, 'x', {}],
      ],
    ],
  ])('ends with ABORT and 1002 on %s', async (_what, messages) => {
    const client = await RawWamp.open(server.wamp);
    for (const message of messages) client.send(message);
    expect((await client.until(ofType(3)))[2]).toBe(VIOLATION);
    expect(await client.closed).toEqual({ code: 1002, reason: VIOLATION });
    expect(await server.metric('estrom_wamp_protocol_errors_total')).toBe(1);
  });

  it.each(['json', 'msgpack'] as const)('ends on bytes that are not %s', async (serializer) => {
    const client = await RawWamp.open(server.wamp, serializer);
    client.sendBytes(serializer === 'json' ? '[1,"estrom",' : Buffer.from([0x93, 1]));
    expect((await client.until(ofType(3)))[2]).toBe(VIOLATION);
    const other = await RawWamp.open(server.wamp, serializer);
    // The other kind of frame.
    other.sendBytes(serializer === 'json' ? Buffer.from('[1,"estrom",{}]') : '[1,"estrom",{}]');
    expect(await other.closed).toMatchObject({ code: 1002 });
  });

  it('ends on a message that is too long, and tells so by the code', async () => {
    const client = await RawWamp.join(server.wamp);
    client.send([32, 1, {}, 'x'.repeat(65 * 1024)]);
    expect((await client.closed).code).toBe(1009);
    expect(await server.metric('estrom_wamp_protocol_errors_total')).toBe(1);
  });

  it('ends when no HELLO comes in time', async () => {
    await server.close();
    server = await new SocketServer({ headerTimeout: 50 }).listen();
    const client = await RawWamp.open(server.wamp);
    expect(await client.closed).toEqual({ code: 1002, reason: VIOLATION });
    const welcomed = await RawWamp.join(server.wamp);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await welcomed.send([32, 1, {}, 'docs-for-q1']).until(ofType(33));
  });

  it('is not read from while it does not read its answers', async () => {
    const client = await RawWamp.join(server.wamp);
    client.pause();
    const calls = 40_000;
    const name = `estrom.${'x'.repeat(300)}`;
    for (let k = 1; k <= calls; k++) client.send([48, k, {}, name]);
    // What the system has room for is taken, and no more: the rest never leaves the client.
    let [left, same] = [client.unsent, 0];
    while (same < 20) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      same = client.unsent === left ? same + 1 : 0;
      left = client.unsent;
    }
    expect(left).toBeGreaterThan(1_000_000);
    expect(server.hub.stats.bytesWritten).toBe(0);
    client.resume();
    await client.until((message) => message[0] === 8 && message[2] === calls);
    await client.close();
  });

  it('answers GOODBYE and closes', async () => {
    const client = await RawWamp.join(server.wamp);
    client.send([6, {}, 'wamp.close.close_realm']);
    expect(await client.until(ofType(6))).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
    expect((await client.closed).code).toBe(1000);
  });

  it('hears goodbye, after what waits, when estrom stops', async () => {
    const client = await RawWamp.join(server.wamp);
    const idle = await RawWamp.join(server.wamp, 'msgpack');
    const early = await RawWamp.open(server.wamp);
    await client.send([32, 1, {}, 'docs-for-q1']).until(ofType(33));
    for (let k = 0; k < 10; k++) server.publish(1);
    await server.close();
    expect(client.events).toHaveLength(10);
    expect(client.messages.at(-1)?.[2]).toBe('wamp.close.system_shutdown');
    expect(idle.messages.at(-1)?.[2]).toBe('wamp.close.system_shutdown');
    expect((await client.closed).code).toBe(1001);
    expect((await idle.closed).code).toBe(1001);
    expect((await early.closed).code).toBe(1001);
    expect(server.queries.released).toBe(server.queries.watched);
  });

  it('gives the same id for the same topic again, and one event a hit', async () => {
    const client = await RawWamp.join(server.wamp);
    client.send([32, 1, {}, 'docs-for-q1']).send([32, 2, {}, 'docs-for-q1']);
    const [, , first] = await client.until((message) => message[0] === 33 && message[1] === 1);
    const [, , second] = await client.until((message) => message[0] === 33 && message[1] === 2);
    expect(second).toBe(first);
    server.publish(1);
    const event = await client.until(ofType(36));
    expect(event).toEqual([
      36,
      first,
      expect.any(Number),
      {},
      [expect.objectContaining({ _id: 'd0' })],
    ]);
    await client.send([34, 3, first]).until(ofType(35));
    expect(client.events).toHaveLength(1);
    const error = await client.send([34, 4, first]).until(ofType(8));
    expect(error.slice(0, 5)).toEqual([8, 34, 4, {}, 'wamp.error.no_such_subscription']);
    expect(server.queries.released).toBe(2);
  });

  it('has at most 1,000 subscriptions', async () => {
    const client = await RawWamp.join(server.wamp, 'msgpack');
    for (let k = 1; k <= 1001; k++) client.send([32, k, {}, `docs-for-q${k}`]);
    const error = await client.until(ofType(8));
    expect(error.slice(0, 5)).toEqual([8, 32, 1001, {}, 'estrom.error.subscription_limit']);
    expect(server.hub.stats.subscribers.wamp_msgpack).toBe(1000);
    client.terminate();
    while (server.hub.stats.subscribers.wamp_msgpack > 0) await server.queries.nextRelease();
    expect(server.queries.released).toBe(1001);
  });

  it.each([
    [[48, 1, {}, 'estrom.nothing'], 'wamp.error.no_such_procedure'],
    [[48, 1, {}, 'estrom.register_query', ['m:x']], 'wamp.error.invalid_argument'],
    [[48, 1, {}, 'estrom.register_query', [], { query: 'refuse' }], 'estrom.error.query_syntax'],
    [[48, 1, {}, 'estrom.register_query', [], { query: 'fail' }], 'estrom.error.engine_failed'],
    [[16, 1, { acknowledge: true }, 'docs-for-q1', ['x']], 'wamp.error.not_authorized'],
    [[64, 1, {}, 'com.example'], 'wamp.error.not_authorized'],
    [[66, 1, 5], 'wamp.error.no_such_registration'],
    [[32, 1, { match: 'prefix' }, 'docs-for-'], 'wamp.error.option_not_allowed'],
    [[32, 1, { x_on_slow: 'sometimes' }, 'docs-for-q1'], 'wamp.error.invalid_argument'],
    [[32, 1, { x_after: 'yesterday' }, 'docs-for-q1'], 'wamp.error.invalid_argument'],
    [[32, 1, {}, 'com.example'], 'wamp.error.no_such_topic'],
  ])('answers %j by ERROR %s, and goes on', async (message, uri) => {
    const client = await RawWamp.join(server.wamp);
    const error = await client.send(message).until(ofType(8));
    expect(error).toEqual([8, message[0], 1, {}, uri, [expect.any(String)], expect.any(Object)]);
    await client.send([32, 2, {}, 'docs-for-q1']).until(ofType(33));
    expect(await server.metric('estrom_wamp_refused_total')).toBe(1);
    await client.close();
  });

  it('keeps integers of 64 bits in calls, whatever the serializer', async () => {
    const client = await RawWamp.join(server.wamp);
    client.sendBytes(
      '[48,1,{},"estrom.register_query",[],{"query":{"term":{"n":9007199254740993}}}]',
    );
    await client.until(ofType(50));
    const other = await RawWamp.join(server.wamp, 'msgpack');
    const kwargs = { query: { term: { n: 9007199254740993n } } };
    await other.send([48, 1, {}, 'estrom.register_query', [], kwargs]).until(ofType(50));
    const text = '{"query":{"term":{"n":9007199254740993}}}';
    expect(server.registered).toEqual([text, text]);
  });

  it('has at most 100 calls under way', async () => {
    const gate = Promise.withResolvers<void>();
    server.gate = gate.promise;
    const client = await RawWamp.join(server.wamp);
    for (let k = 1; k <= 101; k++) client.send([48, k, {}, 'estrom.register_query', [], {}]);
    const error = await client.until(ofType(8));
    expect(error.slice(2, 5)).toEqual([101, {}, 'estrom.error.overloaded']);
    gate.resolve();
    await client.until((message) => message[0] === 50 && message[1] === 100);
    await client.close();
  });

  it('resumes behind a position, with a gap record for what is not kept', async () => {
    await server.close();
    server = await new SocketServer({ topicLinger: 60_000 }).listen();
    const client = await RawWamp.join(server.wamp);
    await client.send([32, 1, {}, 'docs-for-q1']).until(ofType(33));
    for (let k = 0; k < 5; k++) server.publish(1);
    await client.until(() => client.events.length === 5);
    const { _seq } = client.events[1] as { _seq: string };
    client.terminate();
    const back = await RawWamp.join(server.wamp);
    back.send([32, 1, { x_after: _seq }, 'docs-for-q1']);
    await back.until(() => back.events.length === 3);
    expect(back.events.map((record) => (record as { _id: string })._id)).toEqual([
      'd2',
      'd3',
      'd4',
    ]);
    expect(back.messages[1]?.[0]).toBe(33);
    back.send([32, 2, { x_after: 'otherrun-7' }, 'docs-for-q2']);
    await back.until(() => back.events.length === 4);
    expect(back.events[3]).toMatchObject({ _gap: { count: null, reason: 'restart' } });
    server.publish(2);
    await back.until(() => back.events.length === 5);
    await back.close();
  });

  it('frames a hit once for all subscribers that share a serializer', async () => {
    const transcode = vi.spyOn(EVENT_FORMATS.msgpack, 'transcode');
    onTestFinished(() => transcode.mockRestore());
    const join = async (serializer: SerializerName) => {
      const client = await RawWamp.join(server.wamp, serializer);
      await client.send([32, 1, {}, 'docs-for-q1']).until(ofType(33));
      return client;
    };
    const names = Array.from({ length: 100 }, (_, k) => (k % 2 === 0 ? 'json' : 'msgpack'));
    const clients = await Promise.all(names.map((name) => join(name as SerializerName)));
    for (let k = 0; k < 20; k++) server.publish(1);
    await Promise.all(clients.map((client) => client.until(() => client.events.length === 20)));
    expect(transcode).toHaveBeenCalledTimes(20);
    for (const client of clients) {
      expect(client.events).toEqual(clients[0]!.events);
      client.terminate();
    }
  });

  it('bounds what waits over all its subscriptions together, and tells each what it lost', async () => {
    await server.close();
    server = await new SocketServer({ outbox: 64 * 1024 }).listen();
    const topics = 20;
    const client = await RawWamp.join(server.wamp);
    for (let k = 1; k <= topics; k++) client.send([32, k, {}, `docs-for-q${k}`]);
    await client.until((message) => message[0] === 33 && message[1] === topics);
    client.pause();
    let most = 0;
    const rounds = 100;
    for (let round = 0; round < rounds; round++) {
      for (let k = 1; k <= topics; k++) await server.publishAll(1, k, 6_000);
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, server.hub.stats.outboxes.bytes);
    }
    expect(most).toBeLessThanOrEqual(64 * 1024 + 8 * 1024);
    client.resume();
    type Record = { readonly _gap?: { readonly count: number } };
    const totals = new Map<unknown, number>();
    let seen = 0;
    await client.until(() => {
      for (const [type, subscription, , , args] of client.messages.slice(seen)) {
        if (type !== 36) continue;
        const [{ _gap }] = args as [Record];
        totals.set(subscription, (totals.get(subscription) ?? 0) + (_gap?.count ?? 1));
      }
      seen = client.messages.length;
      return totals.size === topics && [...totals.values()].every((total) => total === rounds);
    });
    expect(server.hub.stats.outboxes.shed.slow).toBeGreaterThan(0);
    await client.close();
  });
});
