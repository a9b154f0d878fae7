import { expect, it } from 'vitest';
import { PausedQueries } from '../../src/percolate/paused-queries.ts';

const MINUTE = 60_000;

function setUp(max = 10) {
  const clock = { now: 0 };
  return { clock, paused: new PausedQueries<string>(() => clock.now, max) };
}

it('a paused query is asked again after ten minutes, later each time that it fails again', () => {
  const { clock, paused } = setUp();
  paused.pause('a', 'too slow');
  clock.now = 9 * MINUTE;
  paused.pause('b', 'too deep');
  expect(paused.keys).toEqual(['b', 'a']);
  expect(paused.reasonOf('a')).toBe('too slow');
  clock.now = 10 * MINUTE;
  expect(paused.keys).toEqual(['b']);
  expect(paused.reasonOf('a')).toBeUndefined();
  paused.pause('a', 'too slow again');
  clock.now = 29 * MINUTE;
  expect(paused.keys).toEqual(['a']);
  clock.now = 30 * MINUTE;
  expect(paused.keys).toEqual([]);
});

it('a query that is resumed is asked at once, and forgotten', () => {
  const { clock, paused } = setUp();
  paused.pause('a', 'too slow');
  paused.resume('a');
  expect(paused.keys).toEqual([]);
  paused.pause('a', 'too slow');
  clock.now = 10 * MINUTE;
  expect(paused.keys).toEqual([]);
});

it('of too many paused queries the first are asked again', () => {
  const { paused } = setUp(2);
  for (const id of ['a', 'b', 'c']) paused.pause(id, 'too slow');
  expect(paused.keys).toHaveLength(2);
  expect(paused.reasonOf('a')).toBeUndefined();
});
