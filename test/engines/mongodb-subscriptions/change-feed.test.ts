import type { Collection } from 'mongodb';
import { expect, it } from 'vitest';
import { ChangeFeed } from '../../../src/subscriptions/mongodb/change-feed.ts';
import type { StoredDocument } from '../../../src/subscriptions/mongodb/documents.ts';
import {
  WRITER_LIFE,
  Writer,
  type WriterDocument,
} from '../../../src/subscriptions/mongodb/writer.ts';
import { kept } from '../../subscriptions/subscription.ts';
import { mongoFixture } from './fixture.ts';

const fixture = mongoFixture();

/** A feed whose clock the test has. */
function feedOf() {
  const subscriptions = fixture().raw as unknown as Collection<StoredDocument>;
  const writers = fixture().writers as unknown as Collection<WriterDocument>;
  const writer = new Writer(writers);
  const told: string[] = [];
  const clock = { now: 0 };
  const feed = new ChangeFeed({
    ...{ subscriptions, writers, writer },
    tell: async ({ _id }) => {
      told.push(_id);
    },
    adopt: async () => {},
    steadyNow: () => clock.now,
  });
  return { feed, told, clock, writer };
}

async function written(writer: string, batch: number): Promise<string> {
  const { id } = kept();
  const estrom = { revision: 1, deleted: false, writer, batch };
  await fixture().raw.insertOne({ _id: id, deleted: false, estrom });
  return id;
}

it('tells of everything after an absence in which writers may have come and gone', async () => {
  const { feed, told, clock } = feedOf();
  const before = await written('gone', 1);
  await feed.begin();
  await feed.read();
  expect(told).toEqual([]);
  const later = await written('come and gone', 1);
  await feed.read();
  expect(told).toEqual([]);
  clock.now += WRITER_LIFE / 2 + 1;
  await feed.read();
  expect(told.sort()).toEqual([before, later].sort());
  await feed.read();
  expect(told).toHaveLength(2);
});

it('looks no more for old changes of a writer that shows no sign any more', async () => {
  const { feed, told, clock } = feedOf();
  const { writers } = fixture();
  await writers.insertOne({ _id: 'quiet', settled: 0, seen: new Date(1) });
  await feed.begin();
  const one = await written('quiet', 4);
  await feed.read();
  const two = await written('quiet', 2);
  for (let n = 0; n < 4; n++) {
    clock.now += WRITER_LIFE / 12;
    await feed.read();
  }
  await written('quiet', 4);
  await feed.read();
  expect(told).toEqual([one, two]);
  // One that was only slow is seen again.
  await writers.updateOne({ _id: 'quiet' }, { $set: { seen: new Date(2) } });
  const three = await written('quiet', 5);
  await feed.read();
  expect(told).toEqual([one, two, three]);
});

it('goes on under a new name when it is not known what became of a write', async () => {
  const { writer } = feedOf();
  const { writers } = fixture();
  const first = await writer.run(async ({ writer: name }) => name);
  const same = await writer.run(async ({ writer: name, batch }, doubt) => {
    if (batch === 2) doubt();
    return name;
  });
  const failed = writer.run(() => Promise.reject(new Error('lost')));
  await expect(failed).rejects.toThrow('lost');
  const next = await writer.run(async (stamp) => stamp);
  await writer.close();
  expect(same).toBe(first);
  expect(next.writer).not.toBe(first);
  expect(next.batch).toBe(1);
  const settled = await writers.find().toArray();
  const settledOf = new Map(settled.map((each) => [each._id, Number(each['settled'])]));
  expect([settledOf.get(first), settledOf.get(next.writer)]).toEqual([1, 1]);
  expect([...settledOf.values()].sort()).toEqual([0, 1, 1]);
});

it('takes a new name when its entry has gone', async () => {
  const { writer } = feedOf();
  const { writers } = fixture();
  const name = async () => (await writer.run(async (stamp) => stamp)).writer;
  const first = await name();
  await expect.poll(async () => Number((await writers.findOne({}))?.['settled'])).toBe(1);
  await writers.deleteMany({});
  await name();
  await expect.poll(() => writer.current).toBeUndefined();
  expect(await name()).not.toBe(first);
  await writer.close();
});
