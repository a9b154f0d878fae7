import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { FORMAT_NAMES } from '../../src/fanout/formats.ts';
import { account, type GapRecord, recordsOf } from './records.ts';
import { Reader, Server } from './tails.ts';

const MIB = 1 << 20;
const MINUTE = 60_000;

let server: Server;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await new Server({ topicLinger: MINUTE, ...overrides }).listen();
  return server;
};
afterEach(() => server.close());

/** A tail that read up to a document and left; its topic is active. */
async function readUpTo(count: number, query = ''): Promise<void> {
  const reader = await Reader.open(server.port, `?format=ndjson${query}`);
  await server.publishAll(count);
  await reader.seesDocument(count - 1);
  const released = server.queries.nextRelease();
  reader.destroy();
  await released;
}

describe('a tail that resumes', () => {
  it.each(FORMAT_NAMES)('gets what it missed, then live hits, each once (%s)', async (format) => {
    await serve();
    await readUpTo(10);
    await server.publishAll(1000);
    const reader = await Reader.open(server.port, `?format=${format}&after=e1-4&limit=2005`);
    await server.publishAll(1000);
    await reader.ended;
    expect(account(recordsOf(reader.text, format), 5)).toMatchObject({ hits: 2005, gaps: 0 });
    expect(await server.metric('estrom_resumes_total')).toBe(1);
  });

  it('goes on at Last-Event-ID rather than at the position of its URL', async () => {
    await serve();
    await readUpTo(10);
    const reader = await Reader.open(server.port, '?format=ndjson&after=e1-2&limit=3', {
      lastEventId: 'e1-6',
    });
    await reader.ended;
    expect(account(recordsOf(reader.text, 'ndjson'), 7)).toMatchObject({ hits: 3, gaps: 0 });
  });

  it('gets no gap record when nothing was missed', async () => {
    await serve();
    await readUpTo(10);
    const reader = await Reader.open(server.port, '?format=ndjson&after=e1-9&limit=1');
    expect(reader.headers['x-position']).toBe('e1-9');
    server.publish();
    await reader.ended;
    expect(account(recordsOf(reader.text, 'ndjson'), 10)).toMatchObject({ hits: 1, gaps: 0 });
  });

  it('can begin at the position of its first head, before any hit', async () => {
    await serve();
    server.publish();
    server.pass(41);
    const first = await Reader.open(server.port, '?format=sse');
    expect(first.headers['x-position']).toBe('e1-41');
    await first.sees('\nid: e1-41\n\n');
    const released = server.queries.nextRelease();
    first.destroy();
    await released;
    server.pass(99);
    const second = await Reader.open(server.port, '?format=ndjson&timeout=50ms&after=e1-41');
    await second.ended;
    expect(second.text).toBe('');
  });

  it('reads more than its outbox holds at its own pace, while hits keep coming', async () => {
    await serve({ outbox: 64 * 1024 });
    await readUpTo(1);
    await server.publishAll(8000, 0, 2000);
    const query = '?format=ndjson&after=e1-0&limit=10000';
    const reader = await Reader.open(server.port, query, { paused: true });
    for (let k = 0; k < 10; k++) {
      await server.publishAll(100, 0, 2000);
      await new Promise(setImmediate);
    }
    expect(server.hub.stats.delivered).toBeLessThan(8000);
    expect(server.hub.stats.outboxes.bytes).toBe(0);
    reader.resume();
    await server.publishAll(1000, 0, 2000);
    await reader.ended;
    expect(account(recordsOf(reader.text, 'ndjson'), 1)).toMatchObject({ hits: 10_000, gaps: 0 });
  });

  it('is told exactly what was evicted while it read too slowly, and the sum adds up', async () => {
    await serve({ ringBytes: 4 * MIB });
    await readUpTo(1);
    await server.publishAll(1500, 0, 2000);
    const reader = await Reader.open(server.port, '?format=ndjson&after=e1-0', { paused: true });
    const { stats } = server.hub;
    await server.publishAll(20_000, 0, 2000);
    await server.publishAll(1);
    reader.resume();
    await reader.seesDocument(21_501);
    const told = account(recordsOf(reader.text, 'ndjson'), 1);
    expect(told.next).toBe(21_502);
    expect(told.missing).toBeGreaterThan(10_000);
    expect(stats.outboxes.shed.slow).toBe(told.missing);
    expect(stats.delivered + stats.outboxes.shed.slow + stats.left).toBe(1 + 21_501);
  });

  it('holds the publisher with on_slow=block, and loses nothing', async () => {
    await serve({ ringBytes: 8 * MIB });
    await readUpTo(1);
    await server.publishAll(3500, 0, 2000);
    const query = '?format=ndjson&after=e1-0&on_slow=block&limit=13500';
    const reader = await Reader.open(server.port, query, { paused: true });
    expect(server.hub.pressure.blocked).toBe(1);
    const published = server.publishAll(10_000, 0, 2000);
    reader.resume();
    await Promise.all([published, reader.ended]);
    expect(account(recordsOf(reader.text, 'ndjson'), 1)).toMatchObject({ hits: 13_500, gaps: 0 });
    expect(server.hub.pressure.blocked).toBe(0);
  });

  it('leaves a sum that adds up when it goes in the middle', async () => {
    await serve();
    await readUpTo(1);
    await server.publishAll(10_000, 0, 2000);
    const reader = await Reader.open(server.port, '?after=e1-0', { paused: true });
    await server.publishAll(100, 0, 2000);
    const released = server.queries.nextRelease();
    reader.destroy();
    await released;
    const { delivered, left } = server.hub.stats;
    expect(left).toBeGreaterThan(0);
    expect(delivered + left).toBe(1 + 10_100);
  });

  it('gets every hit exactly once over many cuts', async () => {
    await serve();
    const total = 20_000;
    await readUpTo(1);
    let next = 1;
    let cuts = 0;
    let published = 1;
    while (next < total) {
      const reader = await Reader.open(server.port, `?format=ndjson&after=e1-${next - 1}`);
      const burst = Math.min(total - published, 1 + ((cuts * 677) % 1500));
      await server.publishAll(burst, 0, (cuts % 3) * 200);
      published += burst;
      if (burst === 0) await reader.sees(`"_id":"d${total - 1}"`);
      else await new Promise(setImmediate);
      const released = server.queries.nextRelease();
      reader.destroy();
      await released;
      const got = account(recordsOf(reader.text, 'ndjson'), next);
      expect(got.gaps).toBe(0);
      next = got.next;
      cuts++;
    }
    expect(cuts).toBeGreaterThan(10);
    expect(next).toBe(total);
  });
});

