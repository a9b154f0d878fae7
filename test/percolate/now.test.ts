import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/query/parse-query.ts';
import { LocalEngine } from './local-engine.ts';

const NOON = Date.parse('2024-05-15T12:00:00Z');
const HOUR = 3_600_000;

/** Which documents, each with an `at`, match the query at a time. */
function matchAt(query: unknown, now: number, times: readonly string[]): boolean[] {
  const engine = new LocalEngine({ clock: () => now });
  engine.register([parseQuery(query)]);
  const documents = times.map((at) => JSON.stringify({ at }));
  return engine.percolate(documents).map((ordinals) => ordinals.length > 0);
}

describe('queries that depend on the time', () => {
  test.each([
    ['at:>now-1h', ['2024-05-15T11:30:00Z', '2024-05-15T10:30:00Z'], [true, false]],
    ['at:[now-1d/d TO now/d}', ['2024-05-14T00:00:00Z', '2024-05-15T00:00:00Z'], [true, false]],
    ['at:[* TO now]', ['2024-05-15T12:00:00Z', '2024-05-15T12:00:00.001Z'], [true, false]],
    ['at:"now/d"', ['2024-05-15T23:59:59Z', '2024-05-16T00:00:00Z'], [true, false]],
    ['"now/d"', ['2024-05-15T23:59:59Z', '2024-05-16T00:00:00Z'], [true, false]],
    ['now\\/d', ['2024-05-15T23:59:59Z', '2024-05-16T00:00:00Z'], [true, false]],
    ['[now-1h TO now]', ['2024-05-15T11:30:00Z', '2024-05-15T10:30:00Z'], [true, false]],
    ['NOT at:<now-1M', ['2024-05-01T00:00:00Z', '2024-03-01T00:00:00Z'], [true, false]],
    ['at:>now+nonsense', ['2024-05-15T13:00:00Z'], [false]],
  ])('%s', (query, times, expected) => {
    expect(matchAt(query, NOON, times)).toEqual(expected);
  });

  test('are read anew for each batch', () => {
    let now = NOON;
    const engine = new LocalEngine({ clock: () => now });
    engine.register([parseQuery({ range: { at: { gte: 'now-1h' } } })]);
    const document = JSON.stringify({ at: '2024-05-15T11:30:00Z' });
    expect(engine.percolate([document])).toEqual([[0]]);
    now += HOUR;
    expect(engine.percolate([document])).toEqual([[]]);
  });

  test('say the same after segments were merged', async () => {
    const engine = new LocalEngine({ clock: () => NOON, arenaBytes: 16 * 1024 * 1024 });
    for (let from = 0; from < 2400; from += 600) {
      const group = Array.from({ length: 600 }, () => parseQuery('at:>now-1h'));
      engine.register(group, from);
    }
    await engine.segments.settled();
    expect(engine.segments.segments).toHaveLength(1);
    const [found] = engine.percolate([JSON.stringify({ at: '2024-05-15T11:30:00Z' })]);
    expect(found).toHaveLength(2400);
  });

  test('are words where the field is text', () => {
    const engine = new LocalEngine({ clock: () => NOON });
    engine.register([parseQuery('message:now'), parseQuery('now')]);
    expect(engine.percolate(['{"message":"now or never"}'])).toEqual([[0, 1]]);
  });
});
