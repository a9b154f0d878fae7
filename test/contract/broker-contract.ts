import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawWamp } from './raw-wamp.ts';
import { type EventRecord, errorOf, type SerializerName, WampClient } from './wamp-client.ts';

/** estrom and the broker that its subscribers connect to. */
export interface BrokerUnderTest {
  /** Where documents are sent to: `http://…` */
  readonly http: string;
  /** Where subscribers connect to: `ws://…` */
  readonly wamp: string;
  /** Stops estrom. */
  close(): Promise<void>;
  /** Stops estrom and starts another one at the same router, where that is one of its own. */
  restart?(): Promise<void>;
}

/** Where brokers differ by nature. */
export interface BrokerTraits {
  /**
   * It knows each subscriber's connection, and sheds for the one that does not read. A router of its
   * own keeps all, without bound: what bounds it there is the budget of the topic.
   */
  readonly shedsForSlow: boolean;
  /** Its sessions end with estrom; those at a router of its own outlive it. */
  readonly endsWithEstrom: boolean;
  /** What a subscription to a pattern of topics is refused with. */
  readonly patternRefusal: string;
}

export const EMBEDDED_TRAITS: BrokerTraits = {
  shedsForSlow: true,
  endsWithEstrom: true,
  patternRefusal: 'wamp.error.option_not_allowed',
};

let batches = 0;

