import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../src/metrics.ts';
import {
  makeOrder,
  type NotificationOrder,
  orderTail,
} from '../../../src/subscriptions/orders/order.ts';
import {
  OrderOutbox,
  type OrderOutboxOptions,
} from '../../../src/subscriptions/orders/order-outbox.ts';
import type { DeliveryOutcome, OrderSink } from '../../../src/subscriptions/orders/order-sink.ts';
import type { OutboxOrder } from '../../../src/subscriptions/orders/outbox-database.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

let folder: string;
let outboxes: OrderOutbox[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-outbox-'));
  outboxes = [];
});

afterEach(async () => {
  await Promise.all(outboxes.map((outbox) => outbox.close()));
  rmSync(folder, { recursive: true });
});

async function open(
  sink: OrderSink,
  others: Partial<OrderOutboxOptions> = {},
): Promise<OrderOutbox> {
  const outbox = await OrderOutbox.open({
    file: join(folder, 'orders.sqlite'),
    sinks: [sink],
    metrics: new Metrics(),
    log: pino({ level: 'silent' }),
    gapInterval: 10,
    ...others,
  });
  outboxes.push(outbox);
  return outbox;
}

function order(position: number, id = 's'): NotificationOrder {
  const subscription = subscriptionOf({ id });
  return makeOrder('{"n":1,', String(position), null, subscription, orderTail(subscription));
}

class Recorder implements OrderSink {
  readonly name = 'recorder';
  readonly parallel = 4;
  readonly got: OutboxOrder[] = [];
  answer: (order: OutboxOrder) => DeliveryOutcome = () => 'delivered';

  async deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]> {
    this.got.push(...orders);
    return orders.map(this.answer);
  }

  of(id: string): OutboxOrder[] {
    return this.got.filter(({ subscriptionId }) => subscriptionId === id);
  }
}

const soon = { timeout: 10_000, interval: 20 };

describe('OrderOutbox', () => {
  it('delivers orders once each, those of a subscription in their order', async () => {
    const sink = new Recorder();
    const outbox = await open(sink);
    const orders = Array.from({ length: 300 }, (_, i) => order(i, `s${i % 3}`));
    await Promise.all([outbox.add(orders.slice(0, 100)), outbox.add(orders.slice(100))]);
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    for (const id of ['s0', 's1', 's2']) {
      const wanted = orders.filter(({ subscriptionId }) => subscriptionId === id);
      expect(sink.of(id).map(({ orderId }) => orderId)).toEqual(wanted.map((one) => one.orderId));
    }
    expect(sink.got[0]!.message).toBe(
      orders.find(({ orderId }) => orderId === sink.got[0]!.orderId)!.message,
    );
  });

  it('belongs to one process: another is refused, and told why', async () => {
    await open({ name: 'none', deliver: () => Promise.reject(new Error('none')) });
    await expect(
      open({ name: 'none', deliver: () => Promise.reject(new Error('none')) }),
    ).rejects.toThrow(/keeps the notification orders of another estrom/);
  });

  it('delivers in the next run what this one has not', async () => {
    const stuck: OrderSink = { name: 'recorder', deliver: () => Promise.reject(new Error('away')) };
    const first = await open(stuck);
    await first.add([order(1), order(2)]);
    await first.close();
    const sink = new Recorder();
    const second = await open(sink);
    await vi.waitFor(() => expect(second.pending).toBe(0), soon);
    expect(sink.got.map(({ orderId }) => orderId)).toEqual([order(1).orderId, order(2).orderId]);
  });

  it('leaves a failing subscription alone for a while, and goes on with the others', async () => {
    const sink = new Recorder();
    let isDown = true;
    sink.answer = ({ subscriptionId }) =>
      subscriptionId === 'bad' && isDown ? { retry: 'down' } : 'delivered';
    const outbox = await open(sink);
    await outbox.add([...Array.from({ length: 50 }, (_, i) => order(i, 'bad')), order(1, 'good')]);
    await vi.waitFor(() => expect(sink.of('good')).toHaveLength(1), soon);
    await outbox.add([order(2, 'good')]);
    await vi.waitFor(() => expect(sink.of('good')).toHaveLength(2), soon);
    expect(outbox.pending).toBe(50);
    isDown = false;
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(new Set(sink.of('bad').map(({ orderId }) => orderId)).size).toBe(50);
  });

  it('keeps what is never taken as dead letters', async () => {
    const sink = new Recorder();
    sink.answer = () => ({ dead: 'refused with 400' });
    const outbox = await open(sink);
    await outbox.add([order(1)]);
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(await outbox.deadLetters(10)).toMatchObject([
      { orderId: order(1).orderId, reason: 'refused with 400', message: order(1).message },
    ]);
  });

  it('counts what is over quota in one order, that comes when there is room again', async () => {
    const sink = new Recorder();
    let now = 1_000_000;
    const options = { quota: { ordersPerMinute: 10 }, now: () => now };
    const outbox = await open(sink, options);
    await outbox.add(Array.from({ length: 25 }, (_, i) => order(i, 'loud')));
    await outbox.add([order(25, 'loud'), order(1, 'quiet')]);
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(sink.of('loud')).toHaveLength(10);
    expect(sink.of('quiet')).toHaveLength(1);
    await outbox.close();
    // The count is kept too.
    const next = await open(sink, options);
    now += 60_000;
    await vi.waitFor(() => expect(sink.of('loud')).toHaveLength(11), soon);
    const gap = JSON.parse(sink.of('loud')[10]!.message) as object;
    const [from, to] = [order(10, 'loud').orderId, order(25, 'loud').orderId];
    expect(gap).toMatchObject({
      _gap: { count: 16, reason: 'rate', from, to },
      subscription: { id: 'loud' },
    });
    await next.add([order(26, 'loud')]);
    await vi.waitFor(() => expect(sink.of('loud')).toHaveLength(12), soon);
  });

  it('does not wait for a sink that is away', async () => {
    const outbox = await open({ name: 'away', deliver: () => Promise.reject(new Error('away')) });
    for (let i = 0; i < 10; i++) await outbox.add([order(i)]);
    expect(outbox.pending).toBe(10);
  });

  it('tells who adds orders when they cannot be kept', async () => {
    const outbox = await open(new Recorder());
    await outbox.close();
    await expect(outbox.add([order(1)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
