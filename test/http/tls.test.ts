import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { type SelfSigned, selfSigned } from './certificate.ts';
import { startServer } from './running.ts';

let folder: string;
let first: SelfSigned;
let second: SelfSigned;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-tls-'));
  [first, second] = [selfSigned('first'), selfSigned('second')];
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => use(first));

function use({ cert, key }: { cert: string; key: string }): void {
  writeFileSync(at('cert.pem'), cert);
  writeFileSync(at('key.pem'), key);
}

const files = () => ({ tlsCert: at('cert.pem'), tlsKey: at('key.pem') });

describe('HTTPS', () => {
  let server: Estrom & { readonly port: number };
  const sockets: TLSSocket[] = [];
  beforeEach(async () => {
    server = await startServer(files());
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  async function open(options: object = {}): Promise<TLSSocket> {
    const socket = connect({ port: server.port, ca: [first.cert, second.cert], ...options });
    sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return socket;
  }

  async function ask(socket: TLSSocket, path: string, until: string): Promise<string> {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    let reply = '';
    while (!reply.includes(until)) reply += (await once(socket, 'data'))[0];
    return reply;
  }

  function bulk(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const sender = request(
        `https://localhost:${server.port}/logs/_bulk?filter_path=errors,items.*.status`,
        {
          method: 'POST',
          ca: first.cert,
          agent: false,
          headers: { 'content-length': body.length },
        },
        (response) => void text(response).then(resolve, reject),
      );
      sender.on('error', reject);
      sender.end(body);
    });
  }

  it('answers, says its address, and takes no older version than 1.2', async () => {
    expect(server.url).toMatch(/^https:/);
    const socket = await open();
    expect(await ask(socket, '/healthz', 'ok')).toMatch(/ 200 /);
    expect(['TLSv1.2', 'TLSv1.3']).toContain(socket.getProtocol());
    expect((await open({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(open(old)).rejects.toThrow();
  });

  it('brings bodies and tails through as they are', async () => {
    const tail = await open();
    let hits = 0;
    let rest = '';
    const seen = new Promise<void>((resolve) => {
      tail.on('data', (part: Buffer) => {
        const lines = (rest + part.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.startsWith('{"_index')) continue;
          expect(JSON.parse(line)._source).toEqual({ n: hits, pad: 'x'.repeat(1000) });
          hits++;
        }
        if (hits === 3000) resolve();
      });
    });
    await new Promise<void>((resolve) => {
      tail.once('data', () => resolve());
      tail.write(
        'GET /api/v0.1/docs?format=ndjson&on_slow=block HTTP/1.1\r\nHost: localhost\r\n\r\n',
      );
    });
    const document = (n: number) => `{"index":{}}\n{"n":${n},"pad":"${'x'.repeat(1000)}"}\n`;
    const answer = await bulk(Array.from({ length: 3000 }, (_, n) => document(n)).join(''));
    expect(answer).toMatch(/^{"errors":false,/);
    await seen;
  });

  it('takes a new certificate without dropping connections', async () => {
    const tail = await open();
    await ask(tail, '/api/v0.1/docs?format=ndjson', '\r\n\r\n');
    expect(tail.getPeerCertificate().fingerprint256).toBe(first.fingerprint);
    use(second);
    server.reload();
    const next = await open();
    expect(next.getPeerCertificate().fingerprint256).toBe(second.fingerprint);
    use(first);
    await bulkVia(next);
    expect((await once(tail, 'data')).toString()).toContain('"still":"here"');
  });

  async function bulkVia(socket: TLSSocket): Promise<void> {
    const body = '{"still":"here"}';
    socket.write(
      `POST /api/v0.1/docs?i=logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'data');
  }

  it('keeps the old certificate while the new files do not fit', async () => {
    writeFileSync(at('cert.pem'), second.cert);
    server.reload();
    expect((await open()).getPeerCertificate().fingerprint256).toBe(first.fingerprint);
    writeFileSync(at('key.pem'), second.key);
    server.reload();
    expect((await open()).getPeerCertificate().fingerprint256).toBe(second.fingerprint);
  });

  it('notices by itself that the files have changed', async () => {
    for (;;) {
      use(second);
      const socket = await open();
      if (socket.getPeerCertificate().fingerprint256 === second.fingerprint) break;
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});

describe('bad files for HTTPS are one line', () => {
  it.each([
    [
      'a missing certificate',
      { tlsCert: '/no/cert.pem' },
      'cannot read the certificate (--tls-cert) /no/cert.pem: ENOENT',
    ],
    [
      'a missing key',
      { tlsKey: '/no/key.pem' },
      'cannot read the private key (--tls-key) /no/key.pem: ENOENT',
    ],
    ['a key alone', { tlsCert: '' }, '--tls-key is given without --tls-cert'],
    ['a certificate alone', { tlsKey: '' }, '--tls-cert is given without --tls-key'],
  ])('%s', async (_name, flags, complaint) => {
    await expect(startServer({ ...files(), ...flags })).rejects.toThrow(complaint);
  });

  it.each([
    ['no certificate', { cert: 'hello' }, 'is not a certificate in PEM form'],
    ['no key', { key: 'hello' }, 'is not a private key in PEM form'],
    ['the key of another', { key: selfSigned().key }, 'is not the key of --tls-cert'],
  ])('%s', async (_name, content, complaint) => {
    use({ ...first, ...content });
    const started = startServer(files());
    await expect(started).rejects.toThrow(complaint);
    await expect(started).rejects.toThrow(/^[^\n]*$/);
  });
});
