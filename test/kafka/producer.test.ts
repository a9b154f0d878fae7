import { MultipleErrors } from '@platformatic/kafka';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EstromError } from '../../src/errors.ts';
import { produceAnswer } from '../../src/kafka/produce-answer.ts';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import type { SendingClient } from '../../src/kafka/sending-client.ts';
import { createLogger } from '../../src/log.ts';
import { PLAIN_SETTINGS } from './plain-settings.ts';
import { refusal } from './produce-response.ts';

const PARTITIONS = 4;

interface Message {
  readonly topic: string;
  readonly partition: number;
  readonly value: Buffer;
}

/** A broker that has the errors it is told, as none has at will: by request, then by partition. */
const broker = {
  answers: [] as Readonly<Record<number, string>>[],
  requests: [] as string[],
  written: [] as string[],
  leadersAsked: 0,
};

const client = {
  metadata: ({ topics, forceUpdate }: { topics: string[]; forceUpdate: boolean }) => {
    if (forceUpdate) broker.leadersAsked++;
    return { topics: new Map(topics.map((topic) => [topic, { partitionsCount: PARTITIONS }])) };
  },
  send: ({ messages }: { messages: readonly Message[] }) => {
    const errors = broker.answers.shift() ?? {};
    const kinds = Array.from({ length: PARTITIONS }, (_, n) => errors[n] ?? '');
    const textOf = ({ value }: Message) => value.toString();
    broker.requests.push(messages.map(textOf).join(' '));
    const taken = messages.filter(({ partition }) => kinds[partition] === '');
    broker.written.push(...taken.map(textOf));
    if (taken.length === messages.length) return Promise.resolve();
    const answer = produceAnswer(refusal({ [messages[0]!.topic]: kinds }))!;
    return Promise.reject(new MultipleErrors('Producing messages failed.', [answer]));
  },
  close: () => Promise.resolve(),
};

let producer: KafkaProducer;

beforeEach(() => {
  Object.assign(broker, { answers: [], requests: [], written: [], leadersAsked: 0 });
  producer = new KafkaProducer({
    ...{
      settings: { ...PLAIN_SETTINGS, kafka: 'one' },
      maxBytes: 1e6,
      log: createLogger('silent'),
      client: client as unknown as SendingClient,
    },
  });
});

afterEach(() => producer.close());

/** A key of each partition, as Java's clients choose it. */
const KEYS = ['a', 'd', 'c', 'f'];

/** @param numbers the record's value begins with its partition */
function publish(numbers: readonly string[]): Promise<(EstromError | null)[]> {
  return Promise.all(
    numbers.map((number) => {
      const { promise, resolve } = Promise.withResolvers<EstromError | null>();
      const key = Buffer.from(KEYS[Number(number[0])]!);
      producer.publish({ topic: 'orders', key, value: Buffer.from(number) }, resolve);
      return promise;
    }),
  );
}

test('each partition gets what its own error asks for: another attempt, halves, the end with its reason', async () => {
  broker.answers = [
    { 0: 'NOT_LEADER_OR_FOLLOWER', 1: 'MESSAGE_TOO_LARGE', 2: 'TOPIC_AUTHORIZATION_FAILED' },
    {},
    { 1: 'MESSAGE_TOO_LARGE' },
    { 0: 'LEADER_NOT_AVAILABLE' },
  ];
  const outcomes = await publish(['0a', '1a', '2a', '3a', '0b', '1b', '2b', '3b', '0c']);
  expect(broker.requests).toEqual([
    ...['0a 1a 2a 3a 0b 1b 2b 3b 0c', '1a', '1b', '0a 0b 0c', '0a 0b 0c'],
  ]);
  expect(broker.written).toEqual(['3a', '3b', '1a', '0a', '0b', '0c']);
  expect(outcomes.map((error) => error?.code)).toEqual([
    ...[undefined, undefined, 'UNAVAILABLE', undefined, undefined],
    ...['TOO_LARGE', 'UNAVAILABLE', undefined, undefined],
  ]);
  expect(outcomes[5]!.message).toMatch(/a record of 203 bytes .* orders: MESSAGE_TOO_LARGE/);
  expect(outcomes[6]!.message).toMatch(/records for topic orders: TOPIC_AUTHORIZATION_FAILED/);
  expect({ ...broker, sent: producer.sent, refused: producer.refused }).toMatchObject({
    ...{ leadersAsked: 2, sent: 6, refused: 3 },
  });
});

test('later records wait for those of their partition that are sent again', async () => {
  broker.answers = [{ 3: 'NOT_LEADER_OR_FOLLOWER' }, { 3: 'NOT_LEADER_OR_FOLLOWER' }];
  const first = publish(['3a', '2a']);
  await vi.waitUntil(() => broker.written.length > 0, 20_000);
  await Promise.all([first, publish(['3b'])]);
  expect(broker.requests).toEqual(['3a 2a', '3a', '3a', '3b']);
});

test('a producer that is to send again closes at once, and says what was not sent', async () => {
  broker.answers = Array.from({ length: 100 }, () => ({ 0: 'NOT_LEADER_OR_FOLLOWER' }));
  const outcomes = publish(['0a', '1a']);
  await vi.waitUntil(() => broker.requests.length === 3, 20_000);
  await producer.close();
  const [waiting, other] = await outcomes;
  expect(waiting).toMatchObject({ code: 'UNAVAILABLE', message: /was not sent/ });
  expect(other).toBeNull();
  expect(broker.requests).toHaveLength(3);
  expect(producer.queuedBytes).toBe(0);
});
