import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { ForwardServer } from './forward-server.ts';
import { reply } from './stub.ts';

let server: ForwardServer;
afterEach(() => server.close());

test('headers and address come as they were sent, those of the connection do not', async () => {
  server = await ForwardServer.start((_, response) => {
    response.setHeader('connection', 'x-private');
    response.setHeader('x-private', '1');
    response.appendHeader('warning', '299 one');
    response.appendHeader('warning', '299 two');
    response.statusCode = 418;
    response.end('tea');
  });
  const path = '/a%2Fb/_search?q=%20+x&&y=%zz&q=2';
  const sent = httpRequest({
    port: server.port,
    path,
    headers: {
      authorization: 'ApiKey abc==',
      connection: 'x-mine',
      'x-mine': '1',
      te: 'trailers',
      'x-opaque-id': 'Ü'.normalize(),
      'x-forwarded-for': '10.0.0.1',
      'accept-encoding': 'gzip',
    },
  }).end();
  const [answer] = await once(sent, 'response');
  expect([answer.statusCode, answer.headers['x-private']]).toEqual([418, undefined]);
  expect(answer.headers.warning).toBe('299 one, 299 two');
  const [seen] = server.stub.seen;
  expect(seen!.url).toBe(path);
  expect(seen!.headers).toMatchObject({
    authorization: 'ApiKey abc==',
    'x-opaque-id': 'Ü',
    'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    'accept-encoding': 'gzip',
    host: new URL(server.stub.url).host,
  });
  expect(seen!.headers).not.toHaveProperty('x-mine');
  expect(seen!.headers).not.toHaveProperty('te');
  answer.resume();
});

test('bodies are streams both ways: a slow reader slows the server down', async () => {
  let written = 0;
  const piece = Buffer.alloc(64 * 1024, 'x');
  server = await ForwardServer.start((_, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (written < 512 * piece.length) {
        written += piece.length;
        if (!response.write(piece)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  });
  const sent = httpRequest({ port: server.port, path: '/x/_search' }).end();
  const [answer] = await once(sent, 'response');
  answer.pause();
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect(written).toBeLessThan(16 * 1024 * 1024);
  let read = 0;
  for await (const chunk of answer) read += chunk.length;
  expect(read).toBe(512 * piece.length);
});

test('a chunked upload arrives whole; 100-continue is answered', async () => {
  server = await ForwardServer.start(({ body }, response) => reply(response, { got: body.length }));
  const sent = httpRequest({
    port: server.port,
    path: '/x/_search',
    method: 'POST',
    headers: { expect: '100-continue' },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  for (let i = 0; i < 20; i++) sent.write('y'.repeat(50_000));
  sent.end();
  const [answer] = await once(sent, 'response');
  expect(JSON.parse(String(await answer.toArray()))).toEqual({ got: 1_000_000 });
});

test('who goes away ends the request at the server', async () => {
  const ended = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  server = await ForwardServer.start((_, response) => {
    response.on('close', ended.resolve);
    asked.resolve();
  });
  const sent = httpRequest({ port: server.port, path: '/x/_search' }).end();
  sent.on('error', () => {});
  await asked.promise;
  sent.destroy();
  await ended.promise;
  await expect
    .poll(() => server.metric('estrom_forward_requests_total{kind="other",outcome="aborted"}'))
    .toBe(1);
});

test('a server that is not there, and one that breaks off', async () => {
  server = await ForwardServer.start((_, response) => response.destroy());
  const broken = await server.ask('/x/_search', { body: '{}' });
  expect([broken.status, broken.json.error.type]).toEqual([502, 'bad_gateway_exception']);
  await server.stub.close();
  const gone = await server.ask('/x/_search', { body: '{}' });
  expect([gone.status, gone.json.error.type]).toEqual([503, 'unavailable_exception']);
});
