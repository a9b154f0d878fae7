import { randomUUID } from 'node:crypto';
import { Long } from 'mongodb';
import { expect, it } from 'vitest';
import type { KeptSubscription } from '../../../src/subscriptions/model.ts';
import { everythingIn } from '../../subscriptions/acknowledged.ts';
import { kept, NOW } from '../../subscriptions/subscription.ts';
import { mongoFixture, type Raw } from './fixture.ts';

const fixture = mongoFixture();

/** A document as the Java driver writes ARLAS's class. */
function arlas(change: Partial<Raw> = {}): Raw {
  return {
    _id: randomUUID(),
    active: true,
    created_at: Long.fromNumber(NOW),
    created_by: 'ada',
    created_by_admin: false,
    deleted: false,
    expires_at: Long.fromNumber(NOW + 10),
    modified_at: Long.fromNumber(NOW),
    starts_at: Long.fromNumber(NOW - 10),
    subscription: {
      callback: 'callback',
      hits: { filter: 'f=city:eq:Toulouse', projection: '' },
      trigger: { event: ['UPDATE'], job: ['j'], big: Long.fromString('9007199254740993') },
    },
    title: 'Ships',
    userMetadatas: {},
    ...change,
  };
}

function asRead({ _id: id }: Raw, change: Partial<KeptSubscription> = {}): KeptSubscription {
  return {
    id,
    created_at: NOW,
    modified_at: NOW,
    created_by_admin: false,
    deleted: false,
    created_by: 'ada',
    active: true,
    starts_at: NOW - 10,
    expires_at: NOW + 10,
    title: 'Ships',
    subscription: {
      trigger: { event: ['UPDATE'], job: ['j'], big: Number('9007199254740993') },
      callback: 'callback',
      hits: { filter: 'f=city:eq:Toulouse', projection: '' },
    },
    userMetadatas: {},
    estrom: { revision: 1, principal: null, rowFilter: null },
    ...change,
  };
}

it("opens ARLAS's collection as it is", async () => {
  const { raw, open } = fixture();
  const [one, two] = [arlas(), arlas({ deleted: true, created_at: Long.fromNumber(NOW - 1) })];
  await raw.insertMany([one, two]);
  const store = await open();
  expect(await everythingIn(store)).toStrictEqual([
    asRead(one),
    asRead(two, { created_at: NOW - 1, deleted: true }),
  ]);
  const found: KeptSubscription[] = [];
  for await (const group of store.all()) found.push(...group);
  expect(found).toStrictEqual([asRead(one)]);
  const changed = {
    ...asRead(one),
    title: 'Other',
    estrom: { ...asRead(one).estrom, revision: 2 },
  };
  expect(await store.replace(changed)).toBe(true);
  expect(await store.get(one._id)).toStrictEqual(changed);
  expect(await store.markDeleted(two._id, NOW)).toMatchObject({ modified_at: NOW, deleted: true });
});

it('writes what ARLAS reads: the same members, with the same types', async () => {
  const { raw, open } = fixture();
  const store = await open();
  const subscription = kept({ userMetadatas: { order: 7 } });
  await store.insert(subscription);
  const { estrom, ...document } = (await raw.findOne({ _id: subscription.id }))!;
  expect(Object.keys(document).sort()).toEqual(Object.keys(arlas()).sort());
  for (const time of ['created_at', 'modified_at', 'starts_at', 'expires_at']) {
    expect([time, Long.isLong(document[time])]).toEqual([time, true]);
  }
  expect(document['subscription'].hits).toEqual(subscription.subscription.hits);
  expect(document['userMetadatas']).toEqual({ order: 7 });
  expect(estrom).toMatchObject({ revision: 1, principal: 'ada', deleted: false });
  await store.markDeleted(subscription.id, NOW + 1);
  const deleted = (await raw.findOne({ _id: subscription.id }))!;
  expect(Number(deleted['modified_at'])).toBe(NOW + 1);
  expect(Long.isLong(deleted['modified_at'])).toBe(true);
});

it('tells what ARLAS makes, replaces, deletes and restores, each time with a greater revision', async () => {
  const { raw, open } = fixture();
  const nodes = [await open(), await open()];
  const told = nodes.map((node) => {
    const states: KeptSubscription[] = [];
    node.onChange((subscription) => {
      states.push(subscription);
    });
    return states;
  });
  const isToldTo = async (state: Partial<KeptSubscription>) => {
    for (const states of told) await expect.poll(() => states.at(-1)).toMatchObject(state);
  };
  const document = arlas();
  await raw.insertOne(document);
  await isToldTo({ id: document._id, title: 'Ships' });
  const known = (await nodes[0]!.get(document._id))!;
  const { revision } = known.estrom;
  await nodes[0]!.replace({
    ...known,
    title: 'Ours',
    estrom: { ...known.estrom, revision: revision + 1 },
  });
  await isToldTo({ title: 'Ours' });
  const { _id, ...replacement } = arlas({ title: 'Theirs' });
  await raw.replaceOne({ _id: document._id }, replacement);
  await isToldTo({ id: document._id, title: 'Theirs' });
  await raw.updateOne({ _id: document._id }, { $set: { deleted: true } });
  await isToldTo({ title: 'Theirs', deleted: true });
  await raw.updateOne({ _id: document._id }, { $set: { deleted: false } });
  await isToldTo({ title: 'Theirs', deleted: false });
  for (const states of told) {
    const revisions = states.map(({ estrom }) => estrom.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  }
});

it('reads, replaces and deletes what ARLAS has just written, before it was told of it', async () => {
  const { raw, open } = fixture();
  const store = await open({ pollInterval: 600_000 });
  const [one, two, three] = [arlas(), arlas(), arlas()];
  await raw.insertMany([one, two]);
  const read = (await store.get(one._id))!;
  const estrom = { ...read.estrom, revision: read.estrom.revision + 1 };
  expect(await store.replace({ ...read, estrom })).toBe(true);
  await raw.insertOne(three);
  expect(await store.markDeleted(three._id, NOW)).toMatchObject({ id: three._id, deleted: true });
  await raw.updateOne({ _id: two._id }, { $set: { deleted: true } });
  expect(await store.markDeleted(two._id, NOW + 5)).toMatchObject({ modified_at: NOW });
});

it('leaves out what is no subscription', async () => {
  const { raw, open } = fixture();
  const good = arlas();
  const { title: _, ...untitled } = arlas();
  await raw.insertMany([
    untitled as Raw,
    good,
    { _id: 'x' },
    arlas({ subscription: { hits: {} } }),
  ]);
  const store = await open();
  expect((await everythingIn(store)).map(({ id }) => id)).toEqual([good._id]);
  expect(await store.get('x')).toBeNull();
  const found: KeptSubscription[] = [];
  for await (const group of store.all()) found.push(...group);
  expect(found.map(({ id }) => id)).toEqual([good._id]);
});
