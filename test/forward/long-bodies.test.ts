import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { lines } from '../engines/forward/proxy.ts';
import { ForwardServer } from './forward-server.ts';
import { storing } from './stub.ts';

let server: ForwardServer;
afterEach(() => server.close());

const document = (n: number, size = 100) =>
  lines({ index: { _index: 'idx', _id: String(n) } }, { n, pad: 'x'.repeat(size) });
const documents = (count: number, size?: number) =>
  Array.from({ length: count }, (_, n) => document(n, size)).join('');
const sentBulks = () => server.stub.seen.filter(({ url }) => url.startsWith('/_bulk'));
const ids = () => server.received.map((text) => Number(/\/(\d+) /.exec(text)![1]));

test('a body that there is room for goes on as one request, byte for byte', async () => {
  server = await ForwardServer.start(storing);
  const body = documents(5000);
  const { json } = await server.ask('/_bulk', { body });
  expect(json.items).toHaveLength(5000);
  expect(sentBulks().map((seen) => seen.body === body)).toEqual([true]);
  expect(ids()).toEqual(Array.from({ length: 5000 }, (_, n) => n));
});

test('a longer one goes on in parts that end between items, answered as one', async () => {
  server = await ForwardServer.start(storing, { ingestBuffer: '2MiB', maxDocumentBytes: '300KiB' });
  const body = documents(3000, 500) + document(3000, 280_000) + documents(3000, 500);
  const { json } = await server.ask('/_bulk', { body });
  const bulks = sentBulks();
  expect(bulks.length).toBeGreaterThan(3);
  expect(bulks.map((seen) => seen.body).join('')).toBe(body);
  for (const seen of bulks) expect(seen.body.endsWith('}\n')).toBe(true);
  expect(json).toMatchObject({ took: bulks.length, errors: false });
  expect(json.items).toHaveLength(6001);
  expect(ids()).toEqual([...Array(3001).keys(), ...Array(3000).keys()]);
  expect(await server.metric('estrom_ingest_buffer_peak_bytes')).toBeLessThan(2 * 1024 * 1024);
  expect(await server.metric('estrom_ingest_buffer_bytes')).toBe(0);
  expect(await server.metric('estrom_forward_answer_bytes')).toBe(0);
});

test('many long ones at once share the memory, and each comes through', async () => {
  server = await ForwardServer.start(storing, { ingestBuffer: '2MiB', hold: '30s' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.ask('/_bulk', { body: documents(4000, 300) })),
  );
  expect(answers.map(({ json }) => json.items.length)).toEqual(Array(8).fill(4000));
  expect(server.received).toHaveLength(32_000);
  expect(await server.metric('estrom_ingest_buffer_peak_bytes')).toBeLessThan(2 * 1024 * 1024);
});

test('an item that is too long is refused with the whole', async () => {
  server = await ForwardServer.start(storing, { maxDocumentBytes: '100KiB' });
  const { status, json } = await server.ask('/_bulk', { body: document(1, 400_000) });
  expect([status, json.error.type]).toEqual([413, 'content_too_long_exception']);
  expect(sentBulks()).toEqual([]);
  expect(await server.metric('estrom_ingest_buffer_bytes')).toBe(0);
});

test('a part that is refused ends the request with that answer; what was stored before is percolated', async () => {
  let bulks = 0;
  server = await ForwardServer.start(
    (seen, response) => {
      if (!seen.url.startsWith('/_bulk') || ++bulks === 1) return storing(seen, response);
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end('{"status":429}');
    },
    { ingestBuffer: '2MiB' },
  );
  const { status, text } = await server.ask('/_bulk', { body: documents(6000, 500) });
  expect([status, text, bulks]).toEqual([429, '{"status":429}', 2]);
  const first = sentBulks()[0]!.body.split('\n').length >> 1;
  expect(server.received).toHaveLength(first);
});

test('a sender that pauses does not keep the memory that others wait for', async () => {
  server = await ForwardServer.start(storing, {
    ingestBuffer: '1MiB',
    hold: '20s',
    maxDocumentBytes: '100KiB',
  });
  const paused = Array.from({ length: 3 }, () => {
    const sent = httpRequest({ port: server.port, path: '/_bulk', method: 'POST' });
    sent.write(documents(800, 200));
    return sent;
  });
  await expect.poll(() => server.metric('estrom_ingest_buffer_bytes')).toBeGreaterThan(300_000);
  const { status } = await server.ask('/_bulk', { body: documents(800, 200) });
  expect(status).toBe(200);
  for (const sent of paused) {
    sent.end(document(9999));
    const [answer] = await once(sent, 'response');
    const { items } = JSON.parse(Buffer.concat(await answer.toArray()).toString());
    expect(items).toHaveLength(801);
  }
});

test('long answers wait in a file while their request goes on', async () => {
  server = await ForwardServer.start(storing, { ingestBuffer: '4MiB' });
  const body = documents(120_000, 1);
  const { json } = await server.ask('/_bulk', { body });
  expect(json.items).toHaveLength(120_000);
  expect(json.items[119_999].index._id).toBe('119999');
  expect(server.received).toHaveLength(120_000);
});
