import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerBudget, type Reading } from '../../src/forward/answer-budget.ts';
import { Known } from '../../src/forward/known.ts';

test('above the limit only the oldest answer is read on, and each comes to its end', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.nat()), (pieces, picks) => {
      const limit = 20;
      const budget = new AnswerBudget(limit);
      const left = new Map<Reading, number>();
      let released = 0;
      for (const count of pieces) {
        const reading = budget.begin({ pause: () => {}, resume: () => {} });
        left.set(reading, count);
      }
      while (left.size > 0) {
        const open = [...left.keys()].filter((reading) => !reading.isPaused);
        // Never does everybody wait.
        expect(open.length).toBeGreaterThan(0);
        const reading = open[picks.next().value % open.length]!;
        const [oldest] = left.keys();
        budget.take(reading, 1);
        // One piece too many from each: then it waits, unless it is the oldest.
        expect(reading.isPaused).toBe(budget.held > limit && reading !== oldest);
        const rest = left.get(reading)! - 1;
        left.set(reading, rest);
        if (rest > 0) continue;
        left.delete(reading);
        reading.isPaused = false;
        budget.end(reading);
        // Some are percolated and released at once.
        if (picks.next().value % 2 === 0) {
          const bytes = Math.min(budget.held, 10);
          budget.release(bytes);
          released += bytes;
        }
      }
      expect(budget.held + released).toBe(pieces.reduce((sum, count) => sum + count, 0));
    }),
    { numRuns: 200 },
  );
});

test('what was percolated lately is known by index, id and sequence number', () => {
  const known = new Known();
  for (let n = 0; n < 1000; n++) known.add('uuid', `id-${n}`, String(n));
  expect(known.has('uuid', 'id-7', '7')).toBe(true);
  expect(known.has('uuid', 'id-7', '8')).toBe(false);
  expect(known.has('other', 'id-7', '7')).toBe(false);
});
