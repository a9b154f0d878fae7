import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { KeptSubscription } from '../../../src/subscriptions/model.ts';
import type { MongoSubscriptions } from '../../../src/subscriptions/mongodb/mongo-subscriptions.ts';
import { changeSome, everythingIn } from '../../subscriptions/acknowledged.ts';
import { kept, NOW } from '../../subscriptions/subscription.ts';
import { INTERVAL, mongoFixture } from './fixture.ts';

const fixture = mongoFixture();

/** Some looks of a store, and then some. */
const AWHILE = 6 * INTERVAL;

function toldTo(store: MongoSubscriptions): KeptSubscription[] {
  const told: KeptSubscription[] = [];
  store.onChange((subscription) => {
    told.push(subscription);
  });
  return told;
}

function next(subscription: KeptSubscription, change: Partial<KeptSubscription>) {
  const { revision } = subscription.estrom;
  return {
    ...subscription,
    ...change,
    estrom: { ...subscription.estrom, revision: revision + 1 },
  };
}

it('tells what another node has made, replaced and deleted, each once', async () => {
  const { open } = fixture();
  const [one, other] = [await open(), await open()];
  const told = toldTo(other);
  const first = kept();
  await one.insert(first);
  await expect.poll(() => told).toStrictEqual([first]);
  const second = next(first, { title: 'second' });
  await one.replace(second);
  await expect.poll(() => told).toStrictEqual([first, second]);
  const deleted = await one.markDeleted(first.id, NOW + 1);
  await expect.poll(() => told).toStrictEqual([first, second, deleted]);
  await sleep(AWHILE);
  expect(told).toHaveLength(3);
});

it('tells within a second, without being asked to hurry', async () => {
  const { url, open } = fixture();
  const one = await open();
  const { pollInterval: _, ...usual } = { url, pollInterval: 0 };
  const other = await open({ ...usual, pollInterval: 500 });
  const told = toldTo(other);
  const start = performance.now();
  await one.insert(kept());
  await expect.poll(() => told.length, { interval: 10 }).toBe(1);
  expect(performance.now() - start).toBeLessThan(1500);
});

it('does not tell its own changes twice', async () => {
  const store = await fixture().open();
  const told = toldTo(store);
  await Promise.all(Array.from({ length: 50 }, () => store.insert(kept())));
  await sleep(AWHILE);
  expect(told).toHaveLength(50);
});

it('misses nothing of several nodes that write at once', async () => {
  const { open } = fixture();
  const nodes = await Promise.all([open(), open(), open()]);
  const watcher = await open();
  const newest = new Map<string, KeptSubscription>();
  for await (const group of watcher.all()) for (const each of group) newest.set(each.id, each);
  watcher.onChange((subscription) => {
    const known = newest.get(subscription.id)?.estrom.revision ?? 0;
    if (subscription.estrom.revision > known) newest.set(subscription.id, subscription);
  });
  const work = async (node: MongoSubscriptions) => {
    for (let n = 0; n < 25; n++) await changeSome(node, () => {});
  };
  await Promise.all(nodes.flatMap((node) => Array.from({ length: 4 }, () => work(node))));
  const all = await everythingIn(watcher);
  expect(all).toHaveLength(300);
  const byId = (a: KeptSubscription, b: KeptSubscription) => (a.id < b.id ? -1 : 1);
  await expect
    .poll(() => [...newest.values()].sort(byId), { timeout: 10_000 })
    .toStrictEqual([...all].sort(byId));
});

it('tells of writes that arrive after later ones, as long as their batch is not settled', async () => {
  const { open, raw, writers } = fixture();
  const [one, store] = [await open(), await open()];
  const told = toldTo(store);
  await one.insert(kept());
  await expect.poll(() => told.length).toBe(1);
  const template = (await raw.findOne({}))!;
  const [writer, seen] = [randomUUID(), new Date()];
  await writers.insertOne({ _id: writer, settled: 0, seen });
  const write = (batch: number) => {
    const estrom = { ...template['estrom'], writer, batch };
    return raw.insertOne({ ...template, _id: randomUUID(), estrom });
  };
  await write(2);
  await expect.poll(() => told.length).toBe(2);
  await write(3);
  await expect.poll(() => told.length).toBe(3);
  await write(2);
  await write(1);
  await expect.poll(() => told.length).toBe(5);
  await writers.updateOne({ _id: writer }, { $set: { settled: 3 } });
  await sleep(AWHILE);
  expect(told).toHaveLength(5);
});

it('does not tell again what was there before it was opened', async () => {
  const { open } = fixture();
  const one = await open();
  await one.insert(kept());
  await one.close();
  const store = await open();
  const told = toldTo(store);
  await sleep(AWHILE);
  expect(told).toEqual([]);
});

it('tells again what a listener could not apply', async () => {
  const { open } = fixture();
  const [one, other] = [await open(), await open()];
  const told: string[] = [];
  let isRefusing = true;
  other.onChange(({ id }) => {
    told.push(id);
    if (isRefusing) throw new Error('not now');
  });
  const [theirs, own] = [kept(), kept()];
  await one.insert(theirs);
  await expect(other.insert(own)).rejects.toThrow('not now');
  await expect.poll(() => told.length).toBeGreaterThan(5);
  expect(new Set(told)).toEqual(new Set([theirs.id, own.id]));
  isRefusing = false;
  await sleep(AWHILE);
  const length = told.length;
  await sleep(AWHILE);
  expect(told).toHaveLength(length);
});
