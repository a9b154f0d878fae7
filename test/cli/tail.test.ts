import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingest } from '../../src/cli/ingest.ts';
import { selfSigned } from '../http/certificate.ts';
import { Run, send, startServer, watched } from './tail-runs.ts';

// Each starts several processes.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: Run;
let url: string;
beforeAll(async () => {
  [server, url] = await startServer();
});
afterAll(() => server.stop());

const tail = (...args: string[]) => new Run(['tail', '--url', url, ...args]);

/** A server of ours that answers as told, and remembers what it was asked. */
async function answering(listener: RequestListener): Promise<[string, string[], () => void]> {
  const asked: string[] = [];
  const fake = createServer((request, response) => {
    asked.push(request.url!);
    listener(request, response);
  });
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const close = () => {
    fake.closeAllConnections();
    fake.close();
  };
  return [`http://127.0.0.1:${(fake.address() as AddressInfo).port}`, asked, close];
}

describe('estrom tail', () => {
  // The one before may not have been seen to leave.
  beforeEach(() => watched(url, 0));

  it('shows what matches, and ends with 0 at its limit', async () => {
    const run = tail('level:error', 'AND', 'n:>1', '-i', 'logs', '--limit', '2');
    await watched(url, 1);
    await send(
      url,
      [1, 2, 3, 4].map((n) => ({ level: 'error', message: 'disk full', n })),
    );
    expect(await run.code()).toBe(0);
    expect(run.out).toBe('ERROR disk full n=2\nERROR disk full n=3\n');
    expect(run.err).toBe('');
  });

  it('prints hits as they came with --json, and chosen fields with --fields', async () => {
    const raw = tail('--json', '--limit', '1');
    const chosen = tail('--fields', 'b,_index', '--limit', '1');
    await watched(url, 2);
    await send(url, [{ a: 12345678901234567890n.toString(), b: 'x y' }]);
    expect(await Promise.all([raw.code(), chosen.code()])).toEqual([0, 0]);
    expect(raw.out).toMatch(
      /^\{"_index":"logs","_id":"[^"]+","_seq":"[^"]+","_source":\{"a":"12345678901234567890","b":"x y"\}\}\n$/,
    );
    expect(chosen.out).toBe('b="x y" _index=logs\n');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 and a count at %s', async (signal) => {
    const run = tail();
    await watched(url, 1);
    await send(url, [{ message: 'one' }]);
    await run.said(/one/);
    expect(await run.stop(signal)).toBe(0);
    expect(run.err).toBe('estrom tail: 1 hit\n');
  });

  it('ends with 0 when nobody reads its output any more', async () => {
    const run = tail();
    await watched(url, 1);
    run.child.stdout.destroy();
    // The first write finds the pipe closed.
    await send(url, [{ message: 'one' }, { message: 'two' }]);
    expect(await run.code()).toBe(0);
    expect(run.err).toBe('');
  });

  it('shows where a query is wrong and ends with 2', async () => {
    const run = tail('status:(a OR b');
    expect(await run.code()).toBe(2);
    expect(run.err).toMatch(/^estrom tail: expected a \) .*\n {2}status:\(a OR b\n {16}\^\n$/);
    expect(run.out).toBe('');
  });

  it('takes KQL', async () => {
    const run = tail('--lang', 'kql', '--limit', '1', 'lang: (one or two) and n >= 2');
    await watched(url, 1);
    await send(url, [
      { lang: 'one', n: 1 },
      { lang: 'two', n: 2 },
    ]);
    expect(await run.code()).toBe(0);
    expect(run.out).toContain('lang=two n=2');
  });

  it('shows where a query in KQL is wrong', async () => {
    const run = tail('--lang', 'kql', 'status: 200 and not not a');
    expect(await run.code()).toBe(2);
    expect(run.err).toMatch(/\n {2}status: 200 and not not a\n {22}\^\n$/);
  });

  it.each([
    ['an unknown language', ['--lang', 'sql', 'a'], /known are \[lucene\], \[kql\]/],
    ['an unknown id', ['--id', 'f'.repeat(32)], /f{32}/],
    ['a bad position', ['--after', 'nonsense'], /\[after\]/],
    ['a bad limit', ['--limit', '0'], /positive integer/],
    ['a bad address', ['--url', 'localhost:9280'], /is no address/],
    ['a query beside an id', ['--id', 'a', 'b'], /exclude each other/],
    ['fields of raw hits', ['--json', '--fields', 'a'], /--json/],
  ])('refuses %s on one line, with 2', async (_name, args, reason) => {
    const run = tail(...args);
    expect(await run.code()).toBe(2);
    expect(run.err).toMatch(/^[^\n]+\n$/);
    expect(run.err).toMatch(reason);
  });

  it('says so when the address is not one of estrom', async () => {
    const [other, , close] = await answering((_, response) => response.end('hello'));
    const run = new Run(['tail', '--url', other]);
    expect(await run.code()).toBe(2);
    expect(run.err).toContain('this is no answer of estrom');
    close();
  });

  it('begins behind a position', async () => {
    const first = tail('--json', '--limit', '1', 'after:test');
    await watched(url, 1);
    await send(
      url,
      [1, 2, 3].map((n) => ({ after: 'test', n })),
    );
    await first.code();
    const { _seq } = JSON.parse(first.out) as { _seq: string };
    const second = tail('--limit', '2', '--after', _seq, 'after:test');
    expect(await second.code()).toBe(0);
    expect(second.out).toMatch(/n=2\n.*n=3\n$/);
  });
});

