import { afterEach, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { NaiveMapping, naiveMatch } from '../oracle/naive.ts';
import { CountingTail } from './counting-tail.ts';
import { bulkBody, documentOf, keepAlive, post, range } from './sender.ts';
import { startServer } from './server.ts';

let server: Estrom;
afterEach(() => server.close());

it('keeps the order of admission in a topic, whichever worker is done first', async () => {
  server = await startServer({ workers: 2 });
  const { url } = server;
  const [senders, bodies] = [8, 40];
  // Bodies that take a worker long, and ones that it is done with at once.
  const sizes = range(0, senders * bodies).map((k) => (k % 3 === 0 ? 400 : 1 + (k % 7)));
  const starts = sizes.map((_, k) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0));
  const total = starts.at(-1)! + sizes.at(-1)!;
  const open = (q: string) => CountingTail.open(url, { i: 'logs', q, on_slow: 'block' }, total, {});
  const [all, some] = await Promise.all([open('*:*'), open('parity:odd')]);

  const send = async (sender: number) => {
    const agent = keepAlive();
    for (let k = sender; k < sizes.length; k += senders) {
      const documents = range(starts[k]!, sizes[k]!).map((n) =>
        documentOf(n, 100, `,"parity":"${n % 2 === 0 ? 'even' : 'odd'}"`),
      );
      expect((await post(url, '/_bulk', bulkBody('logs', documents), { agent })).status).toBe(200);
    }
    agent.destroy();
  };
  await Promise.all(range(0, senders).map(send));
  await Promise.all([all.accounts(total), some.accounts(Math.floor(total / 2))]);

  expect(all).toMatchObject({ hits: total, once: total, disorder: 0 });
  expect(some).toMatchObject({ hits: Math.floor(total / 2), disorder: 0 });
  expect(some.order).toEqual(all.order.filter((n) => n % 2 === 1));
  const places = new Uint32Array(total);
  for (const [place, n] of all.order.entries()) places[n] = place;
  for (const [k, start] of starts.entries()) {
    const body = [...places.subarray(start, start + sizes[k]!)];
    expect(body).toEqual(body.toSorted((a, b) => a - b));
  }
});

const RACES = 150;
const RACERS = 3;
const VALUES = ['word', '5', 5, 5.5, true, 'true', '2024-01-01', ''];
const QUERIES = ['f:5', 'f:word', 'f:true', 'f:[2023 TO 2025]', 'f:[2 TO 6]', 'f.keyword:5'];

it('fixes the type of a field that several requests bring at once as in one order of admission', async () => {
  server = await startServer({ workers: 2 });
  const { url } = server;
  const perRace = RACERS * 2;
  const documents = RACES * perRace;
  const fieldOf = (n: number) => VALUES[(n * 7 + Math.floor(n / perRace)) % VALUES.length]!;
  const open = (q: string) => CountingTail.open(url, { i: 'race-*', q }, documents);
  const all = await open('*:*');
  const tails = await Promise.all(QUERIES.map(open));
  const agents = range(0, RACERS).map(keepAlive);
  for (let race = 0; race < RACES; race++) {
    const bodies = agents.map((agent, racer) => {
      const numbers = range(race * perRace + racer * 2, 2);
      const lines = numbers.map((n) => documentOf(n, 0, `,"f":${JSON.stringify(fieldOf(n))}`));
      return post(url, '/_bulk', bulkBody(`race-${race}`, lines), { agent });
    });
    for (const { status } of await Promise.all(bodies)) expect(status).toBe(200);
  }
  for (const agent of agents) agent.destroy();
  await all.accounts(documents);
  expect(all).toMatchObject({ once: documents, disorder: 0 });

  const irs = QUERIES.map((query) => parseQuery(query));
  const expected: number[][] = QUERIES.map(() => []);
  const mappings = range(0, RACES).map(() => new NaiveMapping());
  for (const n of all.order) {
    const mapping = mappings[Math.floor(n / perRace)]!;
    const values = mapping.read({ n, f: fieldOf(n) });
    for (const [k, ir] of irs.entries()) {
      if (naiveMatch(ir, mapping.types, values)) expected[k]!.push(n);
    }
  }
  await Promise.all(tails.map((tail, k) => tail.accounts(expected[k]!.length)));
  expect(tails.map((tail) => tail.order)).toEqual(expected);
  // Otherwise nothing raced: in each race there are documents that a different first one lets match.
  const firsts = new Set(mappings.map((mapping) => mapping.types.get('f')));
  expect(firsts.size).toBeGreaterThan(3);
});
