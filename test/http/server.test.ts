import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { EstromError } from '../../src/errors.ts';
import { operatorRoutes, Readiness } from '../../src/http/operator-routes.ts';
import { createServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { RawClient } from './raw-client.ts';

let app: FastifyInstance;
let readiness: Readiness;
let metrics: Metrics;
let port: number;
const clients: RawClient[] = [];

async function listen(flags: Record<string, string> = {}): Promise<void> {
  const { config } = loadConfig({ drainTimeout: '300ms', ...flags }, {});
  app = createServer(config, createLogger('silent'));
  readiness = new Readiness();
  metrics = new Metrics();
  operatorRoutes(app, { metrics, readiness });
  app.get('/fails', () => Promise.reject(new Error('a secret')));
  app.get('/refuses', () => Promise.reject(new EstromError('OVERLOADED', 'full')));
  app.put('/things/:name', async () => 'stored');
  app.put('/:index/made', async () => 'made');
  app.get('/lists/:name', (_request, reply) => reply.callNotFound());
  app.get('/tail', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write('first\n');
  });
}

async function start(flags?: Record<string, string>): Promise<void> {
  await listen(flags);
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
}

function client(): RawClient {
  const made = new RawClient(port);
  clients.push(made);
  return made;
}

/** One request on a connection of its own, as text. */
function ask(requestLine: string, headers: readonly string[] = []): Promise<string> {
  const host = headers.some((header) => header.startsWith('Host:')) ? [] : ['Host: localhost'];
  const lines = [`${requestLine} HTTP/1.1`, ...host, ...headers, 'Connection: close', '', ''];
  return client().send(lines.join('\r\n')).end();
}

beforeEach(() => start());
afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy();
  await app.close();
});

describe('every reply', () => {
  it.each([
    ['a good one', 'GET /healthz', 200],
    ['one without body', 'HEAD /healthz', 200],
    ['one with a trailing slash', 'GET /healthz/', 200],
    ['an unknown route', 'GET /nope', 404],
    ['a known route with another method', 'DELETE /healthz', 405],
    ['an address that cannot be decoded', 'GET /%zz', 400],
    ['a refusal', 'GET /refuses', 429],
    ['an unforeseen error', 'GET /fails', 500],
    ['something that is not HTTP', 'G\tET /', 400],
    ['an address that is too long', `GET /${'x'.repeat(70_000)}`, 431],
  ])('names the product: %s', async (_name, requestLine, status) => {
    const reply = await ask(requestLine);
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(reply).toMatch(/^x-elastic-product: Elasticsearch\r$/im);
    if (status >= 400) {
      const { error, ...rest } = JSON.parse(reply.slice(reply.indexOf('\r\n\r\n') + 4));
      expect(rest).toEqual({ status: status === 431 ? 413 : status });
      expect(error.root_cause).toEqual([
        expect.objectContaining({ type: error.type, reason: error.reason, code: error.code }),
      ]);
    }
  });

  it('names the product: a hijacked stream', async () => {
    const reply = await client()
      .send('GET /tail HTTP/1.1\r\nHost: localhost\r\n\r\n')
      .until(/first/);
    expect(reply).toMatch(/^x-elastic-product: Elasticsearch\r$/im);
  });

  it('keeps the connection longer than shippers keep theirs', async () => {
    const reply = await client()
      .send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      .until(/ok/);
    const [, seconds] = /keep-alive: timeout=(\d+)/i.exec(reply) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(75);
  });
});

