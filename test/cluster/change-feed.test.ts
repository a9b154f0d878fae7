import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ChangeFeed } from '../../src/cluster/change-feed.ts';
import { aQuery, FakeIndex } from './fake-index.ts';

function setUp() {
  const index = new FakeIndex();
  const applied: string[] = [];
  const feed = new ChangeFeed({
    index,
    follower: {
      apply: async (changes) => {
        for (const { id } of changes) applied.push(id);
      },
      restart: () => applied.push('restart'),
      complete: () => applied.push('complete'),
    },
    onApplied: () => applied.push(`applied ${feed.applied}`),
    log: pino({ level: 'silent' }),
  });
  return { index, feed, applied };
}

describe('the feed of changes', () => {
  it('reads everything once, then what is new', async () => {
    const { index, feed, applied } = setUp();
    index.put('a', aQuery());
    index.put('b', aQuery());
    await feed.catchUp();
    expect(applied.splice(0)).toEqual(['restart', 'a', 'b', 'complete', 'applied 1']);
    await feed.catchUp();
    expect(applied).toEqual([]);
    index.put('a', aQuery());
    await feed.catchUp();
    expect(applied).toEqual(['a', 'applied 2']);
    expect(feed.changes).toBe(3);
  });

  it('does not go beyond what may still have something before it', async () => {
    const { index, feed, applied } = setUp();
    await feed.catchUp();
    applied.length = 0;
    index.put('a', aQuery());
    index.put('b', aQuery());
    index.lag = 1;
    await feed.catchUp();
    expect(applied.splice(0)).toEqual(['a', 'applied 0']);
    index.lag = 0;
    await feed.catchUp();
    expect(applied).toEqual(['b', 'applied 1']);
  });

  it('goes on from where it was when the index could not be read', async () => {
    const { index, feed, applied } = setUp();
    await feed.catchUp();
    applied.length = 0;
    index.put('a', aQuery());
    index.fails = 'before';
    await expect(feed.catchUp()).rejects.toThrow('away');
    index.fails = 'no';
    await feed.catchUp();
    expect(applied).toEqual(['a', 'applied 0']);
  });

  it('reads all again when the index is another one', async () => {
    const { index, feed, applied } = setUp();
    index.put('a', aQuery());
    await feed.catchUp();
    applied.length = 0;
    index.documents.clear();
    index.uuid = 'two';
    index.seqNo = -1;
    index.put('b', aQuery());
    await feed.catchUp();
    expect(applied).toEqual(['restart', 'b', 'complete', 'applied 0']);
  });
});
