// biome-ignore-all lint/suspicious/noExplicitAny: answers are read as they come.

import { once } from 'node:events';
import { connect } from 'node:net';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { type IngestServer, metric, startIngest } from './ingest-server.ts';

const DOCUMENTS = 3000;
const text = Array.from(
  { length: DOCUMENTS },
  (_, i) => `{"index":{"_index":"a"}}\n{"n":${i}}\n`,
).join('');

let server: IngestServer;

afterEach(() => server.app.close());

async function post(body: Buffer, encoding: string): Promise<{ status: number; json: any }> {
  const answer = await request(`${server.url}/_bulk?filter_path=errors,error.reason`, {
    method: 'POST',
    body,
    headers: { 'content-encoding': encoding },
  });
  return { status: answer.statusCode, json: await answer.body.json() };
}

/** Sends raw bytes and gives what comes back until the server closes. */
async function rawExchange(...parts: string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  for (const part of parts) {
    socket.write(part, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  return answer;
}

describe('a request body', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('is taken as %s', async (encoding, body) => {
    server = await startIngest();
    expect(await post(body, encoding)).toEqual({ status: 200, json: { errors: false } });
    expect(server.received.map(({ source }) => JSON.parse(source).n)).toEqual(
      Array.from({ length: DOCUMENTS }, (_, i) => i),
    );
  });

  it('may be several members of gzip', async () => {
    server = await startIngest();
    const half = text.length >> 1;
    const body = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
    expect((await post(body, 'gzip')).status).toBe(200);
    expect(server.received).toHaveLength(DOCUMENTS);
  });

  it('that is cut off or damaged is answered with 400 and the reason', async () => {
    server = await startIngest();
    const whole = gzipSync(text);
    const cut = await post(whole.subarray(0, whole.length - 100), 'gzip');
    expect(cut.status).toBe(400);
    expect(cut.json.error.reason).toContain('not valid gzip: unexpected end of file');
    expect((await post(Buffer.from('plain'), 'gzip')).status).toBe(400);
    expect((await post(Buffer.from('plain'), 'br')).status).toBe(400);
    expect((await post(whole, 'gzip')).status).toBe(200);
  });

  it('in an unknown encoding is answered with 415', async () => {
    server = await startIngest();
    expect((await post(Buffer.from(text), 'compress')).status).toBe(415);
  });

  it('may come chunked, cut anywhere', async () => {
    server = await startIngest();
    const body = '{"index":{"_index":"a"}}\n{"n":1}\n{"index":{"_index":"a"}}\n{"n":2}';
    const parts = [...body].map((each) => `1\r\n${each}\r\n`);
    const answer = await rawExchange(
      'POST /_bulk HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n',
      ...parts,
      '0\r\n\r\n',
    );
    expect(answer).toContain('"errors":false');
    expect(server.received.map(({ source }) => source)).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('is asked for when its sender waits for 100 Continue', async () => {
    server = await startIngest();
    const body = '{"index":{"_index":"a"}}\n{}\n';
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST /_bulk HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 100 Continue/);
    socket.write(body);
    const [second] = await once(socket, 'data');
    expect(String(second)).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });

  it('that breaks off gives its memory back, and nothing of a bulk batch is taken by halves', async () => {
    server = await startIngest();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /a/_bulk HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"index":{}}\n{"n"',
    );
    await expect
      .poll(() => metric(server.metrics, 'estrom_ingest_buffer_bytes'))
      .toBeGreaterThan(0);
    socket.destroy();
    await expect
      .poll(() => metric(server.metrics, 'estrom_ingest_requests_total{result="aborted"}'))
      .toBe(1);
    expect(await metric(server.metrics, 'estrom_ingest_buffer_bytes')).toBe(0);
  });
});
