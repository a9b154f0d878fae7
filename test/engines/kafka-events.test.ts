import { afterAll, beforeAll, expect, test } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { KafkaEvents, type KafkaEventsParts } from '../../src/subscriptions/events/kafka-events.ts';
import type { EventFailure, SourceEvent } from '../../src/subscriptions/matching/matcher.ts';
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

async function publish(topic: string, values: Iterable<string | Buffer | null>): Promise<void> {
  for (const text of values) {
    const value = typeof text === 'string' ? Buffer.from(text) : text;
    if (!producer.publish({ topic, key: null, value })) await producer.drained();
  }
  await producer.settled();
}

function eventsOf(
  topic: string,
  others: Pick<KafkaEventsParts, 'take'> & Partial<KafkaEventsParts>,
) {
  return new KafkaEvents({
    ...{ settings, groupId: topic, topics: [topic], from: 'earliest', producer, log },
    ...{ deadLetterTopic: `${topic}-dead`, maxBytes: 4 * MIB, metrics: new Metrics() },
    ...others,
  });
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => JSON.stringify({ n }));
}

test('events come under positions that tell their place, in order, and are committed once taken', async () => {
  await createTopic(kafka.hosts, 'plain', 2);
  await publish('plain', numbered(3000));
  const taken: SourceEvent[] = [];
  const metrics = new Metrics();
  const events = eventsOf('plain', {
    metrics,
    take: async (part) => {
      taken.push(...part);
      return [];
    },
  });
  events.start();
  await until(async () => (await committed(kafka.hosts, 'plain')) === 3000);
  await events.close();
  expect(new Set(taken.map(({ text }) => text)).size).toBe(3000);
  for (const partition of [0, 1]) {
    const start = `plain/${partition}/`;
    const own = taken.filter(({ position }) => position.startsWith(start));
    expect(own.map(({ position }) => position)).toEqual(own.map((_, offset) => start + offset));
  }
  const shown = await metrics.registry.metrics();
  expect(shown).toContain('estrom_kafka_event_records_total{result="matched"} 3000');
  expect(shown).toContain('estrom_kafka_event_lag_records 0');
});

test('while orders cannot be kept nothing is committed; then the same events are taken, in order', async () => {
  await createTopic(kafka.hosts, 'later', 1);
  await publish('later', numbered(2000));
  const taken: string[] = [];
  const tried: string[] = [];
  let isFull = true;
  const events = eventsOf('later', {
    take: async (part) => {
      tried.push(part[0]!.position);
      if (isFull) throw new EstromError('UNAVAILABLE', 'the disk is full');
      taken.push(...part.map(({ position }) => position));
      return [];
    },
  });
  events.start();
  await until(() => tried.length === 4);
  expect(tried).toEqual(tried.map(() => 'later/0/0'));
  expect(await committed(kafka.hosts, 'later')).toBe(0);
  isFull = false;
  await until(async () => (await committed(kafka.hosts, 'later')) === 2000);
  await events.close();
  expect(taken).toEqual(Array.from({ length: 2000 }, (_, n) => `later/0/${n}`));
});

test('a group that is left while orders cannot be kept commits nothing of them', async () => {
  await createTopic(kafka.hosts, 'left', 1);
  await publish('left', numbered(100));
  let tries = 0;
  const failing = eventsOf('left', {
    take: async () => {
      tries++;
      throw new EstromError('UNAVAILABLE', 'the disk is full');
    },
  });
  failing.start();
  await until(() => tries > 1);
  await failing.close();
  expect(await committed(kafka.hosts, 'left')).toBe(0);
  const taken: SourceEvent[] = [];
  const next = eventsOf('left', {
    take: async (part) => {
      taken.push(...part);
      return [];
    },
  });
  next.start();
  await until(() => taken.length === 100);
  await next.close();
  expect(await committed(kafka.hosts, 'left')).toBe(100);
});

