import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { KafkaOrderSink } from '../../src/subscriptions/orders/kafka-order-sink.ts';
import {
  makeOrder,
  type NotificationOrder,
  orderTail,
} from '../../src/subscriptions/orders/order.ts';
import { OrderOutbox } from '../../src/subscriptions/orders/order-outbox.ts';
import type { OutboxOrder } from '../../src/subscriptions/orders/outbox-database.ts';
import { subscriptionOf } from '../subscriptions/some-subscriptions.ts';
import { createTopic, readAll, readTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

const MIB = 1024 * 1024;
const UNLIMITED = {
  ...{ ordersPerMinute: 1e9, bytesPerMinute: 1e12, pendingBytes: 1e12, totalBytes: 1e12 },
};
const log = createLogger('silent');

let kafka: Kafka;
let settings: KafkaSettings;
let folder: string;

beforeAll(async () => {
  await Kafka.install();
  kafka = await Kafka.start();
  settings = settingsOf(kafka.hosts);
  folder = await mkdtemp(join(tmpdir(), 'estrom-kafka-orders-'));
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
  await rm(folder, { recursive: true });
});

function order(number: number, padding = ''): NotificationOrder {
  const subscription = subscriptionOf({ id: `subscription-${number % 7}` });
  const head = `{"n":${number},"padding":"${padding}",`;
  return makeOrder(head, `e/0/${number}`, null, subscription, orderTail(subscription));
}

function kept(number: number, padding?: string): OutboxOrder {
  const { subscriptionId, ...others } = order(number, padding);
  return { seq: number, sink: 'kafka', subscriptionId, ...others, attempts: 0, createdAt: 0 };
}

function numberOf(value: string): number {
  return (JSON.parse(value) as { n: number }).n;
}

test('an order is a record: its key is the subscription, a header its id; those of one stay in order', async () => {
  await createTopic(kafka.hosts, 'plain', 3);
  const producer = new KafkaProducer({ settings, log, maxBytes: 64 * 1024 });
  const sink = new KafkaOrderSink({ producer, topic: 'plain' });
  const orders = Array.from({ length: 1000 }, (_, n) => kept(n));
  const outcomes = await sink.deliver(orders);
  expect(outcomes).toEqual(orders.map(() => 'delivered'));
  const records = await readTopic(kafka.hosts, 'plain', 1000);
  for (const { key, value, headers } of records) {
    const { message, subscriptionId, orderId } = orders[numberOf(value)]!;
    expect({ key, value }).toEqual({ key: subscriptionId, value: message });
    expect(headers.get('estrom-order-id')).toBe(orderId);
  }
  for (const [, own] of Map.groupBy(records, ({ key }) => key)) {
    const numbers = own.map(({ value }) => numberOf(value));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  await producer.close();
});

test('an order that is too large for the topic is dead, with the reason, and the others are there once', async () => {
  await createTopic(kafka.hosts, 'sizes', 3);
  const producer = new KafkaProducer({ settings, log, maxBytes: 8 * MIB });
  const sink = new KafkaOrderSink({ producer, topic: 'sizes' });
  const orders = Array.from({ length: 300 }, (_, n) => {
    return kept(n, n === 100 ? 'x'.repeat(1.2 * MIB) : n === 101 ? 'x'.repeat(MIB) : '');
  });
  const outcomes = await sink.deliver(orders);
  const reason = expect.stringMatching(/bytes for topic sizes: MESSAGE_TOO_LARGE/);
  expect(outcomes).toEqual(
    orders.map((_, n) => (n === 100 || n === 101 ? { dead: reason } : 'delivered')),
  );
  const records = await readAll(kafka.hosts, 'sizes');
  expect(records).toHaveLength(298);
  expect(new Set(records.map(({ value }) => numberOf(value))).size).toBe(298);
  await producer.close();
});

test('an order that is too large among many, in a request to all partitions, is found without sending others twice', async () => {
  await createTopic(kafka.hosts, 'limited', 6, { 'max.message.bytes': '40000' });
  const producer = new KafkaProducer({ settings, log, maxBytes: 8 * MIB });
  const sink = new KafkaOrderSink({ producer, topic: 'limited' });
  const orders = Array.from({ length: 400 }, (_, n) =>
    kept(n, n === 123 ? 'x'.repeat(50_000) : ''),
  );
  const outcomes = await sink.deliver(orders);
  expect(outcomes.filter((outcome) => outcome === 'delivered')).toHaveLength(399);
  expect(outcomes[123]).toHaveProperty('dead');
  expect(await readAll(kafka.hosts, 'limited')).toHaveLength(399);
  expect(producer.sent).toBe(399);
  await producer.close();
});

test('a topic that may not be written to is nobody’s fault: nothing is dead, and all is tried again', async () => {
  const producer = new KafkaProducer({ settings, log, maxBytes: MIB });
  const sink = new KafkaOrderSink({ producer, topic: 'no topic' });
  await expect(sink.deliver([kept(0), kept(1)])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('INVALID_TOPIC_EXCEPTION'),
  });
  await producer.close();
});

test('while the broker is away orders wait in the outbox; once it is back each is there once', async () => {
  await createTopic(kafka.hosts, 'killed', 3);
  const producer = new KafkaProducer({ settings, log, maxBytes: MIB });
  const sink = new KafkaOrderSink({ producer, topic: 'killed', patience: 500 });
  const deliver = vi.spyOn(sink, 'deliver');
  const outbox = await OrderOutbox.open({
    ...{ file: join(folder, 'killed.sqlite'), sinks: [sink], quota: UNLIMITED },
    ...{ metrics: new Metrics(), log },
  });
  const count = 12_000;
  let killed: Promise<void> | undefined;
  for (let n = 0; n < count; n += 500) {
    await outbox.add(Array.from({ length: 500 }, (_, k) => order(n + k)));
    if (n === count / 3) {
      await until(() => outbox.pending < n);
      killed = kafka.kill();
    }
  }
  await killed;
  await until(() => deliver.mock.settledResults.some(({ type }) => type === 'rejected'));
  await kafka.restart();
  await until(() => outbox.pending === 0);
  const records = await readTopic(kafka.hosts, 'killed', count);
  const ids = new Set(records.map(({ headers }) => headers.get('estrom-order-id')));
  expect(ids.size).toBe(count);
  expect(producer.sent).toBe(count);
  await outbox.close();
  await producer.close();
});

test('an outbox closes though the broker is away, and the next one delivers what is in it', async () => {
  await createTopic(kafka.hosts, 'later', 1);
  const make = async () => {
    const producer = new KafkaProducer({ settings, log, maxBytes: MIB });
    const sink = new KafkaOrderSink({ producer, topic: 'later', patience: 500 });
    const outbox = await OrderOutbox.open({
      ...{ file: join(folder, 'later.sqlite'), sinks: [sink], metrics: new Metrics(), log },
    });
    return { producer, outbox };
  };
  await kafka.kill();
  const first = await make();
  await first.outbox.add(Array.from({ length: 100 }, (_, n) => order(n)));
  await first.outbox.close();
  await first.producer.close();
  await kafka.restart();
  const next = await make();
  await until(() => next.outbox.pending === 0);
  const records = await readTopic(kafka.hosts, 'later', 100);
  expect(new Set(records.map(({ value }) => numberOf(value))).size).toBe(100);
  await next.outbox.close();
  await next.producer.close();
});
