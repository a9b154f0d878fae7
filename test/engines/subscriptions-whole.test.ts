import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import { createLogger } from '../../src/log.ts';
import { EstromProcess } from './kafka/estrom-process.ts';
import { createTopic, readAll, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';
import { MongoDb } from './mongodb.ts';

const EVENTS = 1000;
const SUBSCRIPTIONS = 60;
const JOBS = ['archive', 'process', 'delete'];
const elasticsearch = inject('elasticsearch');
const index = `products-${randomUUID().slice(0, 8)}`;

let kafka: Kafka;
let mongo: MongoDb;
let folder: string;

beforeAll(async () => {
  await Promise.all([Kafka.install(), MongoDb.install()]);
  [kafka, mongo] = await Promise.all([Kafka.start(), MongoDb.start()]);
  folder = mkdtempSync(join(tmpdir(), 'estrom-whole-'));
  for (const topic of ['subscription_events', 'notification_orders']) {
    await createTopic(kafka.hosts, topic, 3);
  }
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
  await mongo.stop();
  await fetch(`${elasticsearch}/${index}*?expand_wildcards=all`, { method: 'DELETE' });
  rmSync(folder, { recursive: true });
});

/** Every tenth has no document. */
const isMissing = (n: number) => n % 10 === 9;

function productOf(n: number) {
  return {
    id: `p${n}`,
    cloud: (n * 7) % 100,
    tile: 9_007_199_254_740_993n + BigInt(n),
    place: { lon: (n * 13) % 90, lat: (n * 7) % 45 },
  };
}

const withIntegers = (value: unknown) =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'bigint' ? `<${one}>` : one,
  ).replace(/"<(\d+)>"/g, '$1');

function eventOf(n: number) {
  const { id, place } = productOf(n);
  const geometry = { type: 'Point', coordinates: [place.lon, place.lat] };
  return { object: { id, geometry, job: JOBS[n % JOBS.length], event: 'UPDATE' } };
}

/** West and south of what it watches, its job, and how many clouds it suffers. */
function wishOf(k: number) {
  return { west: (k * 11) % 60, south: (k * 5) % 30, job: JOBS[k % JOBS.length]!, cloud: k + 20 };
}

function subscriptionOf(k: number) {
  const { west, south, job, cloud } = wishOf(k);
  const ring = [
    [west, south],
    [west + 30.5, south],
    [west + 30.5, south + 15.5],
    [west, south + 15.5],
    [west, south],
  ];
  return {
    ...{ created_by: `user${k % 5}`, title: `wish ${k}`, active: true, starts_at: 1_600_000_000 },
    expires_at: 4_000_000_000,
    subscription: {
      trigger: {
        geometry: { type: 'Polygon', coordinates: [ring] },
        job: [job],
        event: ['UPDATE'],
      },
      callback: 'https://example.org/told',
      hits: { filter: `f=cloud:lte:${cloud}`, projection: 'include=id,tile' },
    },
    userMetadatas: { k },
  };
}

function isTriggered(k: number, n: number): boolean {
  const { west, south, job } = wishOf(k);
  const { lon, lat } = productOf(n).place;
  const isInside = lon >= west && lon <= west + 30.5 && lat >= south && lat <= south + 15.5;
  return isInside && JOBS[n % JOBS.length] === job;
}

function isWanted(k: number, n: number): boolean {
  return isTriggered(k, n) && productOf(n).cloud <= wishOf(k).cloud;
}

async function store(): Promise<void> {
  const lines = Array.from({ length: EVENTS }, (_, n) => n)
    .filter((n) => !isMissing(n))
    .map((n) => `{"index":{"_id":"p${n}"}}\n${withIntegers(productOf(n))}\n`);
  const answer = await fetch(`${elasticsearch}/${index}/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  });
  expect(((await answer.json()) as { errors: boolean }).errors).toBe(false);
}

test('events of Kafka, documents of Elasticsearch and subscriptions of MongoDB become exactly the orders that they should', async () => {
  const estrom = await EstromProcess.start([
    ...['--log-level', 'warn', '--workers', '1', '--orders-per-minute', '1000000'],
    ...['--subscription-store', `${mongo.url}/arlas`, '--subscription-data', folder],
    ...['--kafka', kafka.hosts, '--kafka-events', 'subscription_events'],
    ...['--kafka-orders', 'notification_orders', '--kafka-dead-letters', 'dead'],
    ...['--elasticsearch', elasticsearch, '--elasticsearch-prefix', index, '--engine', 'embedded'],
    ...['--subscription-document-index', index],
    ...['--subscriptions-prefix', '/arlas-subscriptions-manager'],
  ]);
  await store();
  const ids: string[] = [];
  for (let k = 0; k < SUBSCRIPTIONS; k++) {
    const path = '/arlas-subscriptions-manager/subscriptions';
    const { status, body } = await estrom.post(path, subscriptionOf(k));
    expect(status).toBe(201);
    ids.push(body.id);
  }
  const producer = new KafkaProducer({
    ...{ settings: settingsOf(kafka.hosts), log: createLogger('silent'), maxBytes: 1024 * 1024 },
  });
  for (let n = 0; n < EVENTS; n++) {
    const value = Buffer.from(JSON.stringify(eventOf(n)));
    const record = { topic: 'subscription_events', key: Buffer.from(`p${n}`), value };
    if (!producer.publish(record)) await producer.drained();
  }
  await producer.settled();
  await producer.close();

  const wanted: string[] = [];
  let missing = 0;
  for (let n = 0; n < EVENTS; n++) {
    const told = [...ids.keys()].filter((k) => isWanted(k, n));
    if (!isMissing(n)) wanted.push(...told.map((k) => `${ids[k]} p${n}`));
    // A document is looked for where some trigger matches, whatever the filter says.
    else if ([...ids.keys()].some((k) => isTriggered(k, n))) missing++;
  }
  await until(async () => (await estrom.metric('estrom_kafka_event_records_total')) === EVENTS);
  await until(async () => (await estrom.metric('estrom_orders_pending')) === 0);

  const records = await readAll(kafka.hosts, 'notification_orders');
  const found = records.map(({ key, value }) => {
    const order = JSON.parse(value) as { data: { id: string }; subscription: { id: string } };
    expect(order.subscription.id).toBe(key);
    const n = Number(order.data.id.slice(1));
    // All digits of a number are those of the stored document.
    expect(value).toContain(
      `"data":${withIntegers({ id: order.data.id, tile: productOf(n).tile })}`,
    );
    const k = ids.indexOf(key);
    expect(order).toMatchObject({ ...eventOf(n), user_metadata: { k } });
    return `${key} ${order.data.id}`;
  });
  const letters = await readAll(kafka.hosts, 'dead');
  console.log({ events: EVENTS, subscriptions: ids.length, orders: wanted.length, missing });
  expect(found.toSorted()).toEqual(wanted.toSorted());
  expect(wanted.length).toBeGreaterThan(EVENTS / 2);
  expect(letters).toHaveLength(missing);
  for (const { headers } of letters) {
    expect(headers.get('estrom-reason')).toContain('not to be found');
  }
  expect(await estrom.stop()).toBe(0);
});
