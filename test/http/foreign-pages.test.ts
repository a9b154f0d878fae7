import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from './raw-client.ts';
import { type Running, startServer } from './running.ts';

let server: Running;
beforeAll(async () => {
  server = await startServer({});
});
afterAll(() => server.close());

/** The status line of what is answered to the opening of a WebSocket. */
async function open(path: string, headers: readonly string[]): Promise<string> {
  const lines = [
    `GET ${path} HTTP/1.1`,
    ...headers,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
  ];
  const client = new RawClient(server.port).send(`${lines.join('\r\n')}\r\n\r\n`);
  const reply = await client.until(/\r\n\r\n/);
  client.destroy();
  return reply.split('\r\n', 1)[0]!;
}

describe.each(['/ws', '/api/v0.1/docs'])('a WebSocket at %s', (path) => {
  it('is not opened for pages of other sites', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://localhost:1']) {
      expect(await open(path, ['Host: localhost', `Origin: ${origin}`])).toContain(' 403 ');
    }
  });

  it('is not opened by a foreign name that leads to loopback', async () => {
    const rebound = ['Host: evil.example', 'Origin: http://evil.example'];
    expect(await open(path, rebound)).toContain(' 403 ');
    expect(await open(path, ['Host: evil.example'])).toContain(' 403 ');
  });

  it('is opened for pages of this server and for programs', async () => {
    const host = `localhost:${server.port}`;
    for (const scheme of ['http', 'https']) {
      const own = [`Host: ${host}`, `Origin: ${scheme}://${host}`];
      expect(await open(path, own)).toContain(' 101 ');
    }
    expect(await open(path, [`Host: ${host}`])).toContain(' 101 ');
  });
});