/** Sends documents and waits until they are answered. */
export async function send(
  { http }: Pick<BrokerUnderTest, 'http'>,
  index: string,
  sources: readonly string[],
): Promise<void> {
  const lines = sources.map((source) => `{"index":{}}\n${source}\n`);
  const response = await fetch(`${http}/${index}/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  });
  const { errors } = (await response.json()) as { errors: boolean };
  expect({ status: response.status, errors }).toEqual({ status: 200, errors: false });
}

/** A word that no other test's documents hold. */
const word = (): string => `word${batches++}`;
const numbers = (records: readonly EventRecord[]) => records.map(({ _source }) => _source?.['n']);
const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** What every broker promises, as its subscribers see it through WAMP. */
export function brokerContract(
  name: string,
  serializer: SerializerName,
  make: () => Promise<BrokerUnderTest>,
  traits: BrokerTraits = EMBEDDED_TRAITS,
): void {
  describe(`${name} as a broker, by ${serializer}`, () => {
    let broker: BrokerUnderTest;
    let client: WampClient;
    beforeAll(async () => {
      broker = await make();
      client = await WampClient.open(broker.wamp, serializer);
    });
    afterAll(async () => {
      await client.close();
      await broker.close();
    });

    test('brings each match as the one positional argument, in the order of admission', async () => {
      const w = word();
      const events = await client.subscribe(await client.register('c-*', `m:${w}`));
      for (const part of [0, 100, 200]) {
        const sources = range(100).map((n) => `{"n":${part + n},"m":"${w}"}`);
        await send(broker, 'c-1', sources);
      }
      const records = await events.reached(300);
      expect(numbers(records)).toEqual(range(300));
      expect(records[0]).toEqual({
        _index: 'c-1',
        _id: expect.any(String),
        _seq: expect.stringMatching(/^\w+-\d+$/),
        _source: { n: 0, m: w },
      });
    });

    test('brings values as they were sent', async () => {
      const w = word();
      const source = { m: w, t: 'ö\n"\u{1f600}', a: [1, -2, 1.5, 1e300, [], {}], b: true, z: null };
      const events = await client.subscribe(await client.register('*', `m:${w}`));
      await send(broker, 'c', [JSON.stringify(source)]);
      expect((await events.reached(1))[0]?._source).toEqual(source);
    });

    test('keeps topics apart', async () => {
      const [w, v] = [word(), word()];
      const one = await client.subscribe(await client.register('c', `m:${w}`));
      const other = await client.subscribe(await client.register('c', `m:${v}`));
      await send(broker, 'c', [
        `{"n":1,"m":"${w}"}`,
        `{"n":2,"m":"${v}"}`,
        `{"n":3,"m":"${w} ${v}"}`,
      ]);
      expect(numbers(await one.reached(2))).toEqual([1, 3]);
      expect(numbers(await other.reached(2))).toEqual([2, 3]);
    });

    test('refuses topics that nobody registered, and all of other forms', async () => {
      for (const topic of [`docs-for-${'0'.repeat(32)}`, 'docs-for-', 'com.example.topic']) {
        const { error, args } = await errorOf(client.subscribe(topic));
        expect(error).toMatch(/^[a-z_]+\.error\.[a-z_]+$/);
        expect(args[0]).toContain(topic.replace('docs-for-', ''));
      }
    });

    test('refuses to subscribe to more than one topic at once', async () => {
      for (const match of ['prefix', 'wildcard']) {
        const { error } = await errorOf(client.subscribe('docs-for-', { match }));
        expect(error).toBe(traits.patternRefusal);
      }
    });

    test('answers estrom.register_query as the REST interface does', async () => {
      const w = word();
      const kwargs = { index: 'b,a', query: { bool: { must: [{ match: { m: w } }] } } };
      const answer = await client.session.call('estrom.register_query', [], kwargs);
      const response = await fetch(`${broker.http}/api/v0.1/queries`, {
        method: 'POST',
        body: JSON.stringify(kwargs),
      });
      expect(response.status).toBe(200);
      expect(answer).toEqual(await response.json());

      const kql = { index: 'b,a', query: `m: ${w}`, lang: 'kql' };
      expect(await client.session.call('estrom.register_query', [], kql)).toEqual(answer);

      const refused = client.session.call('estrom.register_query', [], { query: 'm:(' });
      const { error, args, kwargs: details } = await errorOf(refused);
      expect(error).toBe('estrom.error.query_syntax');
      expect(args).toHaveLength(1);
      expect(details).toMatchObject({ code: 'QUERY_SYNTAX', status: 400 });
    });

    test('stops with the subscription', async () => {
      const w = word();
      const topic = await client.register('c', `m:${w}`);
      const gone = await client.subscribe(topic);
      const witness = await WampClient.open(broker.wamp, serializer);
      const stays = await witness.subscribe(topic);
      await send(broker, 'c', [`{"n":0,"m":"${w}"}`]);
      await Promise.all([gone.reached(1), stays.reached(1)]);
      await gone.unsubscribe();
      await send(broker, 'c', [`{"n":1,"m":"${w}"}`]);
      await stays.reached(2);
      await client.register('c', `m:${w}`); // whatever was on its way would be here now
      expect(gone.records).toHaveLength(1);
      const again = await client.subscribe(topic);
      await send(broker, 'c', [`{"n":2,"m":"${w}"}`]);
      expect(numbers(await again.reached(1))).toEqual([2]);
      await witness.close();
    });

    test('lets no client publish or register procedures', async () => {
      const w = word();
      const topic = await client.register('c', `m:${w}`);
      const events = await client.subscribe(topic);
      const publish = client.session.publish(topic, [{ forged: true }], {}, { acknowledge: true });
      expect((await errorOf(publish)).error).toBe('wamp.error.not_authorized');
      void client.session.publish(topic, [{ forged: true }]);
      for (const procedure of ['estrom.register_query', 'com.example.procedure']) {
        // As one more of those who take turns: otherwise it would be in the way of the one there is.
        const register = client.session.register(procedure, () => null, { invoke: 'roundrobin' });
        expect((await errorOf(register)).error).toBe('wamp.error.not_authorized');
      }
      await send(broker, 'c', [`{"n":1,"m":"${w}"}`]);
      expect(numbers(await events.reached(1))).toEqual([1]);
    });

    const forSlow = traits.shedsForSlow
      ? 'sheds for who does not read, tells so in a gap record, and spares the others'
      : 'keeps all for who does not read, and spares the others';
    test(forSlow, async () => {
      const w = word();
      const [rounds, each] = [80, 10];
      const pad = 'x'.repeat(20_000);
      const topic = await client.register('c', `m:${w}`);
      const slow = await RawWamp.join(broker.wamp, serializer);
      await slow.send([32, 1, {}, topic]).until(([type]) => type === 33);
      slow.pause();
      const events = await client.subscribe(topic);
      for (let round = 0; round < rounds; round++) {
        const sources = range(each).map(
          (k) => `{"n":${round * each + k},"m":"${w}","pad":"${pad}"}`,
        );
        await send(broker, 'c', sources);
        await events.reached((round + 1) * each);
      }
      expect(numbers(events.records)).toEqual(range(rounds * each));

      slow.resume();
      const last = rounds * each - 1;
      const isLast = (record: unknown) => (record as EventRecord)._source?.['n'] === last;
      await slow.until((message) => message[0] === 36 && isLast((message[4] as unknown[])[0]));
      const records = slow.events as EventRecord[];
      const gaps = records.filter(({ _gap }) => _gap !== undefined);
      const lost = gaps.reduce((sum, { _gap }) => sum + _gap!.count, 0);
      expect(gaps[0]?._gap?.reason).toBe(traits.shedsForSlow ? 'slow' : undefined);
      expect(records.length - gaps.length + lost).toBe(rounds * each);
      await slow.close();
      await events.unsubscribe();
    });

    if (traits.endsWithEstrom) {
      test('says goodbye when estrom stops', async () => {
        const own = await make();
        const watcher = await WampClient.open(own.wamp, serializer);
        const events = await watcher.subscribe(await watcher.register('c', 'm:bye'));
        await send(own, 'c', ['{"n":1,"m":"bye"}']);
        await own.close();
        const { reason } = await watcher.ended;
        expect(reason).toBe('wamp.close.system_shutdown');
        expect(numbers(events.records)).toEqual([1]);
      });
    } else {
      test('outlives estrom: who subscribed gets the hits of the next one', async () => {
        const own = await make();
        const watcher = await WampClient.open(own.wamp, serializer);
        const events = await watcher.subscribe(await watcher.register('c', 'm:on'));
        await send(own, 'c', ['{"n":1,"m":"on"}']);
        await own.restart?.();
        await watcher.register('c', 'm:on');
        await send(own, 'c', ['{"n":2,"m":"on"}']);
        expect(numbers(await events.reached(2))).toEqual([1, 2]);
        await watcher.close();
        await own.close();
      });
    }
  });
}