describe('a gap record of unknown size', () => {
  /** Resumes, publishes one document, and gives the gap and the numbers of the hits that came. */
  async function resume(after: string): Promise<{ gap: unknown; hits: number[] }> {
    const reader = await Reader.open(server.port, `?format=ndjson&after=${after}`);
    server.publish();
    await reader.sees('}}\n');
    const last = server.published - 1;
    await reader.sees(`{"n":${last}}}\n`);
    const released = server.queries.nextRelease();
    reader.destroy();
    await released;
    const records = recordsOf(reader.text, 'ndjson');
    const gap = (records[0] as GapRecord)._gap;
    const hits = records.slice(gap === undefined ? 0 : 1);
    return { gap, hits: hits.map((hit) => ('_source' in hit ? hit._source.n : Number.NaN)) };
  }

  it('comes first when hits behind the position were evicted', async () => {
    await serve({ ringBytes: 2000 });
    await readUpTo(100);
    const { gap, hits } = await resume('e1-3');
    const first = hits[0]!;
    expect(first).toBeGreaterThan(50);
    expect(gap).toEqual({ count: null, reason: 'evicted', from: 'e1-3', to: `e1-${first - 1}` });
    expect(hits.at(-1)).toBe(100);
    expect(await resume('e1-99')).toEqual({ gap: undefined, hits: [100, 101] });
    expect(await server.metric('estrom_gap_records_total{reason="evicted"}')).toBe(1);
  });

  it('comes first when the topic was not active in between', async () => {
    await serve();
    await readUpTo(10);
    server.hub.endTopic(0);
    server.pass(20);
    const { gap } = await resume('e1-9');
    expect(gap).toEqual({ count: null, reason: 'inactive', from: 'e1-9', to: 'e1-20' });
    server.pass(30);
    expect(await resume('e1-20')).toMatchObject({ gap: undefined });
    expect(await resume('e1-19')).toMatchObject({ gap: { reason: 'inactive' } });
  });

  it('comes first when the position is of another run, and then all that is kept', async () => {
    await serve();
    await readUpTo(10);
    const { gap, hits } = await resume('mih4x2k1-123');
    expect(gap).toEqual({ count: null, reason: 'restart', from: 'mih4x2k1-123', to: 'e1-0' });
    expect(hits).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('names as its event id the position behind which hits follow', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=sse&after=old-1&limit=1');
    server.publish();
    await reader.ended;
    expect(reader.text).toContain(
      'id: e1-0\nevent: gap\ndata: {"_gap":{"count":null,"reason":"restart","from":"old-1","to":"e1-0"}}\n\n',
    );
  });
});

describe('a position', () => {
  it.each(['17', 'e1-', 'e1-x', 'a b-1', '"-1', `${'e'.repeat(65)}-1`, ''])(
    'is refused with the form that is expected: [%s]',
    async (after) => {
      await serve();
      const reader = await Reader.open(server.port, `?after=${encodeURIComponent(after)}`);
      await reader.ended;
      expect([reader.status, JSON.parse(reader.text).error.reason]).toEqual([
        400,
        `parameter [after] is [${after}]: it takes <node epoch>-<number>, the _seq of a hit`,
      ]);
    },
  );

  it('that is still to come is refused', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?after=e1-1');
    await reader.ended;
    expect(reader.status).toBe(400);
    expect(reader.text).toContain('still to come');
    expect(server.queries.released).toBe(1);
    expect(server.hub.isActive(0)).toBe(false);
  });
});

