import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient } from './raw-client.ts';
import { type Running, startServer } from './running.ts';

let server: Running;
const clients: RawClient[] = [];

async function start(flags: Readonly<Record<string, string>>): Promise<void> {
  server = await startServer(flags);
}
afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy();
  await server.close();
});

function client(): RawClient {
  const made = new RawClient(server.port);
  clients.push(made);
  return made;
}

const BULK =
  'POST /logs/_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n';
const CHUNKED = `${BULK}Transfer-Encoding: chunked\r\n\r\n`;
const ITEM = '{"index":{}}\n{"a":1}\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const refused = (setting: string) =>
  server.metric(`estrom_limit_refusals_total{setting="${setting}"}`);

describe('the length of a body', () => {
  it('has no limit unless one is set', async () => {
    await start({});
    const body = ITEM.repeat(50_000);
    const answer = await fetch(`${server.url}/logs/_bulk?filter_path=errors`, {
      method: 'POST',
      body,
    });
    expect(await answer.text()).toBe('{"errors":false}');
  });

  it('is looked at before the body is read', async () => {
    await start({ maxBodyBytes: '1kb' });
    const reply = await client()
      .send(`${BULK}Content-Length: 1025\r\n\r\n`)
      .until(/"status":413/);
    expect(reply).toContain('raise --max-body-bytes');
    expect(await refused('max-body-bytes')).toBe(1);
    const fits = await fetch(`${server.url}/logs/_bulk`, { method: 'POST', body: ITEM });
    expect(fits.status).toBe(200);
  });

  it.each([
    ['plain', (text: string) => Buffer.from(text), ''],
    ['gzip', (text: string) => gzipSync(text, { level: 0 }), 'Content-Encoding: gzip\r\n'],
  ])('is counted where it is not known: %s', async (_name, encode, header) => {
    await start({ maxBodyBytes: '1kb' });
    const bytes = encode(ITEM.repeat(200));
    const sender = httpRequest(`${server.url}/logs/_bulk`, {
      method: 'POST',
      headers: header === '' ? {} : { 'content-encoding': 'gzip' },
    });
    const answered = new Promise<[number, string]>((resolve, reject) => {
      sender.on('error', reject);
      sender.on('response', (response) => {
        text(response).then((body) => resolve([response.statusCode!, body]), reject);
      });
    });
    // Without an end: the answer does not wait for it.
    sender.write(bytes);
    const [status, body] = await answered;
    expect(status).toBe(413);
    expect(body).toContain('raise --max-body-bytes');
    sender.destroy();
    expect(await refused('max-body-bytes')).toBe(1);
  });
});

describe('a body that unpacks to more than it may', () => {
  const bomb = Buffer.from(ITEM.repeat(100_000));

  it.each([
    ['gzip', gzipSync(bomb)],
    ['deflate', deflateSync(bomb)],
    ['deflate', deflateRawSync(bomb)],
    ['br', brotliCompressSync(bomb)],
    ['zstd', zstdCompressSync(bomb)],
    // Several members in a row are one body.
    ['gzip', Buffer.concat(Array.from({ length: 4 }, () => gzipSync(ITEM.repeat(20_000))))],
  ])('is refused by name: %s', async (encoding, body) => {
    await start({ maxDecompressedBytes: '1mb' });
    for (const path of ['/logs/_bulk', '/api/v0.1/docs?i=logs']) {
      const answer = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-encoding': encoding },
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(413);
      expect(await answer.text()).toContain('raise --max-decompressed-bytes');
    }
    expect(await refused('max-decompressed-bytes')).toBe(2);
    expect(await server.metric('estrom_ingest_buffer_bytes')).toBe(0);
  });
});

