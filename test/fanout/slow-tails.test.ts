import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { account, recordsOf } from './records.ts';
import { Reader, Server } from './tails.ts';

const MIB = 1 << 20;

let server: Server;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await new Server(overrides).listen();
  return server;
};
afterEach(() => server.close());

/** Publishes until a blocking tail holds the publisher back for longer than a turn's worth. */
async function publishUntilBlocked(bytes: number): Promise<number> {
  let count = 0;
  while (server.hub.pressure.blocked === 0) {
    server.publish(0, bytes);
    count++;
    await new Promise(setImmediate);
  }
  return count;
}

describe('a tail that stops reading', () => {
  it('holds no more than its outbox, is told exactly what it lost, and costs others nothing', async () => {
    await serve();
    const stuck = await Reader.open(server.port, '?format=ndjson', { paused: true });
    const other = await Reader.open(server.port, '?format=ndjson&on_slow=block&limit=20000');
    await server.publishAll(20_000, 0, 2000);
    await other.ended;
    expect(account(recordsOf(other.text, 'ndjson'))).toMatchObject({ hits: 20_000, gaps: 0 });

    const waiting = await server.metric('estrom_outbox_bytes');
    expect(waiting).toBeGreaterThan(MIB / 2);
    expect(waiting).toBeLessThanOrEqual(MIB);

    await server.publishAll(1);
    stuck.resume();
    await stuck.seesDocument(20_000);
    const told = account(recordsOf(stuck.text, 'ndjson'));
    expect(told.next).toBe(20_001);
    expect(told.missing).toBeGreaterThan(0);
    expect(await server.metric('estrom_hits_shed_total{reason="slow"}')).toBe(told.missing);
    const { delivered, outboxes, left } = server.hub.stats;
    expect(delivered + outboxes.shed.slow + left).toBe(20_000 + 20_001);
    expect(await server.metric('estrom_outbox_bytes')).toBe(0);
  });

  it.each(['json', 'ndjson', 'sse'] as const)(
    'gets a gap record at each place of a loss (%s)',
    async (format) => {
      await serve({ outbox: 64 * 1024 });
      const reader = await Reader.open(server.port, `?format=${format}`, { paused: true });
      let published = 0;
      for (let round = 1; round <= 3; round++) {
        // A loss per round: more than the connection's buffers and the outbox take.
        await server.publishAll(8000, 0, 2000);
        await server.publishAll(1);
        published += 8001;
        reader.resume();
        await reader.seesDocument(published - 1);
        reader.pause();
      }
      const told = account(recordsOf(reader.text, format));
      expect(told.next).toBe(published);
      // The kernel may take some more in the middle of a round.
      expect(told.gaps).toBeGreaterThanOrEqual(3);
      if (format === 'sse')
        expect(reader.text).toMatch(/id: e1-(\d+)\nevent: gap\ndata: .*"to":"e1-\1"/);
    },
  );

  it('leaves a sum that adds up when it goes', async () => {
    await serve();
    const reader = await Reader.open(server.port, '', { paused: true });
    await server.publishAll(10_000, 0, 2000);
    const released = server.queries.nextRelease();
    reader.destroy();
    await released;
    const { delivered, outboxes, left } = server.hub.stats;
    expect(left).toBeGreaterThan(0);
    expect(delivered + outboxes.shed.slow + left).toBe(10_000);
    expect(outboxes.bytes).toBe(0);
  });
});

describe('a tail with on_slow=block', () => {
  it('holds the publisher while it does not read, and loses nothing', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=ndjson&on_slow=block', { paused: true });
    const before = await publishUntilBlocked(50_000);
    expect(server.publish()).toBe(false);
    expect(await server.metric('estrom_subscribers_blocked')).toBe(1);
    expect(server.hub.stats.outboxes.bytes).toBeLessThanOrEqual(MIB);
    const drained = server.hub.drained();
    reader.resume();
    await drained;
    await reader.seesDocument(before);
    expect(account(recordsOf(reader.text, 'ndjson'))).toMatchObject({ hits: before + 1, gaps: 0 });
    expect(server.hub.stats.outboxes.shed.slow).toBe(0);
  });

  it('is cut when it stays stuck, and the publisher goes on', async () => {
    await serve({ blockTimeout: 50 });
    await Reader.open(server.port, '?on_slow=block', { paused: true });
    await publishUntilBlocked(50_000);
    const released = server.queries.nextRelease();
    await server.hub.drained();
    expect(server.publish()).toBe(true);
    await released;
    expect(await server.metric('estrom_disconnects_total{reason="blocked"}')).toBe(1);
    expect(await server.metric('estrom_outbox_bytes')).toBe(0);
    expect(server.queries.released).toBe(1);
  });

  it('lets the publisher go when its client goes', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?on_slow=block', { paused: true });
    await publishUntilBlocked(50_000);
    reader.destroy();
    await server.hub.drained();
    expect(server.hub.pressure.blocked).toBe(0);
  });

  it('gets a document that is longer than its outbox', async () => {
    await serve({ outbox: 16 * 1024 });
    const reader = await Reader.open(server.port, '?on_slow=block&limit=5');
    await server.publishAll(5, 0, 3 * MIB);
    await reader.ended;
    expect(account(recordsOf(reader.text, 'json')).hits).toBe(5);
  });
});
