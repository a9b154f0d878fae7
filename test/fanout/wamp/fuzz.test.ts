import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawWamp } from '../../contract/raw-wamp.ts';
import { type Events, WampClient } from '../../contract/wamp-client.ts';
import { SocketServer } from '../websocket/socket-server.ts';

const packr = new Packr({ useRecords: false });
const RUNS = 150;

let server: SocketServer;
let witness: WampClient;
let events: Events;
beforeAll(async () => {
  server = await new SocketServer({ heartbeat: 60_000 }).listen();
  witness = await WampClient.open(server.wamp, 'json');
  events = await witness.subscribe('docs-for-q7');
});
afterAll(async () => {
  expect((await witness.close()).reason).toBe('wamp.close.goodbye_and_out');
  await server.close();
});

/** Others are served as before, and the one that did it is gone without a trace. */
async function serverGoesOn(): Promise<void> {
  const before = events.records.length;
  server.publish(7);
  await events.reached(before + 1);
}

const TYPES = [...Array(70).keys(), -1, 1.5, 2 ** 53, 'SUBSCRIBE', null];
const field = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    0,
    -1,
    2 ** 53,
    2 ** 63,
    1e300,
    '',
    'estrom',
    'docs-for-q1',
    null,
    true,
  ),
  fc.constantFrom<unknown>({}, [], [[]], { match: 'prefix' }, { match: [] }, { acknowledge: true }),
  fc.constantFrom<unknown>({ x_on_slow: {} }, { x_after: 'e1-999' }, { __proto__: null, a: {} }),
  fc.constantFrom<unknown>('estrom.register_query', 'x'.repeat(1000), '\u0000', '\ud800'),
  fc.jsonValue(),
);
const message = fc
  .tuple(fc.constantFrom(...TYPES), fc.array(field, { maxLength: 7 }))
  .map(([type, fields]) => [type, ...fields]);
/** Of the right form but for some fields, so that it gets further in. */
const nearly = fc.constantFrom<unknown[]>(
  [1, 'estrom', {}],
  [3, {}, 'x'],
  [5, 'x', {}],
  [6, {}, 'x'],
  [16, 1, {}, 'docs-for-q1', [], {}],
  [32, 1, {}, 'docs-for-q1'],
  [34, 1, 2],
  [48, 1, {}, 'estrom.register_query', [], { query: 'x' }],
  [49, 1, {}],
  [64, 1, {}, 'x'],
  [66, 1, 1],
);
const mutated = fc
  .tuple(nearly, fc.nat({ max: 6 }), field)
  .map(([form, place, value]) => form.map((one, k) => (k === place ? value : one)));
const anything = fc.oneof(message, nearly, mutated, fc.jsonValue());

it.each([
  ['before HELLO', RawWamp.open],
  ['after HELLO', RawWamp.join],
] as const)('outlives every message with every field wrong, %s', async (_when, open) => {
  const sequences = fc.array(anything, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(sequences, fc.constantFrom('json', 'msgpack'), async (sent, serializer) => {
      const client = await open(server.wamp, serializer);
      for (const one of sent) client.send(one);
      // An answer to this, or the end: all before it was looked at.
      client.send([34, 4_000_000, 4_000_000]);
      await Promise.race([
        client.closed,
        client.until(([type, , request]) => type === 8 && request === 4_000_000),
      ]);
      await client.close();
      await serverGoesOn();
    }),
    { numRuns: RUNS },
  );
});

it.each([
  ['before HELLO', RawWamp.open],
  ['after HELLO', RawWamp.join],
] as const)('outlives bytes that are no message, %s', async (_when, open) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    anything.chain((one) => {
      const text = JSON.stringify(one);
      return fc.nat({ max: text.length }).map((end) => text.slice(0, end));
    }),
    fc.constantFrom('['.repeat(60_000), `[1,"estrom",${'{"a":'.repeat(9_000)}`, '[1e999,1]'),
  );
  const binaries = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    anything.chain((one) => {
      const bytes = packr.pack(one);
      return fc
        .tuple(fc.nat({ max: bytes.length }), fc.nat({ max: 255 }))
        .map(([at, byte]) =>
          Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + 1)]),
        );
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(texts, binaries),
      fc.constantFrom('json', 'msgpack'),
      async (data, serializer) => {
        const client = await open(server.wamp, serializer);
        client.sendBytes(typeof data === 'string' ? data : Buffer.from(data));
        await client.close();
        await serverGoesOn();
      },
    ),
    { numRuns: RUNS },
  );
});

it('leaves nothing behind', async () => {
  const { subscribers, outboxes } = server.hub.stats;
  expect(subscribers).toMatchObject({ wamp_json: 1, wamp_msgpack: 0 });
  expect(outboxes.bytes).toBe(0);
  expect(server.queries.watched - server.queries.released).toBe(1);
  expect(await server.metric('estrom_wamp_sessions{serializer="json"}')).toBe(1);
  expect(await server.metric('estrom_wamp_sessions{serializer="msgpack"}')).toBe(0);
});
