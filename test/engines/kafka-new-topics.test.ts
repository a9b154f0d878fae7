import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EstromError } from '../../src/errors.ts';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import { createLogger } from '../../src/log.ts';
import { createTopic, createTopics, readAll, settingsOf } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

const LIMIT = '40000';
const RECORDS = 400;
const KEYS = 23;
const TOO_LARGE = 123;
const log = createLogger('silent');

let kafka: Kafka;

beforeAll(async () => {
  await Kafka.install();
  // Made by who asks for one that is not there, they would be known only when they have leaders.
  kafka = await Kafka.start({ settings: { 'auto.create.topics.enable': 'false' } });
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
});

function makeProducer(): KafkaProducer {
  return new KafkaProducer({ settings: settingsOf(kafka.hosts), log, maxBytes: 8 * 1024 * 1024 });
}

function publish(producer: KafkaProducer, topic: string, number: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const padding = number === TOO_LARGE ? 'x'.repeat(50_000) : '';
  const key = Buffer.from(`key ${number % KEYS}`);
  const value = Buffer.from(`${number} ${padding}`);
  producer.publish({ topic, key, value }, (error) => resolve(told(error)));
  return promise;
}

/** All in one request. */
function publishAll(producer: KafkaProducer, topic: string): Promise<string[]> {
  return Promise.all(Array.from({ length: RECORDS }, (_, n) => publish(producer, topic, n)));
}

function told(error: EstromError | null): string {
  return error === null ? 'written' : error.code;
}

const ALL_BUT_ONE = Array.from({ length: RECORDS }, (_, n) =>
  n === TOO_LARGE ? 'TOO_LARGE' : 'written',
);

/** Every record but the one is in the topic once, and those of a key are in order. */
async function expectAllButOne(topic: string): Promise<void> {
  const records = await readAll(kafka.hosts, topic);
  const numbers = records.map(({ value }) => Number(value.split(' ')[0]));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: RECORDS }, (_, n) => n).filter((n) => n !== TOO_LARGE),
  );
  const byKey = Map.groupBy(numbers, (number) => number % KEYS);
  for (const own of byKey.values()) expect(own).toEqual(own.toSorted((a, b) => a - b));
}

test('topics that have just been made take all but what is too large, though not all partitions have a leader yet', async () => {
  await createTopic(kafka.hosts, 'warm', 1);
  const producers = Array.from({ length: 8 }, makeProducer);
  // Connected, they write while the broker is still about to lead.
  await Promise.all(producers.map((producer) => publish(producer, 'warm', 0)));
  for (let round = 0; round < 4; round++) {
    const topics = producers.map((_, n) => `new-${round}-${n}`);
    await createTopics(kafka.hosts, topics, 6, { 'max.message.bytes': LIMIT });
    const outcomes = await Promise.all(producers.map((each, n) => publishAll(each, topics[n]!)));
    for (const own of outcomes) expect(own).toEqual(ALL_BUT_ONE);
    for (const topic of topics) await expectAllButOne(topic);
  }
  await Promise.all(producers.map((producer) => producer.close()));
});