describe('an error reply', () => {
  it('hints at routes near an unknown one', async () => {
    expect(await ask('GET /helthz')).toContain('near it: GET|HEAD /healthz');
  });

  it('lists the methods that a route takes', async () => {
    const reply = await ask('GET /things/one');
    expect(reply).toMatch(/^allow: PUT\r$/im);
    expect(reply).toContain('/things/one takes PUT, not GET');
  });

  it('tells who wants to search what there is in place of it', async () => {
    for (const asked of ['GET /_search', 'POST /logs-1/_search', 'GET /logs/_count']) {
      const reply = await ask(asked);
      expect(reply).toContain(' 404 ');
      expect(reply).toContain('ask GET /api/v0.1/docs?i=INDEX&q=QUERY');
    }
  });

  it('never says that a route takes all but the method that it takes', async () => {
    const reply = await ask('GET /lists/none');
    expect(reply).toContain(' 404 ');
    expect(reply).toContain('there is no GET /lists/none');
    expect(await ask('GET /logs/made')).toContain('/logs/made takes PUT, not GET');
    expect(await ask('GET /_logs/made')).toContain('there is no GET /_logs/made');
  });

  it('tells when to come back after a refusal', async () => {
    expect(await ask('GET /refuses')).toMatch(/^retry-after: 1\r$/im);
  });

  it('does not tell the inside of an unforeseen error', async () => {
    expect(await ask('GET /fails')).not.toContain('a secret');
  });
});

describe('web pages of other sites', () => {
  const PUT = 'PUT /things/one';

  it('cannot write', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://localhost:1']) {
      expect(await ask(PUT, [`Origin: ${origin}`])).toMatch(/ 403 .*is another site/s);
    }
  });

  it('may read nothing either: no reply allows another origin', async () => {
    const reply = await ask('GET /healthz', ['Origin: http://evil.example']);
    expect(reply).not.toMatch(/access-control/i);
  });

  it('are told from pages of this server and from programs', async () => {
    const host = `localhost:${port}`;
    expect(await ask(PUT, [`Host: ${host}`, `Origin: http://${host}`])).toMatch(/ 200 /);
    expect(await ask(PUT)).toMatch(/ 200 /);
  });

  it('cannot use a name of theirs that leads to loopback', async () => {
    for (const host of [
      'evil.example',
      'evil.example:9280',
      'localhost.evil.example',
      '10.0.0.1',
    ]) {
      expect(await ask('GET /healthz', [`Host: ${host}`])).toMatch(/ 403 .*is not a name of this/s);
    }
    for (const host of ['localhost', 'LOCALHOST.:1', '127.0.0.1:9280', '[::1]:9280', '127.0.0.9']) {
      expect(await ask('GET /healthz', [`Host: ${host}`])).toMatch(/ 200 /);
    }
  });

  it('may use any name of a server that does not listen on loopback', async () => {
    await app.close();
    await start({ host: '0.0.0.0', insecure: 'true' });
    expect(await ask('GET /healthz', ['Host: estrom.example'])).toMatch(/ 200 /);
  });
});

describe('operator routes', () => {
  it('tell the reason until ready', async () => {
    expect(await ask('GET /readyz')).toMatch(/ 503 .*not ready: starting/s);
    readiness.ready();
    expect(await ask('GET /readyz')).toMatch(/ 200 /);
    expect(await ask('GET /healthz')).toMatch(/ 200 /);
  });

  it('show the metrics', async () => {
    metrics.counter('estrom_things_total', 'Things').inc(3);
    const reply = await ask('GET /metrics');
    expect(reply).toMatch(/^content-type: text\/plain; version=0.0.4/im);
    expect(reply).toContain('\nestrom_things_total 3\n');
  });
});

describe('closing', () => {
  it('finishes what is under way, says so, and cuts streams that do not end in time', async () => {
    readiness.ready();
    const { promise: held, resolve: release } = Promise.withResolvers<string>();
    await app.close();
    await listen();
    app.get('/held', () => held);
    await app.listen({ host: '127.0.0.1', port: 0 });
    port = (app.server.address() as AddressInfo).port;

    const slow = client().send('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const tail = client().send('GET /tail HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const idle = client().send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await Promise.all([tail.until(/first/), idle.until(/ok/)]);

    const closed = app.close();
    await idle.end();
    await expect(new RawClient(port).end()).resolves.toBe('');
    release('finished');
    expect(await slow.end()).toMatch(/connection: close.*finished$/is);
    await Promise.all([tail.end(), closed]);
    expect(readiness.reason).toBe('draining');
  });
});
