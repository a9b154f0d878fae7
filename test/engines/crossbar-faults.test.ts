import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { send } from '../contract/broker-contract.ts';
import { type EventRecord, type Events, WampClient } from '../contract/wamp-client.ts';
import { Crossbar } from './crossbar.ts';
import { estromAt } from './crossbar-composed.ts';
import { EventProxy } from './event-proxy.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);
const sources = (numbers: readonly number[], pad = 0) =>
  numbers.map((n) => `{"n":${n},"m":"x"${pad > 0 ? `,"pad":"${'x'.repeat(pad)}"` : ''}}`);
const numbersOf = (records: readonly EventRecord[]) =>
  records.filter(({ _source }) => _source !== undefined).map(({ _source }) => _source?.['n']);

async function metric({ url }: Pick<Estrom, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no metric ${name}`);
  return Number(line.slice(name.length + 1));
}

/** Asks again and again: for what no event tells. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('hits at a Crossbar.io that fails', () => {
  let crossbar: Crossbar;
  let proxy: EventProxy;
  let estrom: Estrom;
  let client: WampClient;
  let topic: string;
  let events: Events;

  beforeAll(async () => {
    crossbar = await Crossbar.start();
    proxy = await EventProxy.start(crossbar.backend);
    estrom = await estromAt(
      { backend: proxy.url },
      // The proxy reads JSON.
      {
        crossbarSerializer: 'json',
        crossbarPending: '64kb',
        crossbarAckTimeout: '1s',
        hold: '60s',
      },
    );
    client = await WampClient.open(crossbar.url, 'json');
    topic = await client.register('c', 'm:x');
    events = await client.subscribe(topic);
  });
  afterAll(async () => {
    await client.close();
    await estrom.close();
    await proxy.close();
    await crossbar.stop();
  });

  it('are held while it stands still, within the bound, and all there when it goes on', async () => {
    const before = events.records.length;
    crossbar.signal('SIGSTOP');
    let answered = 0;
    const sent = range(0, 20).map(async (k) => {
      await send({ http: estrom.url }, 'c', sources(range(k * 10, k * 10 + 10), 2000));
      answered++;
    });
    await until(async () => (await metric(estrom, 'estrom_crossbar_pending_bytes')) > 60_000);
    // Longer than the time-out: the connection is given up, and cannot be made anew.
    await until(async () => (await metric(estrom, 'estrom_crossbar_connected')) === 0);
    expect(answered).toBe(0);
    const pending = await metric(estrom, 'estrom_crossbar_pending_bytes');
    expect(pending).toBeGreaterThan(60_000);
    expect(pending).toBeLessThan(64 * 1024 + 2 * 2500);
    expect(await metric(estrom, 'estrom_crossbar_ack_timeouts_total')).toBeGreaterThan(0);

    crossbar.signal('SIGCONT');
    await Promise.all(sent);
    // What was sent again came twice: how many events there are says nothing.
    const firstsOf = () => [...new Set(numbersOf(events.records.slice(before)))];
    await until(async () => firstsOf().length === 200);
    const firsts = firstsOf();
    expect(firsts.toSorted((a, b) => Number(a) - Number(b))).toEqual(range(0, 200));
    expect(await metric(estrom, 'estrom_crossbar_pending_bytes')).toBe(0);
  });

  it('that were not acknowledged when it was killed are sent again, in order', async () => {
    crossbar.signal('SIGSTOP');
    const sent = send({ http: estrom.url }, 'c', sources(range(0, 100)));
    await until(async () => (await metric(estrom, 'estrom_crossbar_pending_publications')) === 100);
    // Who was subscribed comes back first, so that nothing can be gone before.
    proxy.isShut = true;
    const { port } = crossbar;
    await crossbar.stop('SIGKILL');
    await client.ended;
    crossbar = await Crossbar.start({ port });
    client = await WampClient.open(crossbar.url, 'json');
    events = await client.subscribe(topic);
    proxy.isShut = false;
    await sent;
    expect(numbersOf(await events.reached(100))).toEqual(range(0, 100));
    expect(
      await metric(estrom, 'estrom_crossbar_publications_total{outcome="resent"}'),
    ).toBeGreaterThan(0);
  });

  it('are all answered while it is killed in the middle of a stream', async () => {
    const { port } = crossbar;
    let next = 0;
    let stop = false;
    const streaming = (async () => {
      while (!stop) {
        await send({ http: estrom.url }, 'c', sources(range(next, next + 20)));
        next += 20;
      }
    })();
    await events.reached(events.records.length + 200);
    await crossbar.stop('SIGKILL');
    await client.ended;
    // In order, and no number twice, up to where it ended.
    const before = numbersOf(events.records).slice(-100);
    expect(before).toEqual(range(Number(before[0]), Number(before[0]) + 100));
    crossbar = await Crossbar.start({ port });
    client = await WampClient.open(crossbar.url, 'json');
    events = await client.subscribe(topic);
    await events.reached(200);
    stop = true;
    await streaming;
    await until(async () => numbersOf(events.records).at(-1) === next - 1);
    const after = numbersOf(events.records).map(Number);
    expect(after).toEqual(range(after[0]!, next));
    const published = await metric(estrom, 'estrom_crossbar_published_total');
    const acknowledged = 'estrom_crossbar_publications_total{outcome="acknowledged"}';
    expect(await metric(estrom, acknowledged)).toBe(published);
  });
});

describe('estrom at a Crossbar.io', () => {
  let crossbar: Crossbar;
  beforeAll(async () => {
    crossbar = await Crossbar.start({ auth: 'ticket' });
  });
  afterAll(async () => {
    await crossbar.stop();
  });
  const at = (settings: Record<string, string> = {}) =>
    estromAt(crossbar, { crossbarAuth: 'ticket', ...settings });

  it('does not start with a wrong secret, and says which settings to look at', async () => {
    for (const crossbarAuth of ['ticket', 'anonymous']) {
      const started = at({ crossbarAuth, crossbarSecret: 'wrong' });
      await expect(started).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: expect.stringContaining('--crossbar-secret'),
      });
    }
  });

  it('sheds what a topic has over its budget, and tells so in its place', async () => {
    const estrom = await at({ crossbarTopicRate: '20kb' });
    const client = await WampClient.open(crossbar.url, 'msgpack');
    const events = await client.subscribe(await client.register('c', 'm:x'));
    for (let k = 0; k < 10; k++) {
      await send({ http: estrom.url }, 'c', sources(range(k * 20, k * 20 + 20), 500));
    }
    const accounted = () =>
      events.records.reduce((sum, { _gap }) => sum + (_gap === undefined ? 1 : _gap.count), 0);
    await until(async () => accounted() === 200);
    const gaps = events.records.filter(({ _gap }) => _gap !== undefined);
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps[0]?._gap?.reason).toBe('rate');
    expect(numbersOf(events.records)).toEqual(
      numbersOf(events.records).toSorted((a, b) => Number(a) - Number(b)),
    );
    expect(await metric(estrom, 'estrom_crossbar_shed_total')).toBe(
      200 - events.records.length + gaps.length,
    );
    await client.close();
    await estrom.close();
  });

  it('brings values that Crossbar.io could not, as what can be brought', async () => {
    const estrom = await at({ crossbarSerializer: 'json' });
    for (const serializer of ['json', 'msgpack'] as const) {
      const client = await WampClient.open(crossbar.url, serializer);
      const events = await client.subscribe(await client.register('c', 'm:y'));
      await send({ http: estrom.url }, 'c', [
        `{"m":"y","a":1e400,"b":${'9'.repeat(5000)},"c":"\\ud800x\\\\ud800\\ud83d\\ude00"}`,
      ]);
      const [record] = await events.reached(1);
      const expected = { m: 'y', a: null, b: null, c: '\ufffdx\\ud800\u{1f600}' };
      expect(record?._source).toEqual(expected);
      await client.close();
    }
    await estrom.close();
  });

  it('keeps a query alive for as long as somebody listens there', async () => {
    const estrom = await at({ queryIdle: '100ms', topicLinger: '100ms' });
    const client = await WampClient.open(crossbar.url, 'json');
    const topic = await client.register('c', 'm:z');
    const events = await client.subscribe(topic);
    const status = async () =>
      (await fetch(`${estrom.url}/api/v0.1/queries/${topic.slice(9)}`)).status;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await status()).toBe(200);
    await events.unsubscribe();
    await until(async () => (await status()) === 404);
    await client.close();
    await estrom.close();
  });

  it('cuts senders rather than to answer what was not acknowledged, when it stops', async () => {
    const own = await Crossbar.start();
    const estrom = await estromAt(own, { drainTimeout: '200ms' });
    const client = await WampClient.open(own.url, 'json');
    await client.subscribe(await client.register('c', 'm:x'));
    own.signal('SIGSTOP');
    const answer = fetch(`${estrom.url}/c/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"index":{}}\n{"m":"x"}\n',
    });
    const failed = expect(answer.then((response) => response.text())).rejects.toThrow(TypeError);
    await until(async () => (await metric(estrom, 'estrom_crossbar_pending_publications')) === 1);
    await estrom.close();
    await failed;
    await own.stop('SIGKILL');
  });

  it('gives up a hit that is longer than what it takes, and says so', async () => {
    const sizes = { maxDocumentBytes: '20mb', ingestBuffer: '200mb', crossbarPending: '100mb' };
    const estrom = await at({ ...sizes, crossbarTopicRate: '0' });
    const client = await WampClient.open(crossbar.url, 'json');
    const events = await client.subscribe(await client.register('c', 'm:x'));
    await send({ http: estrom.url }, 'c', sources([1], 17 * 1024 * 1024));
    await send({ http: estrom.url }, 'c', sources([2]));
    const [gap, next] = await events.reached(2);
    expect(gap).toMatchObject({ _gap: { count: 1, reason: 'refused' } });
    expect(next?._source).toMatchObject({ n: 2 });
    await client.close();
    await estrom.close();
  });

  it('takes nobody for gone while it is away, however long', async () => {
    const own = await EventProxy.start(crossbar.backend);
    const estrom = await estromAt(
      { backend: own.url },
      {
        ...{ crossbarAuth: 'ticket', crossbarSerializer: 'json' },
        ...{ topicLinger: '100ms', queryIdle: '100ms' },
      },
    );
    const lose = async () => {
      own.isShut = true;
      own.cut();
      await until(async () => (await metric(estrom, 'estrom_crossbar_connected')) === 0);
      await new Promise((resolve) => setTimeout(resolve, 500));
    };
    const known = new Promise<void>((resolve) => {
      own.drops = ([type, , , , args]) => {
        const [, details] = type === 36 ? (args as [unknown, { uri?: string }?]) : [];
        // The router's event of the new topic comes to estrom.
        if (details?.uri?.startsWith('docs-for-') === true) resolve();
        return false;
      };
    });
    const listener = await WampClient.open(crossbar.url, 'json');
    const there = await listener.subscribe(await listener.register('c', 'm:x'));
    await known;
    await lose();
    let isAnswered = false;
    const sent = send({ http: estrom.url }, 'c', sources([1])).then(() => {
      isAnswered = true;
    });
    await until(async () => (await metric(estrom, 'estrom_crossbar_pending_publications')) === 1);
    expect(isAnswered).toBe(false);
    own.isShut = false;
    await sent;
    await there.reached(1);
    expect(numbersOf(there.records)).toEqual([1]);
    await lose();
    await listener.close();
    own.isShut = false;
    // Now it is known that the listener has gone.
    await until(async () => (await metric(estrom, 'estrom_crossbar_active_topics')) === 0);
    await estrom.close();
    await own.close();
  });

  it('finds out that it stands still also when there is nothing to publish', async () => {
    const own = await Crossbar.start();
    const estrom = await estromAt(own, { crossbarAckTimeout: '500ms' });
    const isConnected = () => metric(estrom, 'estrom_crossbar_connected');
    own.signal('SIGSTOP');
    await until(async () => (await isConnected()) === 0);
    own.signal('SIGCONT');
    await until(async () => (await isConnected()) === 1);
    await estrom.close();
    await own.stop();
  });

  it('waits for it at the start, and takes no documents before', async () => {
    const port = crossbar.port;
    const proxy = await EventProxy.start(`ws://127.0.0.1:${port}/backend`);
    proxy.isShut = true;
    const starting = estromAt(
      { backend: proxy.url },
      { crossbarAuth: 'ticket', crossbarSerializer: 'json' },
    );
    const early = await Promise.race([starting, once(AbortSignal.timeout(500), 'abort')]);
    expect(early).toBeInstanceOf(Array);
    proxy.isShut = false;
    const estrom = await starting;
    await estrom.close();
    await proxy.close();
  });
});
