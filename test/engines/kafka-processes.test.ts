import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EstromProcess } from './kafka/estrom-process.ts';
import { EventStream } from './kafka/event-stream.ts';
import { eventOf, type JobSubscription, ordersOf, postSubscriptions } from './kafka/jobs.ts';
import { countDeadLetters, countOrders } from './kafka/order-count.ts';
import { committed, createTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';
import { MongoDb } from './mongodb.ts';

/** Of kills; each takes about fifteen seconds, most of which the group waits for the one that was killed. */
const ROUNDS = Number(process.env['KAFKA_ROUNDS'] ?? 1);
/** Events a second. */
const RATE = 300;
const PARTITIONS = 6;

let kafka: Kafka;
let mongo: MongoDb;
let folder: string;

beforeAll(async () => {
  await Promise.all([Kafka.install(), MongoDb.install()]);
  [kafka, mongo] = await Promise.all([Kafka.start(), MongoDb.start()]);
  folder = mkdtempSync(join(tmpdir(), 'estrom-kafka-processes-'));
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
  await mongo.stop();
  rmSync(folder, { recursive: true });
});

/** Of the processes of one group. */
function flagsOf(name: string): string[] {
  return [
    ...['--log-level', 'warn', '--workers', '1', '--kafka', kafka.hosts, '--kafka-group', name],
    ...['--kafka-events', `${name}-events`, '--kafka-orders', `${name}-orders`],
    ...['--kafka-dead-letters', `${name}-dead`, '--orders-per-minute', '1000000'],
    ...['--subscription-document', 'object.image', '--subscription-document-index', 'images'],
  ];
}

async function createTopics(name: string): Promise<void> {
  await createTopic(kafka.hosts, `${name}-events`, PARTITIONS);
  await createTopic(kafka.hosts, `${name}-orders`, PARTITIONS);
}

/** Resolves when everything that was published has been read, and all orders are delivered. */
async function finished(
  name: string,
  events: number,
  processes: readonly EstromProcess[],
): Promise<void> {
  let read = 0;
  await until(
    async () => {
      read = await committed(kafka.hosts, `${name}-events`);
      return read === events;
    },
    () => `${read} of ${events} events are committed`,
  );
  for (const estrom of processes) {
    const pending = () => estrom.metric('estrom_orders_pending');
    await until(async () => (await pending()) === 0, `the orders of ${estrom.url} are delivered`);
  }
}

interface Published {
  readonly events: number;
  /** Whether an event is one that has orders. */
  readonly isGood: (number: number) => boolean;
  readonly subscriptions: readonly JobSubscription[];
}

/** Every order is there, no other one is, and those that came twice have one id. */
async function check(
  name: string,
  { events, isGood, subscriptions }: Published,
  told: object,
): Promise<void> {
  const wanted = new Set<string>();
  for (let number = 0; number < events; number++) {
    if (!isGood(number)) continue;
    for (const order of ordersOf(number, subscriptions)) wanted.add(order);
  }
  const { records, orders, again, ambiguous } = await countOrders(kafka.hosts, `${name}-orders`);
  const lost = [...wanted].filter((order) => !orders.has(order));
  const unwanted = [...orders].filter((order) => !wanted.has(order));
  console.log(name, {
    ...told,
    ...{ events, orders: wanted.size, found: orders.size, lost: lost.length },
    ...{ records, 'again, with an equal id': again, 'with another id': ambiguous.length },
  });
  expect(lost.slice(0, 5)).toEqual([]);
  expect(unwanted.slice(0, 5)).toEqual([]);
  expect(ambiguous).toEqual([]);
  expect(records).toBe(orders.size + again);
}

test('one process is killed again and again: no order of an event is lost', async () => {
  await createTopics('alone');
  const flags = [...flagsOf('alone'), '--subscription-data', join(folder, 'alone')];
  const estrom = await EstromProcess.start(flags);
  const subscriptions = await postSubscriptions(estrom);
  const stream = new EventStream(settingsOf(kafka.hosts), 'alone-events', RATE);
  const taken = () => committed(kafka.hosts, 'alone-events');
  let before = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // At some moment of the work, wherever it is then.
    await until(async () => (await taken()) > before + RATE, 'events are read before a kill');
    await wait(Math.random() * 500);
    await estrom.kill();
    before = await taken();
    await estrom.restart();
  }
  await stream.end();
  expect(stream.acknowledged).toBe(stream.count);
  await finished('alone', stream.count, [estrom]);
  const events = stream.count;
  await check('alone', { events, subscriptions, isGood: () => true }, { kills: ROUNDS });
  expect(await estrom.stop()).toBe(0);
});

test('two processes share the events while one is killed and the broker is; poison holds up nobody', async () => {
  await createTopics('shared');
  const make = (name: string) => {
    const own = ['--subscription-data', mkdtempSync(join(folder, name))];
    return EstromProcess.start([
      ...flagsOf('shared'),
      ...['--subscription-store', `${mongo.url}/shared`, ...own],
    ]);
  };
  const processes = await Promise.all([make('one'), make('other')]);
  const [one, other] = processes;
  const subscriptions = await postSubscriptions(one!);
  await until(async () => {
    return (await other!.metric('estrom_subscriptions_live')) === subscriptions.length;
  }, 'the other process has the subscriptions');
  const isBroken = (number: number) => number % 500 === 3;
  // Its document is nowhere.
  const isLost = (number: number) => number % 700 === 5;
  const stream = new EventStream(settingsOf(kafka.hosts), 'shared-events', RATE, (number) => {
    return isBroken(number) ? '{"object":' : eventOf(number, !isLost(number));
  });
  const areShared = async () => {
    const metrics = processes.map((estrom) => estrom.metric('estrom_kafka_event_partitions'));
    return (await Promise.all(metrics)).every((partitions) => partitions === PARTITIONS / 2);
  };
  await until(areShared, 'the two processes share the partitions');
  let kills = 0;
  for (const estrom of [other!, one!].slice(0, Math.max(1, ROUNDS - 1))) {
    await wait(1000 + Math.random() * 500);
    await estrom.kill();
    kills++;
    await wait(1000);
    await estrom.restart();
    await until(areShared, 'they share the partitions after a kill');
  }
  await kafka.kill();
  await kafka.restart();
  const before = await committed(kafka.hosts, 'shared-events');
  await until(
    async () => (await committed(kafka.hosts, 'shared-events')) > before + RATE,
    'events are read after the kill of the broker',
  );
  await stream.end();
  expect(stream.acknowledged).toBe(stream.count);
  await finished('shared', stream.count, processes);
  const events = stream.count;
  const isGood = (number: number) => !isBroken(number) && !isLost(number);
  const numbers = Array.from({ length: events }, (_, number) => number);
  const dead = await countDeadLetters(kafka.hosts, 'shared-dead');
  const wanted = numbers.filter((number) => {
    return isBroken(number) || (isLost(number) && ordersOf(number, subscriptions).length > 0);
  });
  await check(
    'shared',
    { events, subscriptions, isGood },
    {
      ...{ kills, 'kills of the broker': 1 },
      ...{ 'dead letters': dead.reasons.size, 'of them again': dead.records - dead.reasons.size },
    },
  );
  expect(dead.reasons.size).toBe(wanted.length);
  expect(await Promise.all(processes.map((estrom) => estrom.stop()))).toEqual([0, 0]);
});
