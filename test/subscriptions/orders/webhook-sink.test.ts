import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxOrder } from '../../../src/subscriptions/orders/outbox-database.ts';
import { isPrivateAddress } from '../../../src/subscriptions/orders/webhook-address.ts';
import { WebhookSink } from '../../../src/subscriptions/orders/webhook-sink.ts';

let server: Server;
let port: number;
let got: { headers: IncomingHttpHeaders; body: string; path: string }[];
let answer: (path: string) => { status: number; headers?: Record<string, string> } | null;
let sinks: WebhookSink[];

beforeEach(async () => {
  got = [];
  sinks = [];
  answer = () => ({ status: 204 });
  server = createServer((request, response) => {
    const path = request.url!;
    void text(request).then((body) => {
      got.push({ headers: request.headers, body, path });
      const told = answer(path);
      if (told !== null) response.writeHead(told.status, told.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.close()));
  server.closeAllConnections();
  server.close();
});

function sinkOf(others: Partial<ConstructorParameters<typeof WebhookSink>[0]> = {}): WebhookSink {
  const sink = new WebhookSink({ secret: 'secret', allowPrivate: true, ...others });
  sinks.push(sink);
  return sink;
}

function order(path: string, host = '127.0.0.1'): OutboxOrder {
  const callback = `http://${host}:${port}${path}`;
  return {
    ...{ seq: 1, sink: 'webhook', orderId: 'abc', subscriptionId: 's', attempts: 0, createdAt: 0 },
    ...{ callback, message: '{"data":{"city":"Orléans"}}' },
  };
}

describe('WebhookSink', () => {
  it('posts the order, signed', async () => {
    expect(await sinkOf().deliver([order('/a')])).toEqual(['delivered']);
    const [{ headers, body }] = got as [(typeof got)[0]];
    expect(body).toBe('{"data":{"city":"Orléans"}}');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-estrom-order-id': 'abc',
    });
    const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(
      String(headers['x-estrom-signature']),
    )!;
    expect(given).toBe(createHmac('sha256', 'secret').update(`${seconds}.${body}`).digest('hex'));
  });

  it('tells what is to be tried again from what never will be taken', async () => {
    const sink = sinkOf();
    answer = () => ({ status: 503, headers: { 'retry-after': '7' } });
    expect(await sink.deliver([order('/a'), order('/b')])).toMatchObject([
      { retry: 'answered with 503', after: 7000 },
      { retry: 'answered with 503' },
    ]);
    expect(got).toHaveLength(1);
    answer = () => ({ status: 422 });
    expect(await sink.deliver([order('/a')])).toEqual([{ dead: 'refused with 422' }]);
  });

  it('follows no redirect', async () => {
    answer = () => ({ status: 302, headers: { location: `http://127.0.0.1:${port}/inside` } });
    expect(await sinkOf().deliver([order('/a')])).toMatchObject([
      { dead: expect.stringContaining('redirect') },
    ]);
    expect(got.map(({ path }) => path)).toEqual(['/a']);
  });

  it('gives up on an answer that does not come', async () => {
    answer = () => null;
    expect(await sinkOf({ timeout: 100 }).deliver([order('/a')])).toMatchObject([
      { retry: expect.any(String) },
    ]);
  });

  it('calls no private address, by number or by name, unless it may', async () => {
    const sink = sinkOf({ allowPrivate: false });
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
    ]) {
      expect(await sink.deliver([order('/a', host)])).toMatchObject([
        { dead: expect.stringContaining('not public') },
      ]);
    }
    expect(got).toEqual([]);
  });

  it('knows which addresses are private', () => {
    for (const one of [
      '10.1.2.3',
      '169.254.169.254',
      '172.31.0.1',
      '192.168.1.1',
      '::',
      'fd00::1',
      'fe80::1',
      '::ffff:10.0.0.1',
      'x',
    ])
      expect([one, isPrivateAddress(one)]).toEqual([one, true]);
    for (const one of ['8.8.8.8', '172.32.0.1', '2606:4700::1111'])
      expect([one, isPrivateAddress(one)]).toEqual([one, false]);
  });
});
