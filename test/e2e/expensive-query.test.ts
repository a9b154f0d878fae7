import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { bulkBody, metric, post } from './sender.ts';
import { startServer } from './server.ts';

/** Each clause looks at every token of every field, since no part of it is rare, and none decides. */
const EXPENSIVE = Array.from({ length: 1000 }, (_, n) => {
  const [a, b, c] = String(n).padStart(3, '0');
  return `*q*${a}*${b}*${c}*`;
}).join(' OR ');
const HUGE = JSON.stringify({
  level: 'error',
  message: Array.from({ length: 300_000 }, (_, n) => `9876543210x${n}q`).join(' '),
});

let server: Estrom;
beforeEach(async () => {
  server = await startServer({ queryBudget: 50 });
});
afterEach(() => server.close());

interface Registered {
  readonly subscription_id: string;
  readonly held_back?: { readonly reason: string };
}

async function register(query: string): Promise<string> {
  const { text } = await post(
    server.url,
    '/api/v0.1/queries',
    JSON.stringify({ index: 'logs', query }),
  );
  return (JSON.parse(text) as Registered).subscription_id;
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(server.url + path)).json()) as T;
}

/** The next records of a tail, gaps and hits. */
async function* records(id: string): AsyncGenerator<Record<string, unknown>> {
  const answer = await fetch(`${server.url}/api/v0.1/docs?s=${id}&format=ndjson`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of answer.body!) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
}

it('pauses a query that explodes on a document, tells its tail, and the others do not notice', async () => {
  const expensive = await register(EXPENSIVE);
  const cheap = await register('level:error');
  const [ofExpensive, ofCheap] = [records(expensive), records(cheap)];
  const [gap, hit] = [ofExpensive.next(), ofCheap.next()];
  const { text } = await post(server.url, '/_bulk', bulkBody('logs', ['{"level":"error"}', HUGE]));
  expect(JSON.parse(text)).toMatchObject({ errors: false });

  expect((await gap).value).toMatchObject({ _gap: { count: null, reason: 'paused' } });
  expect((await hit).value).toMatchObject({ _source: { level: 'error' } });
  expect((await ofCheap.next()).value).toMatchObject({ _source: { level: 'error' } });

  const { held_back } = await get<Registered>(`/api/v0.1/queries/${expensive}`);
  expect(held_back?.reason).toContain('query-budget');
  const { queries } = await get<{ queries: unknown[] }>('/api/v0.1/queries/slow');
  expect(queries[0]).toMatchObject({
    subscription_id: expensive,
    paused: expect.stringContaining('query-budget'),
  });
  expect(await metric(server.url, 'estrom_percolate_paused_queries')).toBe(1);
  expect(await metric(server.url, 'estrom_percolate_overruns_total')).toBeGreaterThan(0);

  // It is looked at no more, so that the same document is a matter of its size.
  const again = await post(server.url, '/_bulk', bulkBody('logs', [HUGE]));
  expect(JSON.parse(again.text)).toMatchObject({ errors: false });
  expect((await ofCheap.next()).value).toMatchObject({ _source: { level: 'error' } });
  expect(await metric(server.url, 'estrom_percolate_overruns_total')).toBe(1);
  await Promise.all([ofExpensive.return(undefined), ofCheap.return(undefined)]);
});

it('says of a document that is only tried that a query was not decided, and pauses nothing', async () => {
  await register(EXPENSIVE);
  const body = JSON.stringify({ index: 'logs', documents: [JSON.parse(HUGE)] });
  const { status, text } = await post(server.url, '/api/v0.1/percolate', body);
  expect([status, text]).toEqual([expect.any(Number), expect.stringContaining('query-budget')]);
  expect(await metric(server.url, 'estrom_percolate_paused_queries')).toBe(0);
});
