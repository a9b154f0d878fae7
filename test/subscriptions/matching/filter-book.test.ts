import { beforeEach, describe, expect, it } from 'vitest';
import type { QueryOrdinal } from '../../../src/document.ts';
import type { RegisteredQuery } from '../../../src/query/registry/registered-query.ts';
import { FilterBook } from '../../../src/subscriptions/matching/filter-book.ts';
import { filterFor } from '../../../src/subscriptions/matching/subscription-filter.ts';

let registered: RegisteredQuery[];
let unregistered: QueryOrdinal[];
let isFull: boolean;
let book: FilterBook;

beforeEach(() => {
  registered = [];
  unregistered = [];
  isFull = false;
  book = new FilterBook({
    register: async (queries) => {
      if (isFull) throw new Error('full');
      registered.push(...queries);
    },
    unregister: async (ordinals) => void unregistered.push(...ordinals),
    percolate: async () => ({ pairs: new Uint32Array(), failures: [] }),
  });
});

const take = (filter: string, scope = '*') => book.take(filterFor(filter, null), scope);

describe('FilterBook', () => {
  it('registers equal filters once, and as long as somebody has them', async () => {
    const [one, same, other] = [take('a:1 AND b:2'), take('b:2 AND a:1'), take('a:1')];
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    await book.register();
    expect(registered).toHaveLength(2);
    await book.giveBack([one]);
    expect([book.size, unregistered]).toEqual([2, []]);
    await book.giveBack([same, null]);
    expect([book.size, unregistered]).toEqual([1, [one!.ordinal]]);
    await book.giveBack([other]);
    expect(book.size).toBe(0);
  });

  it('asks nothing where every document matches, and tells indices apart', () => {
    expect(take('')).toBeNull();
    expect(take('', 'logs-*')).not.toBeNull();
    expect(take('a:1', 'logs-*')).not.toBe(take('a:1'));
  });

  it('makes one anew that was given back, also while the engine forgets the old one', async () => {
    const first = take('a:1')!;
    await book.register();
    const forgetting = book.giveBack([first]);
    const second = take('a:1')!;
    await Promise.all([forgetting, book.register()]);
    expect(second.ordinal).not.toBe(first.ordinal);
    expect(registered.map(({ ordinal }) => ordinal)).toEqual([first.ordinal, second.ordinal]);
    expect(unregistered).toEqual([first.ordinal]);
  });

  it('forgets what the engine had no room for', async () => {
    isFull = true;
    const filter = take('a:1')!;
    await expect(book.register()).rejects.toThrow('full');
    await book.giveBack([filter]);
    expect([book.size, unregistered]).toEqual([0, []]);
    isFull = false;
    await book.register();
    expect(registered).toEqual([]);
  });
});
