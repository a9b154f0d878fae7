import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Committer } from '../../src/kafka/committer.ts';
import { type Given, makeMember } from '../../src/kafka/member.ts';
import { committed, createTopic, settingsOf, until } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';

let kafka: Kafka;

beforeAll(async () => {
  await Kafka.install();
  kafka = await Kafka.start();
}, 600_000);

afterAll(async () => {
  expect(await kafka.stop()).toBe(0);
});

/** A member of the group called as its topic, which has two partitions. */
async function join(topic: string): Promise<{ given: Given[]; leave: () => Promise<void> }> {
  const given: Given[] = [];
  const member = makeMember(
    { settings: settingsOf(kafka.hosts), groupId: topic, topics: [topic], sessionTimeout: 5000 },
    {
      onAssigned: (one) => given.push(one),
      onLost: (error) => {
        throw error;
      },
    },
  );
  onTestFinished(() => member.close(true));
  await member.joinGroup({});
  return { given, leave: () => member.close(true) };
}

function committerOf(topic: string): Committer {
  const committer = new Committer(settingsOf(kafka.hosts), topic, [topic]);
  onTestFinished(() => committer.close());
  return committer;
}

test('what was given to another member meanwhile is not taken back by a late commit', async () => {
  await createTopic(kafka.hosts, 'late', 2);
  const first = await join('late');
  const committer = committerOf('late');
  const [alone] = first.given;
  const both = [0, 1].map((partition) => ({ topic: 'late', partition, offset: 10n }));
  expect(await committer.commit(alone!.membership, both)).toBe('committed');

  const second = await join('late');
  await until(() => first.given.length > 1, 'the first member has heard of the second one');
  const [{ membership, assignments }] = second.given as [Given];
  const [partition] = assignments[0]!.partitions;
  const further = [{ topic: 'late', partition: partition!, offset: 100n }];
  expect(await committerOf('late').commit(membership, further)).toBe('committed');

  const later = both.map((each) => ({ ...each, offset: 20n }));
  expect(await committer.commit(alone!.membership, later)).toBe('outdated');
  expect(await committed(kafka.hosts, 'late')).toBe(10 + 100);
  // And nobody had to join again for that.
  expect(await committerOf('late').commit(membership, further)).toBe('committed');
  await second.leave();
});

test('what cannot be committed while brokers are away is asked for again', async () => {
  await createTopic(kafka.hosts, 'away', 2);
  const { given } = await join('away');
  const committer = committerOf('away');
  const due = [{ topic: 'away', partition: 1, offset: 7n }];
  expect(await committer.commit(given[0]!.membership, due)).toBe('committed');
  await kafka.kill();
  const more = [{ ...due[0]!, offset: 8n }];
  expect(await committer.commit(given[0]!.membership, more)).toBe('later');
  await kafka.restart();
  await until(async () => {
    return (await committer.commit(given.at(-1)!.membership, more)) === 'committed';
  }, 'the broker that came back takes it');
  expect(await committed(kafka.hosts, 'away')).toBe(8);
});