describe('connections beyond the limit', () => {
  it('are told when they read, cut when they write, and welcome when others are gone', async () => {
    await start({ maxConnections: '2' });
    const tail = client().send('GET /api/v0.1/docs?i=a HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await tail.until(/subscription_id/);
    const idle = client().send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.until(/ok/);
    const reader = client().send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await reader.end()).toMatch(/ 503 .*raise --max-connections/s);
    const writer = client().send(`${BULK}Content-Length: ${ITEM.length}\r\n\r\n${ITEM}`);
    expect(await writer.end()).toBe('');
    tail.destroy();
    // The server has seen it go once another one is let in.
    for (;;) {
      const next = client().send(
        'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      );
      if (/ 200 /.test(await next.end())) break;
    }
    idle.destroy();
    expect(await refused('max-connections')).toBeGreaterThanOrEqual(2);
  });
});

describe('tails beyond the limit', () => {
  it('are refused by name', async () => {
    await start({ maxTails: '1' });
    const first = client().send('GET /api/v0.1/docs?i=a HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await first.until(/subscription_id/);
    const second = await fetch(`${server.url}/api/v0.1/docs?i=b`);
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.text()).toContain('raise --max-tails');
    expect(await refused('max-tails')).toBe(1);
  });
});

describe('queries beyond the limit', () => {
  const register = (query: string) =>
    fetch(`${server.url}/api/v0.1/queries`, { method: 'POST', body: JSON.stringify({ query }) });

  it('are refused by name', async () => {
    await start({ maxQueries: '1' });
    expect((await register('a')).status).toBe(201);
    const second = await register('b');
    expect(second.status).toBe(400);
    expect(await second.text()).toContain('raise --max-queries');
    expect(await refused('max-queries')).toBe(1);
  });

  it('are refused by name when they come too fast, by a tail as well', async () => {
    await start({ registrationsPerSecond: '2' });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(register));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(2);
    const late = answers.find(({ status }) => status === 429)!;
    expect(late.headers.get('retry-after')).toBe('1');
    expect(await late.text()).toContain('raise --registrations-per-second');
    const tail = await fetch(`${server.url}/api/v0.1/docs?q=g`);
    expect(tail.status).toBe(429);
    await tail.text();
    expect(await refused('registrations-per-second')).toBeGreaterThanOrEqual(2);
  });
});

describe('a sender that is slow on purpose', () => {
  it('is cut when its headers do not arrive in time', async () => {
    await start({ headerTimeout: '300ms' });
    const slow = client().send('POST /_bulk HTTP/1.1\r\nHost: loc');
    const silent = client();
    const [reply, nothing] = await Promise.all([slow.end(), silent.end()]);
    expect(reply).toMatch(/^HTTP\/1.1 408 .*raise --header-timeout/s);
    expect(nothing).toMatch(/^$|408/);
    expect(await refused('header-timeout')).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['a bulk body', CHUNKED + chunk(ITEM)],
    ['a body of known length', `${BULK}Content-Length: 100\r\n\r\n${ITEM}`],
    ['a compressed body', `${BULK}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n`],
    [
      'a body whose form is looked for',
      `${BULK}Content-Encoding: deflate\r\nContent-Length: 100\r\n\r\n`,
    ],
    [
      'a query',
      'POST /api/v0.1/queries HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{',
    ],
    [
      'queries in bulk',
      'POST /api/v0.1/queries/_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('is cut when it stands still: %s', async (_name, sent) => {
    await start({ bodyIdleTimeout: '200ms' });
    const reply = await client().send(sent).end();
    expect(reply).toMatch(/^HTTP\/1.1 408 .*raise --body-idle-timeout/s);
    expect(await refused('body-idle-timeout')).toBe(1);
    // The answer is out before the connection is gone, and with it the body.
    const held = () => server.metric('estrom_ingest_buffer_bytes');
    await expect.poll(held, { timeout: 20_000 }).toBe(0);
  });

  it('is not cut as long as something comes', async () => {
    await start({ bodyIdleTimeout: '400ms' });
    const sender = client().send(CHUNKED);
    for (let i = 0; i < 8; i++) {
      sender.send(chunk(ITEM));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await sender.send('0\r\n\r\n').until(/"items"/)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is not cut while estrom itself holds the body', async () => {
    await start({
      bodyIdleTimeout: '200ms',
      outbox: '16kb',
      blockTimeout: '20s',
      ingestBuffer: '1mb',
    });
    const stuck = client().send(
      'GET /api/v0.1/docs?i=logs&on_slow=block HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    await stuck.until(/subscription_id/);
    stuck.pause();
    const document = `{"index":{}}\n{"pad":"${'x'.repeat(50_000)}"}\n`;
    const length = document.length * 600;
    const sender = client().send(`${BULK}Content-Length: ${length}\r\n\r\n`);
    for (let i = 0; i < 600; i++) sender.send(document);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await refused('body-idle-timeout')).toBe(0);
    stuck.resume();
    expect(await sender.until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 200 /);
  }, 30_000);
});
