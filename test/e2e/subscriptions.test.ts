import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import { WampClient } from '../contract/wamp-client.ts';
import { draft } from '../subscriptions/rest/subscription-server.ts';
import { startServer } from './server.ts';

const TEMPLATE =
  'f=geometry:intersects:(object.geometry)&f=subscription.trigger.job:eq:(object.job)';

interface Order {
  readonly object: object;
  readonly data: unknown;
  readonly subscription: object;
  readonly user_metadata?: unknown;
  readonly order_id: string;
}

/** Somebody who is told. */
async function recipient() {
  const orders: Order[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      orders.push(JSON.parse(text) as Order);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { orders, callback: `http://127.0.0.1:${port}/orders` };
}

function folder(): string {
  const name = mkdtempSync(join(tmpdir(), 'estrom-'));
  onTestFinished(() => rmSync(name, { recursive: true, force: true }));
  return name;
}

async function node(settings: Partial<Config>) {
  const estrom = await startServer({
    subscriptionTemplate: TEMPLATE,
    subscriptionIndices: 'images*',
    webhooks: true,
    webhookPrivate: true,
    ...settings,
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await estrom.close();
    isOpen = false;
  };
  onTestFinished(close);
  const ask = async (method: string, path: string, body?: unknown, token?: string) => {
    const response = await fetch(estrom.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { ask, close, url: estrom.url };
}

function subscriptionOf(callback: string) {
  const { trigger } = draft().subscription;
  return draft({
    subscription: {
      trigger,
      callback,
      hits: { filter: 'f=cloud:lte:20', projection: 'include=title' },
    },
  });
}

const IMAGE = { geometry: 'POINT (1 2)', job: 'Actor', cloud: 7, title: 'clear sky' };

it('tells a webhook of the documents that come in and match', async () => {
  const { orders, callback } = await recipient();
  const { ask } = await node({ data: folder() });
  const made = await ask('POST', '/subscriptions', subscriptionOf(callback));
  expect(made.status).toBe(201);
  const lines = [
    IMAGE,
    { ...IMAGE, cloud: 90 },
    { ...IMAGE, job: 'Other' },
    { ...IMAGE, geometry: 'POINT (100 2)' },
  ].flatMap((document, n) => [{ index: { _index: 'images-1', _id: `d${n}` } }, document]);
  lines.push({ index: { _index: 'elsewhere', _id: 'e' } }, IMAGE);
  const body = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  const sent = await ask('POST', '/_bulk', body);
  expect(sent.body.errors).toBe(false);
  await vi.waitFor(() => expect(orders).toHaveLength(1), 20_000);
  const [order] = orders;
  expect(order).toEqual({
    object: { id: 'd0', index: 'images-1', geometry: IMAGE.geometry, job: 'Actor' },
    data: { title: 'clear sky' },
    subscription: { id: made.body.id, callback },
    user_metadata: { correlationId: '2007' },
    order_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
});

it('gives the same order again for a document that is sent again, and goes on after a restart', async () => {
  const { orders, callback } = await recipient();
  const data = folder();
  const first = await node({ data });
  await first.ask('POST', '/subscriptions', subscriptionOf(callback));
  await first.ask('PUT', '/images/_doc/a', IMAGE);
  await first.close();
  const second = await node({ data });
  await second.ask('PUT', '/images/_doc/a', IMAGE);
  await second.ask('PUT', '/images/_doc/a', { ...IMAGE, cloud: 8 });
  await vi.waitFor(() => expect(orders).toHaveLength(3), 20_000);
  const ids = orders.map((order) => order.order_id);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
}, 60_000);

it('tells in a dry run what would become of a document, and sends nothing', async () => {
  const { orders, callback } = await recipient();
  const { ask } = await node({ data: folder() });
  const subscription = subscriptionOf(callback);
  const tried = async (document: object) =>
    (await ask('POST', '/subscriptions/_test', { subscription, document, index: 'images' })).body;
  expect(await tried(IMAGE)).toMatchObject({
    matches: true,
    order: { data: { title: 'clear sky' } },
  });
  expect(await tried({ ...IMAGE, cloud: 90 })).toMatchObject({ matches: false, reason: 'filter' });
  expect(await tried({ ...IMAGE, job: 'x' })).toMatchObject({ matches: false, reason: 'trigger' });
  expect(orders).toEqual([]);
});

it('publishes orders in a topic of their own, once somebody listens to it', async () => {
  const { ask, url } = await node({ data: folder(), webhooks: false, wampOrders: true });
  const made = await ask('POST', '/subscriptions', subscriptionOf('wamp:'));
  expect((await ask('POST', '/subscriptions', subscriptionOf('mailto:x'))).status).toBe(400);
  await ask('PUT', '/images/_doc/a', IMAGE);
  const client = await WampClient.open(`${url.replace('http', 'ws')}/ws`, 'json');
  onTestFinished(async () => {
    await client.close();
  });
  const events = await client.subscribe(`orders-for-${made.body.id}`);
  const [order] = await events.reached(1);
  expect(order).toMatchObject({
    data: { title: 'clear sky' },
    subscription: { callback: 'wamp:' },
  });
});

it('checks the same rights behind the prefix', async () => {
  const data = folder();
  const tokens = join(data, 'tokens.yaml');
  writeFileSync(
    tokens,
    'tokens:\n- {name: anna, token: anna-secret-token-0001, roles: [register]}\n- {name: tom, token: tom-secret-token-00001, roles: [tail]}\n- {name: root, token: root-secret-token-0001, roles: [admin]}\n',
  );
  const { ask } = await node({ data, tokens, subscriptionsPrefix: '/manager' });
  for (const prefix of ['', '/manager']) {
    const of = (path: string, token?: string) => ask('GET', prefix + path, undefined, token);
    expect((await of('/subscriptions')).status).toBe(401);
    expect((await of('/subscriptions', 'tom-secret-token-00001')).status).toBe(403);
    expect((await of('/subscriptions', 'anna-secret-token-0001')).status).toBe(200);
    expect((await of('/admin/subscriptions', 'anna-secret-token-0001')).status).toBe(403);
    expect((await of('/admin/subscriptions', 'root-secret-token-0001')).status).toBe(200);
  }
});

it('says how to have them where they have no place', async () => {
  const { ask } = await node({ subscriptionIndices: '', webhooks: false });
  const { status, body } = await ask('GET', '/subscriptions');
  expect(status).toBe(404);
  expect(JSON.stringify(body)).toContain('--subscription-data');
});

it('refuses what asks for them where they have no place', async () => {
  await expect(node({})).rejects.toThrow(
    /^--subscription-indices is for durable subscriptions.*--data/,
  );
});
