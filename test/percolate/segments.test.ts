import { describe, expect, test, vi } from 'vitest';
import { parseQuery } from '../../src/query/parse-query.ts';
import { LocalEngine } from './local-engine.ts';

const MIB = 1024 * 1024;
const query = (text: string) => parseQuery(text);
const doc = (message: string) => JSON.stringify({ message });

describe('segments', () => {
  test('a query is seen by the next batch, and no more when it was removed', () => {
    const engine = new LocalEngine();
    engine.register([query('message:foo')], 7);
    expect(engine.percolate([doc('foo')])).toEqual([[7]]);
    engine.segments.remove([7]);
    expect(engine.percolate([doc('foo')])).toEqual([[]]);
  });

  test('an ordinal that was removed can name another query', () => {
    const engine = new LocalEngine();
    engine.register([query('message:foo')], 0);
    engine.segments.remove([0]);
    engine.register([query('message:bar')], 0);
    expect(engine.percolate([doc('foo'), doc('bar')])).toEqual([[], [0]]);
  });

  test('what an ordinal named before does not come back when small segments are written anew', () => {
    const engine = new LocalEngine();
    const many = (word: string) =>
      Array.from({ length: 40 }, (_, n) => query(`message:${word}${n}`));
    engine.register(many('a'), 0);
    engine.segments.remove([0, 1]);
    engine.register([query('message:later')], 0);
    engine.register(many('b'), 100);
    const found = engine.percolate([doc('a0'), doc('later'), doc('a1'), doc('a2 b3')]);
    expect(found).toEqual([[], [0], [], [2, 103]]);
  });

  test('thousands of single registrations end in a few segments that say the same', async () => {
    const engine = new LocalEngine({ arenaBytes: 64 * MIB });
    const count = 5000;
    for (let n = 0; n < count; n++) engine.register([query(`message:w${n} AND message:all`)], n);
    await engine.segments.settled();
    expect(engine.segments.segments.length).toBeLessThan(12);
    const found = engine.percolate([doc('all w0 w4999'), doc('w17'), doc('all w1234 w777')]);
    expect(found).toEqual([[0, 4999], [], [777, 1234]]);
  });

  test('phrases are phrases in merged segments', async () => {
    const engine = new LocalEngine({ arenaBytes: 64 * MIB });
    for (let from = 0; from < 2400; from += 600) {
      const group = Array.from({ length: 600 }, (_, n) => query(`message:"all w${from + n}"`));
      engine.register(group, from);
    }
    await engine.segments.settled();
    expect(engine.segments.segments).toHaveLength(1);
    expect(engine.percolate([doc('all w7 w8'), doc('w9 all'), doc('all w2399')])).toEqual([
      [7],
      [],
      [2399],
    ]);
  });

  test('what is removed while segments merge stays removed', async () => {
    const engine = new LocalEngine({ arenaBytes: 64 * MIB });
    for (let from = 0; from < 2400; from += 600) {
      const group = Array.from({ length: 600 }, (_, n) => query(`message:w${from + n}`));
      engine.register(group, from);
    }
    // The merge has begun and not ended: it runs in a promise.
    engine.segments.remove([5, 2000]);
    await engine.segments.settled();
    expect(engine.segments.segments).toHaveLength(1);
    expect(engine.percolate([doc('w5 w6 w2000 w2001')])).toEqual([[6, 2001]]);
    expect(engine.segments.size).toBe(2398);
  });

  test('large segments are moved to make room for one, and mean the same there', async () => {
    const engine = new LocalEngine({ arenaBytes: 64 * MIB });
    const count = 60_000;
    for (let from = 0; from < count; from += 10_000) {
      const words = Array.from({ length: 10_000 }, (_, n) => query(`message:word${from + n}`));
      engine.register(words, from);
      engine.percolate([doc('x')]);
      engine.segments.remove([from + 7]);
      await engine.segments.settled();
    }
    await vi.waitFor(() => expect(engine.segments.sealed).toHaveLength(1), { timeout: 10_000 });
    const found = engine.percolate([doc('word7 word8 word20007 word59999'), doc('word50007 x')]);
    expect(found).toEqual([[8, 59_999], []]);
    const { usedBytes, touchedBytes } = engine.arena;
    expect(touchedBytes).toBeLessThan(2.5 * usedBytes);
  });

  test('memory of segments that were replaced is used again', () => {
    const engine = new LocalEngine({ arenaBytes: 2 * MIB });
    for (let round = 0; round < 3000; round++) {
      engine.register([query(`message:w${round} OR other:"some longer phrase ${round}"`)], 0);
      engine.percolate([doc('x')]);
      engine.segments.remove([0]);
    }
    expect(engine.percolate([doc('w1')])).toEqual([[]]);
  });

  test('what presearch has no index for is verified always, or wherever its field or index is', () => {
    const engine = new LocalEngine();
    engine.register([
      query('*'),
      query('NOT message:"foo bar"'),
      query('NOT message:foo'),
      query('message:foo AND NOT x:1'),
      query('n:[1 TO 5]'),
      query('NOT n:[1 TO 5]'),
      query('message:fo*'),
      query('message:f?o'),
    ]);
    expect(engine.segments.alwaysVerified).toBe(2);
    expect(engine.segments.weaklyAnchored).toBe(0);
    engine.register([query('message:??'), query('when:[now-1h TO now]')], 100);
    engine.register([query('NOT message:"foo bar"')], 200, 'logs-*');
    expect(engine.segments.alwaysVerified).toBe(2);
    expect(engine.segments.weaklyAnchored).toBeGreaterThanOrEqual(3);
  });

  test('an index expression restricts a query, and is presearch enough for match_all', () => {
    const engine = new LocalEngine();
    engine.register([query('*')], 0, 'logs-*');
    engine.register([query('message:foo')], 1, 'logs-a,metrics');
    engine.register([query('message:foo')], 2, 'logs-*,-logs-a');
    expect(engine.segments.alwaysVerified).toBe(0);
    const documents = [doc('foo'), doc('foo'), doc('foo'), doc('bar')];
    expect(engine.percolate(documents, ['logs-a', 'logs-b', 'metrics', 'logs-a'])).toEqual([
      [0, 1],
      [0, 2],
      [1],
      [0],
    ]);
  });

  test('a full arena is an error that names the setting, and the queries before it still match', () => {
    const engine = new LocalEngine({ arenaBytes: MIB });
    engine.register([query('message:foo')]);
    const huge = Array.from({ length: 20_000 }, (_, n) => query(`message:word${n}`));
    expect(() => engine.register(huge, 1)).toThrow(/raise the setting arena/);
    expect(engine.percolate([doc('foo')])).toEqual([[0]]);
    engine.register([query('message:bar')], 30_000);
    expect(engine.percolate([doc('bar')])).toEqual([[30_000]]);
  });
});
