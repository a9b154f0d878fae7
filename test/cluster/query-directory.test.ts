import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QueryDirectory } from '../../src/cluster/query-directory.ts';
import { Metrics } from '../../src/metrics.ts';
import { EVERYBODY } from '../../src/principal.ts';
import { aQuery, FakeIndex } from './fake-index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(max = 100) {
  const index = new FakeIndex();
  const recycled: string[] = [];
  const directory = new QueryDirectory({
    index,
    metrics: new Metrics(),
    log: pino({ level: 'silent' }),
    onRecycle: ({ id }) => recycled.push(id),
    max,
  });
  return { index, directory, recycled };
}

describe('the directory of a node without a registry', () => {
  it('asks once for ids that are not known, for all who ask', async () => {
    const { index, directory } = setUp();
    index.put('a', aQuery({ index: 'logs-*', scope: 'logs-eu' }));
    index.put('b', aQuery({ ended: 5 }));
    await Promise.all([directory.lookUp(['a', 'b']), directory.lookUp(['a', 'c'])]);
    expect(index.reads).toBe(1);
    const a = directory.ordinalOf('a')!;
    expect(directory.idOf(a)).toBe('a');
    expect([directory.ordinalOf('b'), directory.ordinalOf('c')]).toEqual([undefined, undefined]);
    expect([directory.covers(a, 'logs-eu'), directory.covers(a, 'logs-us')]).toEqual([true, false]);
    await directory.lookUp(['a']);
    expect(index.reads).toBe(1);
  });

  it('never takes an earlier no for an answer', async () => {
    const { index, directory } = setUp();
    await directory.lookUp(['a']);
    expect(directory.ordinalOf('a')).toBeUndefined();
    const early = directory.lookUp(['a']);
    await null;
    index.put('a', aQuery());
    await Promise.all([early, directory.lookUp(['a'])]);
    expect(directory.ordinalOf('a')).toBe(0);
  });

  it('waits while Elasticsearch is away, until it answers or this node ends', async () => {
    const { index, directory } = setUp();
    index.put('a', aQuery());
    index.fails = 'before';
    let isKnown = false;
    const asked = directory.lookUp(['a']).then(() => {
      isKnown = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(isKnown).toBe(false);
    index.fails = 'no';
    await asked;
    expect(directory.ordinalOf('a')).toBe(0);
    index.fails = 'before';
    const unanswered = directory.lookUp(['b']);
    directory.close();
    await expect(unanswered).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('shows a query only to callers of its bounds', async () => {
    const { index, directory } = setUp();
    index.put('a', aQuery({ scope: 'logs-*', rowFilter: 'team:x' }));
    await directory.lookUp(['a']);
    const bounded = { ...EVERYBODY, index: 'logs-*', rowFilter: 'team:x' };
    expect(directory.idFor(0, bounded)).toBe('a');
    expect(directory.idFor(0, EVERYBODY)).toBeUndefined();
  });

  it('recycles a number only when no batch can name it any more', async () => {
    const { index, directory, recycled } = setUp(1);
    for (const id of ['a', 'b', 'c', 'd']) index.put(id, aQuery());
    const end = directory.begin();
    await directory.lookUp(['a']);
    await directory.lookUp(['b']);
    vi.advanceTimersByTime(60_000);
    // Forgotten, but a batch under way may have its number.
    expect([directory.ordinalOf('a'), directory.idOf(0)]).toEqual([0, 'a']);
    await directory.lookUp(['c']);
    expect(directory.ordinalOf('c')).toBe(2);
    end();
    await directory.lookUp(['d']);
    expect(recycled).toContain('a');
    expect(directory.ordinalOf('a')).toBeUndefined();
    expect(directory.ordinalOf('d')).toBeLessThan(3);
  });
});
