import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { EstromProcess } from './kafka/estrom-process.ts';
import { EventStream } from './kafka/event-stream.ts';
import { documentOf, eventOf, ordersOf, postSubscriptions } from './kafka/jobs.ts';
import { countDeadLetters, countOrders } from './kafka/order-count.ts';
import { committed, createTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';
import { MongoDb } from './mongodb.ts';

const EVENTS = 3000;
const PREFIX = `sequence-${randomUUID().slice(0, 8)}`;
const INDEX = `${PREFIX}-images`;
/** Its document is nowhere, or comes after its event. */
const isLost = (number: number) => number % 500 === 5;
const isLate = (number: number) => number % 500 === 7;

let kafka: Kafka;
let mongo: MongoDb;
let folder: string;
const elasticsearch = inject('elasticsearch');

beforeAll(async () => {
  await Promise.all([Kafka.install(), MongoDb.install()]);
  [kafka, mongo] = await Promise.all([Kafka.start(), MongoDb.start()]);
  folder = mkdtempSync(join(tmpdir(), 'estrom-kafka-sequence-'));
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
  await mongo.stop();
  rmSync(folder, { recursive: true });
  const found = await fetch(`${elasticsearch}/_cat/indices/${PREFIX}*,.${PREFIX}*?h=index`);
  for (const name of (await found.text()).split('\n').filter((line) => line.includes(PREFIX))) {
    await fetch(`${elasticsearch}/${name}`, { method: 'DELETE' });
  }
});

async function store(numbers: readonly number[]): Promise<void> {
  const lines = numbers.flatMap((number) => {
    const document = documentOf(number);
    return [{ index: { _id: document.id } }, document].map((line) => `${JSON.stringify(line)}\n`);
  });
  const answer = await fetch(`${elasticsearch}/${INDEX}/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  });
  expect(await answer.json()).toMatchObject({ errors: false });
}

test('subscriptions in MongoDB, events on Kafka, documents in Elasticsearch, orders on Kafka', async () => {
  await createTopic(kafka.hosts, 'events', 3);
  await createTopic(kafka.hosts, 'orders', 3);
  const numbers = Array.from({ length: EVENTS }, (_, number) => number);
  await store(numbers.filter((number) => !isLost(number) && !isLate(number)));
  const estrom = await EstromProcess.start([
    ...['--log-level', 'warn', '--workers', '1', '--kafka', kafka.hosts],
    ...['--kafka-events', 'events', '--kafka-orders', 'orders', '--orders-per-minute', '1000000'],
    ...['--elasticsearch', elasticsearch, '--elasticsearch-prefix', PREFIX],
    ...['--subscription-document-index', INDEX, '--subscription-data', folder],
    ...['--subscription-store', `${mongo.url}/sequence`],
  ]);
  const subscriptions = await postSubscriptions(estrom);
  const textOf = (number: number) => eventOf(number, false);
  const stream = new EventStream(settingsOf(kafka.hosts), 'events', 1000, textOf, EVENTS);
  await until(() => stream.count === EVENTS);
  await stream.end();
  const late = numbers.filter(isLate);
  await until(async () => (await estrom.metric('estrom_event_documents_total')) > 0);
  await store(late);
  await until(async () => (await committed(kafka.hosts, 'estrom-events')) === EVENTS);
  await until(async () => (await estrom.metric('estrom_orders_pending')) === 0);

  const wanted = new Set(
    numbers.filter((number) => !isLost(number)).flatMap((n) => ordersOf(n, subscriptions)),
  );
  const lost = numbers.filter((n) => isLost(n) && ordersOf(n, subscriptions).length > 0);
  const { records, orders, again } = await countOrders(kafka.hosts, 'orders');
  const dead = await countDeadLetters(kafka.hosts, 'estrom-dead-letters');
  console.log({
    ...{ events: EVENTS, documents: EVENTS - numbers.filter(isLost).length },
    ...{ subscriptions: subscriptions.length, orders: wanted.size, found: orders.size },
    ...{ records, again, 'dead letters': dead.reasons.size },
  });
  expect([...wanted].filter((order) => !orders.has(order))).toEqual([]);
  expect(orders.size).toBe(wanted.size);
  expect(dead.reasons.size).toBe(lost.length);
  for (const reason of dead.reasons.values()) {
    expect(reason).toBe("the event's document: the document of this event is not to be found");
  }
  expect(await estrom.stop()).toBe(0);
});
