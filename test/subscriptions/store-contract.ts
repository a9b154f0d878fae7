import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLive, type KeptSubscription } from '../../src/subscriptions/model.ts';
import type {
  ClosableSubscriptionStore,
  SubscriptionFilter,
} from '../../src/subscriptions/subscription-store.ts';
import { kept, NOW } from './subscription.ts';

/** A store on a place of its own, which is empty at first. */
export interface StoreFixture {
  /** Opens what was closed, or another one beside it. */
  open(): Promise<ClosableSubscriptionStore>;
  dispose(): Promise<void>;
}

const EVERYTHING: SubscriptionFilter = { withDeleted: true, now: NOW };
const ALL = { offset: 0, size: 1000 };

function changed(subscription: KeptSubscription, change: Partial<KeptSubscription>) {
  const { revision } = subscription.estrom;
  return {
    ...subscription,
    ...change,
    estrom: { ...subscription.estrom, ...change.estrom, revision: revision + 1 },
  };
}

/** What every store of subscriptions does. */
export function subscriptionStoreContract(name: string, make: () => Promise<StoreFixture>): void {
  describe(`${name} as a store of subscriptions`, () => {
    let fixture: StoreFixture;
    let store: ClosableSubscriptionStore;

    beforeEach(async () => {
      fixture = await make();
      store = await fixture.open();
    });

    afterEach(async () => {
      await store.close();
      await fixture.dispose();
    });

    const put = async (...changes: Partial<KeptSubscription>[]) => {
      const subscriptions = changes.map(kept);
      await Promise.all(subscriptions.map((each) => store.insert(each)));
      return subscriptions;
    };

    const ids = async (filter: Partial<SubscriptionFilter>) => {
      const { total, subscriptions } = await store.list({ ...EVERYTHING, ...filter }, ALL);
      expect(total).toBe(subscriptions.length);
      return subscriptions.map(({ id }) => id);
    };

    const everything = async () => {
      const found: KeptSubscription[] = [];
      for await (const group of store.all()) found.push(...group);
      return found;
    };

    it('gives back what was inserted, member for member', async () => {
      const full = kept();
      const { expires_at: _, userMetadatas: __, ...bare } = kept();
      const without = { ...bare, estrom: { revision: 1, principal: null, rowFilter: null } };
      await store.insert(full);
      await store.insert(without);
      expect(await store.get(full.id)).toStrictEqual(full);
      expect(await store.get(without.id)).toStrictEqual(without);
      expect(await store.get(randomUUID())).toBeNull();
    });

    it('keeps everything when it is closed and opened again', async () => {
      const [one, two, three] = await put({}, {}, {});
      const other = changed(one!, { title: 'other' });
      await store.replace(other);
      const deleted = await store.markDeleted(two!.id, NOW + 1);
      await store.close();
      store = await fixture.open();
      expect(await store.get(one!.id)).toStrictEqual(other);
      expect(await store.get(two!.id)).toStrictEqual(deleted);
      expect(await store.get(three!.id)).toStrictEqual(three);
      expect((await ids({})).sort()).toEqual([one!.id, two!.id, three!.id].sort());
    });

    it('refuses a second insert of an id, and changes nothing', async () => {
      const [one] = await put({});
      const again = store.insert({ ...one!, title: 'another' });
      await expect(again).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
      expect(await store.get(one!.id)).toStrictEqual(one);
    });

    it('replaces what has the revision before, and nothing else', async () => {
      const [one] = await put({});
      const { expires_at: _, userMetadatas: __, ...rest } = one!;
      const second = changed(rest, { active: false, title: 'second' });
      expect(await store.replace(second)).toBe(true);
      expect(await store.get(one!.id)).toStrictEqual(second);
      expect(await store.replace(changed(one!, { title: 'too late' }))).toBe(false);
      expect(await store.replace(changed(kept(), {}))).toBe(false);
      expect(await store.get(one!.id)).toStrictEqual(second);
    });

    it('lets one of several replacements win', async () => {
      const [one] = await put({});
      const results = await Promise.all(
        ['a', 'b', 'c'].map((title) => store.replace(changed(one!, { title }))),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      const { title } = (await store.get(one!.id))!;
      expect(['a', 'b', 'c'][results.indexOf(true)]).toBe(title);
    });

    it('marks as deleted once, and then changes nothing any more', async () => {
      const [one] = await put({});
      const deleted = { ...changed(one!, {}), deleted: true, modified_at: NOW + 5 };
      expect(await store.markDeleted(one!.id, NOW + 5)).toStrictEqual(deleted);
      expect(await store.markDeleted(one!.id, NOW + 9)).toStrictEqual(deleted);
      expect(await store.replace(changed(deleted, { deleted: false }))).toBe(false);
      expect(await store.get(one!.id)).toStrictEqual(deleted);
      expect(await store.markDeleted(randomUUID(), NOW)).toBeNull();
    });

    it('lists the newest first, page by page, with the total', async () => {
      const made = await put(
        ...Array.from({ length: 25 }, (_, n) => ({ created_at: NOW + Math.floor(n / 3) })),
      );
      const order = made
        .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id);
      for (const offset of [0, 10, 20, 25, 1000]) {
        const { total, subscriptions } = await store.list(EVERYTHING, { offset, size: 10 });
        expect(total).toBe(25);
        expect(subscriptions.map(({ id }) => id)).toEqual(order.slice(offset, offset + 10));
      }
      const { total, subscriptions } = await store.list(EVERYTHING, { offset: 0, size: 0 });
      expect([total, subscriptions.length]).toEqual([25, 0]);
    });

    it('lists whole subscriptions', async () => {
      const [one] = await put({});
      const { subscriptions } = await store.list(EVERYTHING, ALL);
      expect(subscriptions).toStrictEqual([one]);
    });

    it('filters by creator, exactly', async () => {
      const [ada, , quote] = await put({}, { created_by: 'ADA' }, { created_by: "a' OR 1=1" });
      expect(await ids({ createdBy: 'ada' })).toEqual([ada!.id]);
      expect(await ids({ createdBy: "a' OR 1=1" })).toEqual([quote!.id]);
      expect(await ids({ createdBy: 'a' })).toEqual([]);
      expect(await ids({ createdBy: '' })).toEqual([]);
    });

    it('filters by the time of creation, both bounds included', async () => {
      const [, two, three] = await put(...[1, 2, 3, 4].map((created_at) => ({ created_at })));
      expect(await ids({ after: 2, before: 3 })).toEqual([three!.id, two!.id]);
      expect(await ids({ after: 2, before: 2 })).toEqual([two!.id]);
      expect(await ids({ after: 3, before: 2 })).toEqual([]);
    });

    it('filters by what is active, started, expired and made by an administrator', async () => {
      const [yes, no] = await put(
        { starts_at: NOW, expires_at: NOW, created_by_admin: true },
        { active: false, starts_at: NOW + 1, expires_at: NOW + 1 },
      );
      for (const flag of ['started', 'expired', 'createdByAdmin', 'active'] as const) {
        expect([flag, await ids({ [flag]: true })]).toEqual([flag, [yes!.id]]);
        expect([flag, await ids({ [flag]: false })]).toEqual([flag, [no!.id]]);
      }
      expect(await ids({ active: true, started: false })).toEqual([]);
    });

    it('does not call expired what never expires', async () => {
      const { expires_at: _, ...forever } = kept();
      await store.insert(forever);
      expect(await ids({ expired: false })).toEqual([forever.id]);
      expect(await ids({ expired: true })).toEqual([]);
      expect(isLive(forever, NOW)).toBe(true);
    });

    it('leaves deleted ones out where it is asked to', async () => {
      const [one, two] = await put({}, {});
      await store.markDeleted(one!.id, NOW);
      expect(await ids({ withDeleted: false })).toEqual([two!.id]);
      expect((await ids({ withDeleted: true })).length).toBe(2);
    });

    it('reads all that are not deleted, each once', async () => {
      expect(await everything()).toEqual([]);
      const made = await put(...Array.from({ length: 1101 }, () => ({})));
      await store.markDeleted(made[7]!.id, NOW);
      const expected = made.filter((_, n) => n !== 7).map(({ id }) => id);
      const found = await everything();
      expect(found.map(({ id }) => id).sort()).toEqual(expected.sort());
      const first = found[0]!;
      expect(first).toStrictEqual(made.find(({ id }) => id === first.id));
    });

    it('tells listeners of each change before it is acknowledged', async () => {
      const told: KeptSubscription[] = [];
      const end = store.onChange(async (subscription) => {
        await Promise.resolve();
        told.push(subscription);
      });
      const [one] = await put({});
      expect(told).toStrictEqual([one]);
      const second = changed(one!, { title: 'second' });
      await store.replace(second);
      expect(told.at(-1)).toStrictEqual(second);
      await store.replace(second);
      expect(told).toHaveLength(2);
      const deleted = await store.markDeleted(one!.id, NOW + 1);
      expect(told.at(-1)).toStrictEqual(deleted);
      end();
      await put({});
      expect(told.at(-1)).toStrictEqual(deleted);
    });

    it('does not acknowledge what a listener could not apply', async () => {
      store.onChange(() => Promise.reject(new Error('not applied')));
      const one = kept();
      await expect(store.insert(one)).rejects.toThrow('not applied');
      expect(await store.get(one.id)).toStrictEqual(one);
    });
  });
}
