import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Estrom } from '../../src/estrom.ts';
import { type GapRecord, type HitRecord, recordsOf, type TailRecord } from '../fanout/records.ts';
import { Reader } from '../fanout/tails.ts';
import { bulkBody, documentOf, metric, post, range } from './sender.ts';
import { startServer } from './server.ts';

let server: Estrom;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await startServer(overrides);
};
afterEach(() => server.close());

const QUERY = 'i=logs&q=kind:flow&format=ndjson';

const open = (query: string, after?: string) =>
  Reader.open(
    Number(new URL(server.url).port),
    `?${query}${after === undefined ? '' : `&after=${after}`}`,
  );

/** Every other document is of the kind that is asked for. */
async function send(first: number, count: number): Promise<void> {
  const documents = range(first, count).map((n) =>
    documentOf(n, 0, `,"kind":"${n % 2 === 0 ? 'flow' : 'ebb'}"`),
  );
  const { status } = await post(server.url, '/_bulk', bulkBody('logs', documents));
  expect(status).toBe(200);
}

/** Cuts the tail; resolves when the server knows. @returns what came */
async function cut(reader: Reader): Promise<TailRecord[]> {
  reader.destroy();
  while ((await metric(server.url, 'estrom_query_watchers')) > 0);
  return recordsOf(reader.text, 'ndjson');
}

const numbers = (records: readonly TailRecord[]) =>
  records.map((record) => (record as HitRecord)._source.n);
const evens = (from: number, to: number) => range(from, to - from).filter((n) => n % 2 === 0);

describe('the composed server', () => {
  it('lets a tail resume over cuts while documents flow, with every hit once', async () => {
    await serve();
    const all: number[] = [];
    let after: string | undefined;
    for (let round = 0; round < 12; round++) {
      const reader = await open(QUERY, after);
      after ??= reader.headers['x-position'] as string;
      await send(round * 1000, 300);
      const records = await cut(reader);
      all.push(...numbers(records));
      after = (records.at(-1) as HitRecord | undefined)?._seq ?? after;
      await send(round * 1000 + 300, 700);
    }
    const reader = await open(`${QUERY}&timeout=300ms`, after);
    await reader.ended;
    all.push(...numbers(recordsOf(reader.text, 'ndjson')));
    expect(all).toEqual(evens(0, 12_000));
  });

  it('resumes from the position of the head when nothing matched before the cut', async () => {
    await serve();
    await send(0, 10);
    const reader = await open(QUERY);
    const position = reader.headers['x-position'] as string;
    expect(position).toMatch(/-10$/);
    expect(await cut(reader)).toEqual([]);
    await send(10, 10);
    const again = await open(`${QUERY}&limit=5`, position);
    await again.ended;
    expect(numbers(recordsOf(again.text, 'ndjson'))).toEqual(evens(10, 20));
  });

  it('tells of a gap when its query ended meanwhile, whatever the topic lingers', async () => {
    await serve({ queryIdle: 1 });
    const reader = await open(QUERY);
    await send(0, 10);
    await reader.sees('"n":8,');
    const last = (await cut(reader)).at(-1) as HitRecord;
    while ((await metric(server.url, 'estrom_queries')) > 0);
    expect(await metric(server.url, 'estrom_topics_active')).toBe(0);
    await send(10, 10);
    const again = await open(`${QUERY}&limit=1`, last._seq);
    await send(20, 2);
    await again.ended;
    const [gap, hit] = recordsOf(again.text, 'ndjson') as [GapRecord, HitRecord];
    const to = last._seq.replace(/\d+$/, '20');
    expect(gap._gap).toEqual({ count: null, reason: 'inactive', from: last._seq, to });
    expect(hit._source.n).toBe(20);
  });

  it('tells of a gap after a restart', async () => {
    await serve();
    const reader = await open(QUERY);
    await send(0, 10);
    await reader.sees('"n":8,');
    const last = (await cut(reader)).at(-1) as HitRecord;
    await server.close();
    await serve();
    const again = await open(`${QUERY}&limit=1`, last._seq);
    await send(0, 2);
    await again.ended;
    const [gap, hit] = recordsOf(again.text, 'ndjson') as [GapRecord, HitRecord];
    expect(gap._gap).toMatchObject({ count: null, reason: 'restart', from: last._seq });
    expect(hit._source.n).toBe(0);
  });
});
