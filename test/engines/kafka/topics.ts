import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Admin, type Consumer, type Message, stringDeserializers } from '@platformatic/kafka';
import { kafkaLibrary } from '../../../src/kafka/client-library.ts';
import { clientOptions, type KafkaSettings } from '../../../src/kafka/settings.ts';
import { PLAIN_SETTINGS } from '../../kafka/plain-settings.ts';

export function settingsOf(hosts: string): KafkaSettings {
  return { ...PLAIN_SETTINGS, kafka: hosts };
}

/** Such as `max.message.bytes`. */
type TopicSettings = Readonly<Record<string, string>>;

/** Asks the broker something that clients do not. */
async function ask<T>(hosts: string, question: (admin: Admin) => Promise<T>): Promise<T> {
  const { bootstrapBrokers } = clientOptions(settingsOf(hosts), 'test');
  const admin = new (kafkaLibrary().Admin)({ clientId: 'test', bootstrapBrokers });
  try {
    return await question(admin);
  } finally {
    await admin.close();
  }
}

export async function createTopic(
  hosts: string,
  topic: string,
  partitions: number,
  settings: TopicSettings = {},
): Promise<void> {
  await createTopics(hosts, [topic], partitions, settings);
}

/** All at once. The broker may not lead their partitions yet when this resolves. */
export async function createTopics(
  hosts: string,
  topics: string[],
  partitions: number,
  settings: TopicSettings,
): Promise<void> {
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await ask(hosts, (admin) => admin.createTopics({ topics, partitions, replicas: 1, configs }));
}

/** What the group has committed in all partitions together. */
export async function committed(hosts: string, groupId: string): Promise<number> {
  const groups = await ask(hosts, (admin) => admin.listConsumerGroupOffsets({ groups: [groupId] }));
  let sum = 0;
  for (const { topics } of groups) {
    for (const { partitions } of topics) {
      for (const { committedOffset } of partitions) sum += Math.max(Number(committedOffset), 0);
    }
  }
  return sum;
}

/**
 * Asks again and again.
 * @param what it waits for, in words
 * @throws Error that says so after `limit` milliseconds, also when there was no answer
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string) = String(holds),
  limit = 120_000,
): Promise<void> {
  // Made here, so that its stack tells who waits.
  const error = new Error();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const told = typeof what === 'string' ? what : what();
    error.message = `not within ${limit / 1000} s: ${told}`;
    late.reject(error);
  }, limit);
  try {
    while (!(await Promise.race([holds(), late.promise]))) await wait(20);
  } finally {
    clearTimeout(timer);
  }
}

type TextMessage = Message<string, string, string, string>;

/** The first `count` records of a topic, whoever reads it besides. */
export function readTopic(hosts: string, topic: string, count: number): Promise<TextMessage[]> {
  return read(hosts, topic, () => Promise.resolve(count));
}

/** All records that a topic has now; none where there is no such topic. */
export function readAll(hosts: string, topic: string): Promise<TextMessage[]> {
  return read(hosts, topic, async (consumer) => {
    let count = 0;
    const ends = await consumer.listOffsets({ topics: [topic] });
    for (const end of ends.get(topic) ?? []) count += Number(end);
    return count;
  });
}

async function read(
  hosts: string,
  topic: string,
  countOf: (consumer: Consumer<string, string, string, string>) => Promise<number>,
): Promise<TextMessage[]> {
  const { bootstrapBrokers } = clientOptions(settingsOf(hosts), 'test');
  const consumer = new (kafkaLibrary().Consumer)({
    ...{ clientId: 'test', groupId: `test-${topic}-${randomUUID()}`, bootstrapBrokers },
    deserializers: stringDeserializers,
  });
  const messages: TextMessage[] = [];
  try {
    const count = await countOf(consumer);
    if (count === 0) return messages;
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    for await (const message of stream) if (messages.push(message) === count) break;
  } finally {
    await consumer.close(true);
  }
  return messages;
}
