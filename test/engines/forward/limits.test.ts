import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ForwardServer } from '../../forward/forward-server.ts';
import { Elasticsearch } from '../elasticsearch.ts';
import { ask, comparable, lines } from './proxy.ts';

/** A server of its own, for it has narrow limits and is killed. */
const data = mkdtempSync(join(tmpdir(), 'estrom-forward-'));
const settings = {
  'http.max_content_length': '1mb',
  'indexing_pressure.memory.limit': '300kb',
};
const options = { data, heap: '512m', settings };

let elasticsearch: Elasticsearch;
let server: ForwardServer;
beforeAll(async () => {
  elasticsearch = await Elasticsearch.start(options);
});
afterAll(async () => {
  await elasticsearch.stop();
  rmSync(data, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await ForwardServer.start(() => {}, { elasticsearch: elasticsearch.url, hold: '60s' });
});
afterEach(() => server.close());

const documents = (count: number, size: number): string =>
  Array.from({ length: count }, (_, n) =>
    lines({ index: { _index: 'limits', _id: String(n) } }, { n, pad: 'x'.repeat(size) }),
  ).join('');

test.each([
  [413, 3000],
  [429, 1000],
])('%i of the real server is the answer, and nothing is percolated', async (status, count) => {
  const body = documents(count, 500);
  const direct = await ask(elasticsearch.url, '/_bulk', { body });
  const through = await server.ask('/_bulk', { body });
  expect([direct.status, through.status]).toEqual([status, status]);
  const numbers = (text: string) => comparable(text).replaceAll(/\d{4,}/g, 'N');
  expect(numbers(through.text)).toBe(numbers(direct.text));
  expect(server.received).toEqual([]);
  const small = await server.ask('/_bulk', { body: documents(10, 10) });
  expect(small.status).toBe(200);
  expect(server.received).toHaveLength(10);
});

test('a server that is killed and started again: whatever was sent is stored, and percolated at least once', async () => {
  const { port } = new URL(elasticsearch.url);
  const count = 60;
  const each = 50;
  let done = 0;
  const id = (request: number, n: number) => `r${request}-${n}`;
  const send = async (request: number): Promise<void> => {
    const body = Array.from({ length: each }, (_, n) =>
      lines({ create: { _index: 'killed', _id: id(request, n) } }, { request, n }),
    ).join('');
    for (;;) {
      try {
        const { status, json } = await server.ask('/_bulk', {
          body,
          headers: { 'user-agent': 'Filebeat' },
        });
        const left = (items: { create: { status: number } }[]) =>
          items.filter(({ create }) => create.status !== 201 && create.status !== 409);
        if (status === 200 && left(json.items).length === 0) break;
      } catch {
        // The connection was cut: as shippers do, it is sent again.
      }
      await delay(100);
    }
    done++;
  };
  let next = 0;
  const senders = Array.from({ length: 4 }, async () => {
    while (next < count) await send(next++);
  });
  await expect.poll(() => done, { timeout: 60_000 }).toBeGreaterThan(count / 4);
  await elasticsearch.stop('SIGKILL');
  elasticsearch = await Elasticsearch.start({ ...options, port: Number(port) });
  await Promise.all(senders);
  await ask(elasticsearch.url, '/killed/_refresh', { method: 'POST' });
  const { json } = await ask(elasticsearch.url, '/killed/_count');
  expect(json.count).toBe(count * each);
  const seen = new Set(server.received.map((text) => text.split(' ')[0]));
  expect(seen.size).toBe(count * each);
  for (let request = 0; request < count; request++) {
    for (let n = 0; n < each; n++) expect(seen.has(`killed/${id(request, n)}`)).toBe(true);
  }
});
