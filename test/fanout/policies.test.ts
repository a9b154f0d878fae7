import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { FORMAT_NAMES } from '../../src/fanout/formats.ts';
import { ON_SLOW } from '../../src/fanout/outbox.ts';
import { EVERYBODY, type Role } from '../../src/principal.ts';
import { account, closed, type GapRecord, recordsOf, type TailRecord } from './records.ts';
import { Reader, Server } from './tails.ts';

const MIB = 1 << 20;

let server: Server;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await new Server(overrides).listen();
  return server;
};
afterEach(() => server.close());

const isGap = (record: TailRecord): record is GapRecord => '_gap' in record;

/** Hits are in order, and of each told range exactly as many are missing as it says. */
function accountSampled(records: readonly TailRecord[]): { hits: number; missing: number } {
  let hits = 0;
  let missing = 0;
  let last = -1;
  for (const record of records) {
    if (isGap(record)) {
      expect(record._gap.reason).toBe('sampled');
      missing += record._gap.count!;
      continue;
    }
    expect(record._source.n).toBeGreaterThan(last);
    last = record._source.n;
    hits++;
  }
  return { hits, missing };
}

describe('a tail with on_slow=sample', () => {
  it.each(FORMAT_NAMES)(
    'gets fewer hits while it is slow, and is told how many (%s)',
    async (format) => {
      await serve();
      const reader = await Reader.open(server.port, `?format=${format}&on_slow=sample`, {
        paused: true,
      });
      await server.publishAll(20_000, 0, 2000);
      expect(await server.metric('estrom_outbox_bytes')).toBeLessThanOrEqual(MIB);
      reader.resume();
      while (!server.hub.isIdle) await new Promise(setImmediate);
      await server.publishAll(10);
      await reader.seesDocument(20_009);
      const { hits, missing } = accountSampled(recordsOf(reader.text, format));
      expect(hits + missing).toBe(20_010);
      expect(missing).toBeGreaterThan(5000);
      expect(await server.metric('estrom_hits_shed_total{reason="sampled"}')).toBe(missing);
      // Spread over the time in which it was slow, not just its end.
      const numbers = recordsOf(reader.text, format).flatMap((one) =>
        isGap(one) ? [] : [one._source.n],
      );
      const steps = numbers.slice(1).map((n, k) => n - numbers[k]!);
      expect(new Set(steps).size).toBeGreaterThan(4);
      expect(numbers.slice(-10)).toEqual(Array.from({ length: 10 }, (_, k) => 20_000 + k));
    },
  );

  it('gets every hit while it reads', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?on_slow=sample&limit=5000');
    for (let k = 0; k < 50; k++) {
      await server.publishAll(100, 0, 200);
      await reader.sees(`"_id":"d${k * 100 + 99}"`);
    }
    await reader.ended;
    expect(account(recordsOf(reader.text, 'json'))).toMatchObject({ hits: 5000, gaps: 0 });
  });
});

describe('a tail with on_slow=close', () => {
  it.each(FORMAT_NAMES)('ends whole when it is full, after a gap record (%s)', async (format) => {
    await serve({ topicLinger: 60_000 });
    const reader = await Reader.open(server.port, `?format=${format}&on_slow=close`, {
      paused: true,
    });
    let published = 0;
    while (server.hub.stats.outboxes.shed.closed === 0) {
      server.publish(0, 2000);
      published++;
      if (published % 50 === 0) await new Promise(setImmediate);
    }
    await server.publishAll(100, 0, 2000);
    published += 100;
    reader.resume();
    await reader.ended;
    const records = recordsOf(reader.text, format);
    if (format === 'json') expect(reader.text).toBe(closed(reader.text));
    const told = account(records, 0, 'closed');
    expect(isGap(records.at(-1)!)).toBe(true);
    expect(told.gaps).toBe(1);
    expect(await server.metric('estrom_disconnects_total{reason="slow"}')).toBe(1);
    const { delivered, outboxes, left } = server.hub.stats;
    expect(outboxes.shed.closed).toBe(told.missing);
    expect([delivered, left]).toEqual([told.hits, 0]);

    // What it lost can still be had: the ring has it.
    const again = `?format=ndjson&after=e1-${told.hits - 1}&limit=${published - told.hits}`;
    const rest = await Reader.open(server.port, again);
    await rest.ended;
    expect(account(recordsOf(rest.text, 'ndjson'), told.hits)).toMatchObject({
      gaps: 0,
      next: published,
    });
  });

  it('leaves out the event id of the gap, so that a browser comes back for what it lost', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=sse&on_slow=close', { paused: true });
    await server.publishAll(10_000, 0, 2000);
    reader.resume();
    await reader.ended;
    expect(reader.text).toMatch(/\n\nevent: gap\ndata: [^\n]*"reason":"closed"[^\n]*\n\n$/);
  });

  it('is cut when it does not read its ending in time', async () => {
    await serve({ drainTimeout: 50 });
    await Reader.open(server.port, '?on_slow=close', { paused: true });
    const released = server.queries.nextRelease();
    await server.publishAll(10_000, 0, 2000);
    await released;
    const { delivered, outboxes, left } = server.hub.stats;
    expect(outboxes.bytes).toBe(0);
    // What came after it was full was not for it any more.
    expect(delivered + outboxes.shed.closed + left).toBeLessThanOrEqual(10_000);
    expect(await server.metric('estrom_disconnects_total{reason="slow"}')).toBe(1);
  });
});

