import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/fanout/chunk.ts';
import { FORMATS } from '../../src/fanout/formats.ts';
import { Framer } from '../../src/fanout/framing.ts';
import { Hub } from '../../src/fanout/hub.ts';
import type { Subscriber } from '../../src/fanout/subscriber.ts';
import { Metrics } from '../../src/metrics.ts';
import { defaults, Reader, Server } from './tails.ts';

const MIB = 1 << 20;

/** A subscriber that keeps what it is given. */
class Keeper implements Subscriber {
  readonly format = FORMATS.ndjson;
  readonly chunks: Chunk[] = [];
  take(chunk: Chunk): void {
    chunk.memory.retain();
    this.chunks.push(chunk);
  }
  beat(): void {}
  async end(): Promise<void> {}
  cut(): void {}
  get text(): string {
    return Buffer.concat(this.chunks.map((chunk) => chunk.data)).toString();
  }
}

const makeHub = () => new Hub({ config: defaults(), metrics: new Metrics(), epoch: 'e' });
const framer = new Framer('e');
const hitOf = (seq: number, text = `{"n":${seq}}`) => {
  const source = Buffer.from(text);
  return framer.frame('i', `${seq}`, seq, source, 0, source.length);
};
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('the hub', () => {
  it('publishes to the subscribers of that topic alone', async () => {
    const hub = makeHub();
    const [here, there] = [new Keeper(), new Keeper()];
    hub.subscribe(1_500_000, here);
    hub.subscribe(2, there);
    expect([hub.isActive(1_500_000), hub.isActive(3), hub.isActive(9e8)]).toEqual([
      true,
      false,
      false,
    ]);
    for (const ordinal of [1_500_000, 3, 9e8]) hub.publish({ ordinal, hit: hitOf(0) });
    await tick();
    expect([here.text.split('\n').length - 1, there.text]).toEqual([1, '']);
  });

  it('publishes a gap record in the place of a hit, and lets go of it with the topic', async () => {
    const hub = makeHub();
    const keeper = new Keeper();
    hub.subscribe(0, keeper);
    hub.publishGap(0, { count: null, reason: 'paused', from: 3, to: 3 });
    hub.publish({ ordinal: 0, hit: hitOf(4) });
    await tick();
    expect(keeper.text.split('\n')).toEqual([
      '{"_gap":{"count":null,"reason":"paused","from":"e-3","to":"e-3"}}',
      expect.stringContaining('"_seq":"e-4"'),
      '',
    ]);
    hub.endTopic(0);
    expect(hub.isActive(0)).toBe(false);
  });

  it('writes a turn’s hits once for all subscribers of a format', async () => {
    const hub = makeHub();
    const keepers = [new Keeper(), new Keeper(), new Keeper()];
    for (const keeper of keepers) hub.subscribe(0, keeper);
    for (let seq = 0; seq < 20; seq++) hub.publish({ ordinal: 0, hit: hitOf(seq) });
    await tick();
    const chunks = new Set(keepers.flatMap((keeper) => keeper.chunks));
    expect([...chunks].map((chunk) => chunk.ends.length)).toEqual([20]);
  });

  it('gives a new subscriber what is published from then on', async () => {
    const hub = makeHub();
    const [early, late] = [new Keeper(), new Keeper()];
    hub.subscribe(0, early);
    hub.publish({ ordinal: 0, hit: hitOf(0) });
    hub.subscribe(0, late);
    hub.publish({ ordinal: 0, hit: hitOf(1) });
    await tick();
    expect(early.text.match(/"n":\d/g)).toEqual(['"n":0', '"n":1']);
    expect(late.text.match(/"n":\d/g)).toEqual(['"n":1']);
  });

  it('recycles a topic when its last subscriber leaves', async () => {
    const hub = makeHub();
    const first = hub.subscribe(4, new Keeper());
    const second = hub.subscribe(4, new Keeper());
    first.leave();
    first.leave();
    expect(hub.isActive(4)).toBe(true);
    second.close('client');
    expect(hub.isActive(4)).toBe(false);
    const keeper = new Keeper();
    hub.subscribe(4, keeper);
    hub.publish({ ordinal: 4, hit: hitOf(0) });
    await tick();
    expect([keeper.chunks.length, hub.stats.topics]).toEqual([1, 1]);
  });

  it('asks the publisher to let connections have their turn when a topic’s turn is full', async () => {
    const hub = makeHub();
    const keeper = new Keeper();
    hub.subscribe(0, keeper);
    let published = 0;
    while (hub.publish({ ordinal: 0, hit: hitOf(published, `"${'x'.repeat(5000)}"`) })) published++;
    expect(published).toBeLessThan(60);
    await hub.drained();
    expect(keeper.chunks.reduce((sum, chunk) => sum + chunk.ends.length, 0)).toBe(published + 1);
    expect(hub.publish({ ordinal: 0, hit: hitOf(0) })).toBe(true);
  });

  it('keeps one hit out of each of a thousand 5 MB batches in little memory', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const hub = makeHub();
    const keepers = Array.from({ length: 1000 }, () => new Keeper());
    for (const [ordinal, keeper] of keepers.entries()) hub.subscribe(ordinal, keeper);
    collect();
    const before = process.memoryUsage();
    const source = Buffer.from(`{"pad":"${'x'.repeat(300)}"}`);
    for (let ordinal = 0; ordinal < 1000; ordinal++) {
      const batch = Buffer.from(new SharedArrayBuffer(5 * MIB));
      batch.set(source, 3 * MIB);
      const hit = framer.frame('i', 'a', ordinal, batch, 3 * MIB, 3 * MIB + source.length);
      hub.publish({ ordinal, hit });
      hit.memory.release();
      if (ordinal % 50 === 49) await tick();
    }
    collect();
    await tick();
    collect();
    const after = process.memoryUsage();
    expect(keepers.every((keeper) => keeper.chunks.length === 1)).toBe(true);
    expect(after.external - before.external).toBeLessThan(4 * MIB);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(8 * MIB);
  });
});

describe('a thousand tails on one topic', () => {
  let server: Server;
  afterEach(() => server.close());

  it('get every hit, written once', async () => {
    server = await new Server().listen();
    const open = () => Reader.open(server.port, '?format=ndjson&limit=200', { paused: true });
    const readers = await Promise.all(Array.from({ length: 1000 }, open));
    await server.publishAll(200);
    for (const reader of readers) reader.resume();
    await Promise.all(readers.map((reader) => reader.ended));
    const texts = new Set(readers.map((reader) => reader.text));
    expect(texts.size).toBe(1);
    expect([...texts][0]!.split('\n')).toHaveLength(201);
    expect(server.hub.stats.delivered).toBe(200_000);
    expect(server.queries.released).toBe(1000);
  });
});
