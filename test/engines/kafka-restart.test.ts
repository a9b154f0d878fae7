import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConsumerGroup } from '../../src/kafka/consumer-group.ts';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import { createLogger } from '../../src/log.ts';
import { committed, createTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

const RECORDS = 20_000;
const KEYS = 97;
const PADDING = 'x'.repeat(200);
const log = createLogger('silent');

let kafka: Kafka;

beforeAll(async () => {
  await Kafka.install();
  kafka = await Kafka.start();
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
});

test('a broker that is killed and comes back loses nothing, and records with a key stay in order', async () => {
  await createTopic(kafka.hosts, 'numbers', 4);
  const settings = settingsOf(kafka.hosts);
  const producer = new KafkaProducer({ settings, log, maxBytes: 1024 * 1024 });
  const seen = new Map<number, number>();
  const places = new Map<number, string>();
  const newest = new Map<string, number>();
  let sentTwice = 0;
  let outOfOrder = 0;
  const group = new ConsumerGroup({
    ...{ settings, groupId: 'restart', topics: ['numbers'], from: 'earliest', log },
    maxBytes: 1024 * 1024,
    sink: async (records) => {
      for (const { key, value, partition, offset } of records) {
        const number = Number(value!.toString().split(' ')[0]);
        const place = `${partition}/${offset}`;
        if ((places.get(number) ?? place) !== place) sentTwice++;
        places.set(number, place);
        if (!seen.has(number) && number < (newest.get(key!.toString()) ?? -1)) outOfOrder++;
        newest.set(key!.toString(), number);
        seen.set(number, (seen.get(number) ?? 0) + 1);
      }
      return [];
    },
    deadLetters: { keep: () => Promise.reject(new Error('there is no poison')) },
  });
  group.start();
  let acknowledged = 0;
  let killed: Promise<void> | undefined;
  for (let number = 0; number < RECORDS; number++) {
    const record = {
      topic: 'numbers',
      key: Buffer.from(`key ${number % KEYS}`),
      value: Buffer.from(`${number} ${PADDING}`),
    };
    const hasRoom = producer.publish(record, (error) => {
      if (error === null) acknowledged++;
    });
    if (!hasRoom) await producer.drained();
    if (number === RECORDS / 2) {
      await until(() => seen.size > 0);
      killed = kafka.kill().then(() => kafka.restart());
    }
  }
  await killed;
  await producer.settled();
  expect(acknowledged).toBe(RECORDS);
  await until(() => seen.size === RECORDS);
  await group.close();
  expect(await committed(kafka.hosts, 'restart')).toBe(RECORDS);
  const times = [...seen.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${times - RECORDS} records came again, ${sentTwice} were sent twice`);
  expect({ sentTwice, outOfOrder }).toEqual({ sentTwice: 0, outOfOrder: 0 });
  await producer.close();
});

test('a producer that cannot reach its broker closes at once, and says what was not sent', async () => {
  const producer = new KafkaProducer({
    ...{ settings: settingsOf('127.0.0.1:9'), log, maxBytes: 1000 },
  });
  const settled = Promise.withResolvers<string | undefined>();
  const record = { topic: 'numbers', key: null, value: Buffer.alloc(2000) };
  expect(producer.publish(record, (error) => settled.resolve(error?.message))).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  await producer.close();
  expect(await settled.promise).toContain('was not sent');
  expect(producer.queuedBytes).toBe(0);
});