describe('a tail whose connection breaks off', () => {
  it('comes back when the server does, and tells what may be missing', async () => {
    const [first, address] = await startServer();
    const run = new Run(['tail', '--url', address, '--limit', '2', 'x:1']);
    await watched(address, 1);
    await send(address, [{ x: 1, message: 'before' }]);
    await run.said(/before/);
    await first.stop();
    await run.said(/connection refused|ended the stream/);
    const [second] = await startServer(['--port', new URL(address).port]);
    await run.said(/connected again/);
    await send(address, [{ x: 1, message: 'behind' }]);
    expect(await run.code()).toBe(0);
    expect(run.out).toBe('logs before x=1\nlogs behind x=1\n');
    expect(run.err).toMatch(/hits may be missing: the server was started anew/);
    await second.stop();
  });

  it('goes on behind the last hit, with what is left of its limit', async () => {
    const hits = [1, 2, 3, 4].map(
      (n) => `{"_index":"i","_id":"${n}","_seq":"e-${n}","_source":{"n":${n}}}\n`,
    );
    const gap = '{"_gap":{"count":7,"reason":"evicted","from":"e-3","to":"e-9"}}\n';
    const answers = [hits[0]! + hits[1], gap, hits[2]! + hits[3]];
    const [address, asked, close] = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(answers.shift()!, () => response.destroy());
    });
    const run = new Run(['tail', '--url', `${address}/prefix`, '--limit', '4', 'n:*']);
    expect(await run.code()).toBe(0);
    expect(run.out).toBe('i n=1\ni n=2\ni n=3\ni n=4\n');
    expect(run.err).toContain('7 hits are missing: they are older than what the server keeps');
    expect(asked).toEqual([
      '/prefix/api/v0.1/docs?format=ndjson&i=*&q=n%3A*&limit=4',
      '/prefix/api/v0.1/docs?format=ndjson&i=*&q=n%3A*&limit=2&after=e-2',
      '/prefix/api/v0.1/docs?format=ndjson&i=*&q=n%3A*&limit=2&after=e-9',
    ]);
    close();
  });

  it('goes on without a position where the server does not take one, and says so', async () => {
    const [address, asked, close] = await answering((request, response) => {
      if (request.url!.includes('after=')) {
        response.writeHead(400).end('{"error":{"reason":"unknown parameter [after]"}}');
        return;
      }
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const record = `{"_index":"i","_id":"1","_seq":"e-${asked.length}","_source":{}}\n`;
      response.write(record, () => response.destroy());
    });
    const run = new Run(['tail', '--url', address, '--limit', '2', '--json']);
    expect(await run.code()).toBe(0);
    expect(run.err).toMatch(/hits since \d\d:\d\d:\d\d may be missing/);
    close();
  });

  it('waits as long as a busy server asks for', async () => {
    let first = true;
    const [address, , close] = await answering((_, response) => {
      if (first)
        response.writeHead(503, { 'retry-after': '1' }).end('{"error":{"reason":"not yet"}}');
      else response.writeHead(404).end('{"error":{"reason":"gone"}}');
      first = false;
    });
    const run = new Run(['tail', '--url', address]);
    expect(await run.code()).toBe(2);
    expect(run.err).toBe('estrom tail: not yet; next try in 1000 ms\nestrom tail: gone\n');
    close();
  });
});

describe('a tail on a server with tokens and TLS', () => {
  const token = 'secret-of-a-tail-0123456789abcdef';
  const folder = mkdtempSync(join(tmpdir(), 'estrom-tail-'));
  const file = (name: string) => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gets in with --token or ESTROM_TOKEN, and with the certificate', async () => {
    const { cert, key } = selfSigned('127.0.0.1');
    writeFileSync(file('cert.pem'), cert);
    writeFileSync(file('key.pem'), key, { mode: 0o600 });
    writeFileSync(
      file('tokens.yml'),
      `- { name: all, token: ${token}, roles: [ingest, tail, metrics] }\n`,
      { mode: 0o600 },
    );
    const [secured, address] = await startServer([
      ...['--tokens', file('tokens.yml')],
      ...['--tls-cert', file('cert.pem'), '--tls-key', file('key.pem')],
    ]);
    const port = new URL(address).port;
    const base = ['tail', '--url', `https://127.0.0.1:${port}`, '--limit', '1', '--json'];
    const trusting = [...base, '--ca', file('cert.pem')];
    const [untrusting, anonymous, wrong] = [
      new Run(base, { ESTROM_TOKEN: token }),
      new Run(trusting),
      new Run([...trusting, '--token', 'wrong']),
    ];
    expect(await Promise.all([untrusting.code(), anonymous.code(), wrong.code()])).toEqual([
      2, 2, 2,
    ]);
    expect(untrusting.err).toMatch(/certificate/);
    expect(anonymous.err).toContain('--token or ESTROM_TOKEN');
    const sender = new Run([...trusting, '--token', token]);
    const reader = new Run(trusting, { ESTROM_TOKEN: token });
    const ended = Promise.all([sender.code(), reader.code()]);
    // They are in when their first hit comes; until then one is sent again and again.
    const input = Readable.from(documentsUntil(ended));
    const server = { url: base[2]!, index: 'logs', token, ca: cert };
    const sent = ingest({ ...server, input, output: new PassThrough() });
    expect(await ended).toEqual([0, 0]);
    expect(await sent).toBe(0);
    await secured.stop();
  });
});

async function* documentsUntil(ended: Promise<unknown>): AsyncGenerator<Buffer> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    yield Buffer.from('{}\n');
    await Promise.race([over, delay(50)]);
  }
}
