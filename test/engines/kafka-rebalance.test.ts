import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import { createLogger } from '../../src/log.ts';
import { committed, createTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

const MEMBER = fileURLToPath(new URL('kafka/member.ts', import.meta.url));
const PARTITIONS = 6;
const RECORDS = 12_000;

let kafka: Kafka;

beforeAll(async () => {
  await Kafka.install();
  kafka = await Kafka.start();
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
});

/** Another process of the group. */
class Member {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;
  assigned = 0;

  constructor(seen: (place: string) => void) {
    const flags = [MEMBER, kafka.hosts, 'shared', 'shared'];
    this.child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = once(this.child, 'close');
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      if (line.startsWith('assigned ')) this.assigned = Number(line.slice(9));
      // A line without its end was not said: the process was killed.
      else if (line.endsWith('.')) seen(line);
    });
  }
}

test('processes that join a group, are killed and leave, share its partitions without loss', async () => {
  await createTopic(kafka.hosts, 'shared', PARTITIONS);
  const producer = new KafkaProducer({
    ...{ settings: settingsOf(kafka.hosts), log: createLogger('silent'), maxBytes: 1024 * 1024 },
  });
  const seen = new Map<string, number>();
  const saw = (place: string): void => void seen.set(place, (seen.get(place) ?? 0) + 1);
  let published = 0;
  const publish = async (count: number): Promise<void> => {
    for (let k = 0; k < count; k++) {
      const key = Buffer.from(String(published++));
      const record = { topic: 'shared', key, value: Buffer.alloc(300, 'x') };
      if (!producer.publish(record)) await producer.drained();
    }
    await producer.settled();
  };
  const part = RECORDS / 4;

  const first = new Member(saw);
  await until(() => first.assigned === PARTITIONS);
  const flowing = publish(part);
  const second = new Member(saw);
  await until(() => first.assigned === PARTITIONS / 2 && second.assigned === PARTITIONS / 2);
  await flowing;
  await publish(part);
  await until(() => seen.size === 2 * part);

  const more = publish(part);
  first.child.kill('SIGKILL');
  await more;
  await until(() => second.assigned === PARTITIONS && seen.size === 3 * part);

  const third = new Member(saw);
  await until(() => third.assigned === PARTITIONS / 2);
  const last = publish(part);
  second.child.kill('SIGTERM');
  await last;
  expect((await second.ended)[0]).toBe(0);
  await until(() => third.assigned === PARTITIONS && seen.size === RECORDS);
  third.child.kill('SIGTERM');
  expect((await third.ended)[0]).toBe(0);

  const times = [...seen.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${times - RECORDS} of ${RECORDS} records came again`);
  expect(producer.sent).toBe(RECORDS);
  expect(await committed(kafka.hosts, 'shared')).toBe(RECORDS);
  await producer.close();
});