describe('a topic', () => {
  it('stays active for a while after its last tail, and keeps what comes', async () => {
    await serve({ topicLinger: 100 });
    await readUpTo(3);
    expect(server.hub.isActive(0)).toBe(true);
    expect(await server.metric('estrom_topics_lingering')).toBe(1);
    const left = performance.now();
    await server.publishAll(3);
    await new Promise(setImmediate);
    expect(await server.metric('estrom_ring_hits')).toBe(6);
    while (server.hub.isActive(0)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(performance.now() - left).toBeGreaterThan(50);
    expect(await server.metric('estrom_ring_bytes')).toBe(0);
    expect(server.hub.stats.topics).toBe(0);
  });

  it('does not end while a tail that came back is there', async () => {
    await serve({ topicLinger: 50 });
    await readUpTo(1);
    const reader = await Reader.open(server.port, '?format=ndjson&after=e1-0');
    await new Promise((resolve) => setTimeout(resolve, 120));
    server.publish();
    await reader.seesDocument(1);
    expect(server.hub.isActive(0)).toBe(true);
  });

  it('ends with its query, whatever waits', async () => {
    await serve();
    await readUpTo(5);
    server.publish();
    server.hub.endTopic(0);
    server.hub.endTopic(0);
    await new Promise(setImmediate);
    expect([server.hub.isActive(0), server.hub.stats.topics]).toEqual([false, 0]);
    expect(await server.metric('estrom_ring_bytes')).toBe(0);
    expect(await server.metric('estrom_topics_lingering')).toBe(0);
  });
});
