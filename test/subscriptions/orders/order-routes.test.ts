import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config-load.ts';
import { createServer } from '../../../src/http/server.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import {
  makeOrder,
  type NotificationOrder,
  orderTail,
} from '../../../src/subscriptions/orders/order.ts';
import { OrderOutbox } from '../../../src/subscriptions/orders/order-outbox.ts';
import { orderRoutes } from '../../../src/subscriptions/orders/order-routes.ts';
import type { DeliveryOutcome, OrderSink } from '../../../src/subscriptions/orders/order-sink.ts';
import type { OutboxOrder } from '../../../src/subscriptions/orders/outbox-database.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

const log = createLogger('silent');
const soon = { timeout: 10_000, interval: 20 };

/** Refuses everything until it is mended. */
class Fickle implements OrderSink {
  readonly name = 'fickle';
  isMended = false;
  readonly got: string[] = [];

  async deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]> {
    if (!this.isMended) return orders.map(() => ({ dead: 'refused with 400' }));
    this.got.push(...orders.map(({ orderId }) => orderId));
    return orders.map(() => 'delivered');
  }
}

let folder: string;
let sink: Fickle;
let metrics: Metrics;
let outbox: OrderOutbox;
let app: ReturnType<typeof createServer>;
let url: string;

const open = () => {
  metrics = new Metrics();
  return OrderOutbox.open({ file: join(folder, 'orders.sqlite'), sinks: [sink], metrics, log });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-dead-'));
  sink = new Fickle();
  outbox = await open();
  app = createServer(loadConfig({ port: '0' }, {}).config, log);
  await orderRoutes(app, { outbox: () => outbox });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v0.1/orders/dead`;
});

afterEach(async () => {
  await app.close();
  await outbox.close();
  rmSync(folder, { recursive: true });
});

async function ask(
  method: string,
  path = '',
): Promise<{ status: number; text: string; body: Body }> {
  const response = await fetch(`${url}${path}`, { method });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Body };
}

interface Body {
  readonly total?: number;
  readonly next?: number | null;
  readonly redriven?: number;
  readonly dropped?: number;
  readonly dead_letters?: readonly Record<string, unknown>[];
}

function order(position: number, id = 's'): NotificationOrder {
  const subscription = subscriptionOf({ id });
  const head = '{"n":12345678901234567890,';
  return makeOrder(head, String(position), null, subscription, orderTail(subscription));
}

const range = (count: number, id: string, from = 0) =>
  Array.from({ length: count }, (_, k) => order(from + k, id));

async function dead(count: number): Promise<void> {
  await vi.waitFor(() => expect(outbox.deadKept).toBe(count), soon);
  await vi.waitFor(async () => expect((await ask('GET')).body.total).toBe(count), soon);
}

describe('the routes of dead letters', () => {
  it('lists them in pages, the newest first', async () => {
    await outbox.add(range(5, 's'));
    await dead(5);
    const { body, text } = await ask('GET', '?limit=2');
    expect(body.dead_letters).toMatchObject([
      { order_id: order(4).orderId, subscription_id: 's', reason: 'refused with 400' },
      { order_id: order(3).orderId, sink: 'fickle', callback: 'https://example.org/s' },
    ]);
    expect(Date.parse(String(body.dead_letters?.[0]?.['died_at']))).toBeGreaterThan(0);
    expect(text).toContain('"n":12345678901234567890');
    const next = await ask('GET', `?before=${body.next}`);
    expect(next.body.dead_letters?.map(({ order_id: id }) => id)).toEqual(
      [2, 1, 0].map((n) => order(n).orderId),
    );
    expect((await ask('GET', `?before=${next.body.next}`)).body).toMatchObject({
      ...{ total: 5, dead_letters: [], next: null },
    });
  });

  it('delivers them again, all or some, and counts', async () => {
    await outbox.add([...range(700, 'a'), ...range(700, 'b'), order(7, 'c')]);
    await dead(1401);
    const some = [order(1, 'b').orderId, order(2, 'a').orderId, 'unknown'];
    sink.isMended = true;
    const picked = await ask('POST', `/_redrive?subscription_id=b&order_ids=${some.join(',')}`);
    expect(picked.body).toEqual({ redriven: 1 });
    await vi.waitFor(() => expect(sink.got).toEqual([order(1, 'b').orderId]), soon);
    expect((await ask('POST', '/_redrive?subscription_id=a')).body).toEqual({ redriven: 700 });
    // Between them and those after them there are orders of other origin.
    await outbox.add([order(1, 'd')]);
    expect((await ask('POST', '/_redrive')).body).toEqual({ redriven: 700 });
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    const wanted = [
      order(1, 'b'),
      ...range(700, 'a'),
      order(1, 'd'),
      order(0, 'b'),
      ...range(698, 'b', 2),
      order(7, 'c'),
    ];
    expect(sink.got).toEqual(wanted.map(({ orderId }) => orderId));
    expect((await ask('POST', '/_redrive')).body).toEqual({ redriven: 0 });
    expect((await ask('GET')).body).toEqual({ total: 0, dead_letters: [], next: null });
    expect(await metrics.registry.metrics()).toMatch(/estrom_orders_pending_bytes 0\n/);
  });

  it('ends where they die again at once', async () => {
    await outbox.add(range(1200, 's'));
    await dead(1200);
    expect((await ask('POST', '/_redrive')).body).toEqual({ redriven: 1200 });
    await dead(1200);
  });

  it('loses none that is delivered again when the process ends', async () => {
    await outbox.add(range(20, 's'));
    await dead(20);
    const away: OrderSink = { name: 'fickle', deliver: () => Promise.reject(new Error('away')) };
    await outbox.close();
    const options = { file: join(folder, 'orders.sqlite'), log };
    const stuck = await OrderOutbox.open({ ...options, sinks: [away], metrics: new Metrics() });
    expect(await stuck.redrive({})).toBe(20);
    await stuck.add([order(20)]);
    await stuck.close();
    sink.isMended = true;
    outbox = await open();
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(sink.got).toEqual(range(21, 's').map(({ orderId }) => orderId));
  });

  it('forgets those that are named, and all only where that is said', async () => {
    await outbox.add([...range(3, 'a'), ...range(3, 'b'), order(1, 'c')]);
    await dead(7);
    expect((await ask('DELETE')).status).toBe(400);
    expect((await ask('DELETE', '?subscription_id=a&all=true')).status).toBe(400);
    expect((await ask('DELETE', '?subscription_id=a')).body).toEqual({ dropped: 3 });
    const id = order(2, 'b').orderId;
    expect((await ask('DELETE', `?order_ids=${id}`)).body).toEqual({ dropped: 1 });
    expect(outbox.deadKept).toBe(3);
    expect((await ask('DELETE', '?all=true')).body).toEqual({ dropped: 3 });
    expect((await ask('GET')).body).toMatchObject({ total: 0, dead_letters: [] });
  });

  it.each([
    ['GET', '?size=3'],
    ['GET', '?limit=0'],
    ['GET', '?limit=1001'],
    ['POST', '/_redrive?subscription=a'],
    ['POST', '/_redrive?order_ids='],
    ['POST', '/_redrive?subscription_id=a&subscription_id=b'],
    ['DELETE', '?al=true'],
  ])('refuses %s %s, which may not mean what was meant', async (method, path) => {
    expect((await ask(method, path)).status).toBe(400);
  });
});
