import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerUnderTest } from '../../contract/broker-contract.ts';
import { errorOf, WampClient } from '../../contract/wamp-client.ts';
import { composed } from './composed.ts';

const folder = mkdtempSync(join(tmpdir(), 'estrom-orders-'));
let broker: BrokerUnderTest;

beforeAll(async () => {
  const tokens = join(folder, 'tokens.json');
  const entries = [
    { name: 'ann', token: 'of-ann', roles: ['tail', 'register', 'ingest'] },
    { name: 'ben', token: 'of-ben', roles: ['tail', 'register', 'ingest'] },
  ];
  writeFileSync(tokens, JSON.stringify({ tokens: entries }));
  broker = await composed({
    ...{ tokens, subscriptionData: folder, subscriptionIndices: 'images', wampOrders: 'true' },
    subscriptionTemplate: 'f=subscription.trigger.job:eq:(object.job)',
  });
});
afterAll(async () => {
  await broker.close();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, body: unknown, name: string, method = 'POST') {
  const response = await fetch(`${broker.http}${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer of-${name}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const joinAs = (name: string): Promise<WampClient> =>
  WampClient.open(broker.wamp, 'json', {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => `of-${name}`,
  });

describe('a durable subscription whose callback is wamp:', () => {
  it('is told in its own topic, also what came while nobody listened, and nobody else is', async () => {
    const made = await ask(
      '/subscriptions',
      {
        ...{ created_by: 'ann', active: true, starts_at: 0, expires_at: 4e9, title: 't' },
        subscription: { trigger: { job: 'a' }, callback: 'wamp:', hits: { filter: 'f=n:gte:0' } },
      },
      'ann',
    );
    expect(made).toMatchObject({ status: 201 });
    const topic = `orders-for-${String(made.body['id'])}`;
    const send = (n: number) => ask(`/images/_doc/${n}`, { job: 'a', n }, 'ben');
    expect((await send(1)).status).toBe(201);
    const [ann, ben] = await Promise.all([joinAs('ann'), joinAs('ben')]);
    expect((await errorOf(ben.subscribe(topic))).error).toBe('estrom.error.not_found');
    const events = await ann.subscribe(topic);
    await events.reached(1);
    expect((await send(2)).status).toBe(201);
    const told = await events.reached(2);
    expect(told).toMatchObject([1, 2].map((n) => ({ data: { job: 'a', n } })));
    expect(told).toMatchObject([1, 2].map(() => ({ subscription: { id: made.body['id'] } })));
    expect(
      (await ask(`/subscriptions/${String(made.body['id'])}`, undefined, 'ann', 'DELETE')).status,
    ).toBe(202);
    await Promise.all([ann.close(), ben.close()]);
  });

  it('is refused with a callback that names another topic', async () => {
    const { status, body } = await ask(
      '/subscriptions',
      {
        ...{ created_by: 'ann', active: true, starts_at: 0, expires_at: 4e9, title: 't' },
        subscription: {
          trigger: { job: 'a' },
          callback: 'wamp:docs',
          hits: { filter: 'f=n:gte:0' },
        },
      },
      'ann',
    );
    expect(status).toBe(400);
    expect(String(body['message'])).toContain('wamp:');
  });
});
