import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocumentFailure } from '../../src/document.ts';
import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../src/document.ts';
import { KafkaSource } from '../../src/ingest/kafka-source.ts';
import { Stamps } from '../../src/ingest/stamps.ts';
import { ConsumerGroup } from '../../src/kafka/consumer-group.ts';
import { DeadLetters } from '../../src/kafka/dead-letters.ts';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import type { KafkaRecord } from '../../src/kafka/record.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { committed, createTopic, readTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

const MIB = 1024 * 1024;
const log = createLogger('silent');

let kafka: Kafka;
let settings: KafkaSettings;
let producer: KafkaProducer;

beforeAll(async () => {
  await Kafka.install();
  kafka = await Kafka.start();
  settings = settingsOf(kafka.hosts);
  producer = new KafkaProducer({ settings, log, maxBytes: 4 * MIB });
}, 600_000);

afterAll(async () => {
  await producer.close();
  expect(await kafka.stop()).toBe(0);
});

async function publish(topic: string, values: Iterable<Buffer | null>): Promise<void> {
  for (const value of values) {
    if (!producer.publish({ topic, key: null, value })) await producer.drained();
  }
  await producer.settled();
}

test('while the sink stalls nothing more is read, and nothing is committed', async () => {
  await createTopic(kafka.hosts, 'stall', 3);
  const values = Array.from({ length: 8000 }, () => Buffer.alloc(4000, 'x'));
  await publish('stall', values);
  const open = Promise.withResolvers<void>();
  let records = 0;
  const group = new ConsumerGroup({
    ...{ settings, groupId: 'stall', topics: ['stall'], from: 'earliest', log, maxBytes: 4 * MIB },
    sink: async (part) => {
      records += part.length;
      await open.promise;
      return [];
    },
    deadLetters: { keep: () => Promise.reject(new Error('there is no poison')) },
  });
  group.start();
  await until(() => group.bytes > 3 * MIB);
  const before = process.memoryUsage().arrayBuffers;
  // Several long polls: who went on reading would have all 32 MB by then.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(records).toBeLessThan(values.length / 2);
  // One answer more, and the overhead of its records.
  expect(group.peak).toBeLessThan(6 * MIB);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MIB);
  expect(await committed(kafka.hosts, 'stall')).toBe(0);
  open.resolve();
  await until(() => records === values.length);
  await group.close();
  expect(await committed(kafka.hosts, 'stall')).toBe(values.length);
});

test('poison goes to the dead letters with its origin, and the others go on', async () => {
  await createTopic(kafka.hosts, 'mixed', 1);
  const values = Array.from({ length: 100 }, (_, k) => Buffer.from(k % 10 === 3 ? 'bad' : 'good'));
  await publish('mixed', values);
  const good: KafkaRecord[] = [];
  const group = new ConsumerGroup({
    ...{ settings, groupId: 'mixed', topics: ['mixed'], from: 'earliest', log, maxBytes: MIB },
    sink: async (records) => {
      good.push(...records.filter(({ value }) => value!.toString() === 'good'));
      const bad = records.filter(({ value }) => value!.toString() === 'bad');
      return bad.map((record) => ({ record, reason: 'it is bad' }));
    },
    deadLetters: new DeadLetters(producer, 'mixed-dead'),
  });
  group.start();
  await until(async () => (await committed(kafka.hosts, 'mixed')) === 100);
  await group.close();
  expect(good).toHaveLength(90);
  const letters = await readTopic(kafka.hosts, 'mixed-dead', 10);
  expect(letters.map(({ headers }) => headers.get('estrom-offset'))).toEqual(
    Array.from({ length: 10 }, (_, k) => String(10 * k + 3)),
  );
  expect(letters[0]!.value).toBe('bad');
  expect(letters[0]!.headers.get('estrom-topic')).toBe('mixed');
  expect(letters[0]!.headers.get('estrom-reason')).toBe('it is bad');
});