test('what can have no orders goes to the dead letters with the reason, and the others go on', async () => {
  await createTopic(kafka.hosts, 'mixed', 1);
  const values = [...numbered(3), '[1]', Buffer.from([0x7b, 0xff, 0x7d]), null, '{"lost":true}'];
  await publish('mixed', [...values, ...numbered(2)]);
  const taken: string[] = [];
  const metrics = new Metrics();
  const events = eventsOf('mixed', {
    metrics,
    take: async (part) => {
      const failures: EventFailure[] = [];
      part.forEach(({ text, position }, event) => {
        const fail = (of: 'event' | 'document', reason: string) => {
          failures.push({ event, position, of, error: new EstromError('NOT_FOUND', reason) });
        };
        if (text.startsWith('[')) fail('event', 'it is a list');
        else if (text.includes('lost')) fail('document', 'it is not to be found');
        else taken.push(text);
      });
      return failures;
    },
  });
  events.start();
  await until(async () => (await committed(kafka.hosts, 'mixed')) === 9);
  await events.close();
  expect(taken).toEqual([...numbered(3), ...numbered(2)]);
  const letters = await readTopic(kafka.hosts, 'mixed-dead', 3);
  const told = letters.map(({ headers }) => [
    headers.get('estrom-offset'),
    headers.get('estrom-reason'),
  ]);
  expect(new Map(told as [string, string][])).toEqual(
    new Map([
      ['3', 'the event: it is a list'],
      ['4', 'an event has to be UTF-8'],
      ['6', "the event's document: it is not to be found"],
    ]),
  );
  const shown = await metrics.registry.metrics();
  expect(shown).toContain('estrom_kafka_event_records_total{result="dead_letter"} 3');
  expect(shown).toContain('estrom_kafka_event_records_total{result="skipped"} 1');
});

test('poison that is too large with its reason is kept in part, and does not hold up what is behind it', async () => {
  await createTopic(kafka.hosts, 'large', 1);
  // What the broker still takes, without the headers of a dead letter.
  await publish('large', [Buffer.alloc(MIB - 80, 'x'), ...numbered(1)]);
  const events = eventsOf('large', {
    take: async (part) => {
      return part.flatMap(({ text, position }, event) => {
        return text.startsWith('x')
          ? [{ event, position, of: 'event' as const, error: new Error('no JSON') }]
          : [];
      });
    },
  });
  events.start();
  await until(async () => (await committed(kafka.hosts, 'large')) === 2);
  await events.close();
  const [letter] = await readTopic(kafka.hosts, 'large-dead', 1);
  expect(letter!.headers.get('estrom-bytes')).toBe(String(MIB - 80));
  expect(letter!.value).toHaveLength(16 * 1024);
});

test('events behind one whose document does not come go on; it is committed when it is settled', async () => {
  await createTopic(kafka.hosts, 'slow', 1);
  await publish('slow', ['{"slow":true}']);
  const slow = Promise.withResolvers<readonly EventFailure[]>();
  let taken = 0;
  const events = eventsOf('slow', {
    take: async (part) => {
      if (part[0]!.text.includes('slow')) return await slow.promise;
      taken += part.length;
      return [];
    },
  });
  events.start();
  await until(() => events.bytes > 0);
  await publish('slow', numbered(100));
  await until(() => taken === 100);
  expect(await committed(kafka.hosts, 'slow')).toBe(0);
  slow.resolve([]);
  await until(async () => (await committed(kafka.hosts, 'slow')) === 101);
  await events.close();
});

test('while nothing becomes durable reading stops, and memory stays bounded', async () => {
  await createTopic(kafka.hosts, 'stall', 3);
  const text = JSON.stringify({ padding: 'x'.repeat(4000) });
  await publish(
    'stall',
    Array.from({ length: 8000 }, () => text),
  );
  const open = Promise.withResolvers<void>();
  let taken = 0;
  const events = eventsOf('stall', {
    take: async (part) => {
      await open.promise;
      taken += part.length;
      return [];
    },
  });
  events.start();
  await until(() => events.bytes > 3 * MIB);
  const before = process.memoryUsage().arrayBuffers;
  // Several long polls: who went on reading would have all 32 MB by then.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(events.bytes).toBeLessThan(6 * MIB);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MIB);
  open.resolve();
  await until(() => taken === 8000);
  await events.close();
  expect(await committed(kafka.hosts, 'stall')).toBe(8000);
});