describe('tails of all policies, reading by fits and starts', () => {
  it('leave sums that add up: delivered, reported or left is what was matched', async () => {
    await serve({ outbox: 128 * 1024, topicLinger: 60_000 });
    const formats = { drop: 'json', sample: 'sse', close: 'ndjson', block: 'ndjson' } as const;
    const readers = await Promise.all(
      ON_SLOW.map(async (onSlow) => {
        const format = formats[onSlow];
        const query = `?format=${format}&on_slow=${onSlow}`;
        return { onSlow, format, reader: await Reader.open(server.port, query) };
      }),
    );
    const total = 6000;
    for (let done = 0; done < total; done += 250) {
      for (const [k, { reader }] of readers.entries()) {
        if ((done / 250 + k) % 5 === 0) reader.pause();
        else if ((done / 250 + k) % 5 === 1) reader.resume();
      }
      // Blocking tails would wait for ever for a reader that this very loop resumes.
      for (let k = 0; k < 250; k++) {
        if (!server.publish(0, 4000) && server.hub.pressure.blocked === 0)
          await server.hub.drained();
      }
      await new Promise(setImmediate);
    }
    for (const { reader } of readers) reader.resume();
    while (!server.hub.isIdle) await new Promise(setImmediate);
    await server.publishAll(1);
    for (const { onSlow, format, reader } of readers) {
      if (onSlow === 'close') {
        await Promise.race([reader.ended, reader.seesDocument(total)]);
        const told = account(recordsOf(reader.text, format), 0, 'closed');
        if (told.gaps === 0) expect(told.next).toBe(total + 1);
        continue;
      }
      await reader.seesDocument(total);
      const records = recordsOf(reader.text, format);
      if (onSlow === 'sample') {
        const { hits, missing } = accountSampled(records);
        expect(hits + missing).toBe(total + 1);
      } else {
        expect(account(records).next).toBe(total + 1);
        if (onSlow === 'block') expect(records.some(isGap)).toBe(false);
      }
    }
    const { delivered, outboxes, gaps } = server.hub.stats;
    const records = readers.flatMap(({ reader, format }) => recordsOf(reader.text, format));
    const { slow, sampled, closed: shedByClose } = outboxes.shed;
    expect(records.filter((record) => !isGap(record))).toHaveLength(delivered);
    const told = records.filter(isGap);
    const count = told.reduce((sum, { _gap }) => sum + _gap.count!, 0);
    expect(count).toBe(slow + sampled + shedByClose);
    expect(told).toHaveLength(gaps.slow + gaps.sampled + gaps.closed);
    expect(outboxes.bytes).toBe(0);
  });
});

describe('on_slow=block', () => {
  it('is refused to callers who may not hold ingest back', async () => {
    server = new Server();
    const reader = { ...EVERYBODY, name: 'reader', roles: new Set<Role>(['tail']) };
    server.app.addHook('onRequest', async (request) => {
      request.principal = reader;
    });
    await server.listen();
    const statuses = await Promise.all(
      ON_SLOW.map(async (onSlow) => (await Reader.open(server.port, `?on_slow=${onSlow}`)).status),
    );
    expect(statuses).toEqual([200, 200, 200, 403]);
    expect(server.queries.watched).toBe(3);
  });
});