test('what the sink could not make durable comes again, in order, until it can', async () => {
  await createTopic(kafka.hosts, 'again', 1);
  await publish(
    'again',
    Array.from({ length: 50 }, (_, k) => Buffer.from(String(k))),
  );
  const taken: string[] = [];
  let failures = 2;
  const group = new ConsumerGroup({
    ...{ settings, groupId: 'again', topics: ['again'], from: 'earliest', log, maxBytes: MIB },
    sink: async (records) => {
      if (failures-- > 0) throw new Error('not now');
      taken.push(...records.map(({ value }) => value!.toString()));
      return [];
    },
    deadLetters: { keep: () => Promise.reject(new Error('there is no poison')) },
  });
  group.start();
  await until(() => taken.length >= 50);
  await group.close();
  expect(taken).toEqual(Array.from({ length: 50 }, (_, k) => String(k)));
  expect(group.rewinds).toBe(2);
  expect(await committed(kafka.hosts, 'again')).toBe(50);
});

test('a record that no broker takes is told alone, and those beside it are sent', async () => {
  const before = producer.sent;
  const outcomes: (string | null)[] = [];
  for (const bytes of [10, 3 * MIB, 20]) {
    producer.publish({ topic: 'sizes', key: null, value: Buffer.alloc(bytes, 'x') }, (error) => {
      outcomes.push(error?.message ?? null);
    });
  }
  await producer.settled();
  expect(outcomes).toEqual([null, expect.stringContaining('MESSAGE_TOO_LARGE'), null]);
  expect(producer.sent - before).toBe(2);
});

test('documents of a topic are percolated under ids that tell their place, several in a batch', async () => {
  await createTopic(kafka.hosts, 'Orders', 1);
  const documents = Array.from({ length: 3000 }, (_, k) => Buffer.from(`{"number":${k}}`));
  await publish('Orders', documents);
  const percolated = new Map<string, string>();
  let batches = 0;
  let isAway = true;
  const metrics = new Metrics();
  const source = new KafkaSource({
    ...{ settings, groupId: 'source', from: 'earliest', producer, metrics, log },
    topics: new Map([['Orders', 'orders']]),
    deadLetterTopic: 'source-dead',
    ...{ maxBytes: 4 * MIB, maxDocument: MIB, stamps: new Stamps('e') },
    percolate: async (batch) => {
      batches++;
      if (isAway) {
        isAway = false;
        throw new Error('the engine is away');
      }
      const failures: DocumentFailure[] = [];
      const bytes = Buffer.from(batch.bytes);
      expect(batch.indices).toEqual(['orders']);
      for (let slot = 0; slot < batch.count; slot++) {
        const start = batch.slots[slot * SLOT_WORDS + SLOT_START]!;
        const text = bytes.toString('utf8', start, batch.slots[slot * SLOT_WORDS + SLOT_END]!);
        if (text.endsWith('}')) percolated.set(batch.ids.at(slot)!, text);
        else failures.push({ slot, status: 400, type: 'parsing_exception', reason: 'broken' });
      }
      return failures;
    },
  });
  source.start();
  await until(async () => (await committed(kafka.hosts, 'source')) === documents.length);
  await publish('Orders', [Buffer.from('{"broken'), Buffer.from('  '), null]);
  await until(async () => (await committed(kafka.hosts, 'source')) === documents.length + 3);
  await source.close();
  expect(percolated.size).toBe(3000);
  expect(percolated.get('Orders-0-1234')).toBe('{"number":1234}');
  expect(batches).toBeLessThan(20);
  const letters = await readTopic(kafka.hosts, 'source-dead', 2);
  expect(letters.map(({ headers }) => headers.get('estrom-reason'))).toEqual([
    'parsing_exception: broken',
    expect.stringContaining('empty'),
  ]);
  const shown = await metrics.registry.metrics();
  expect(shown).toContain('estrom_kafka_records_total{result="dead_letter"} 2');
  expect(shown).toContain('estrom_kafka_rewinds_total 1');
});
