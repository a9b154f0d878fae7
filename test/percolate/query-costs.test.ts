import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { QueryCosts } from '../../src/percolate/embedded/query-costs.ts';

function costs() {
  const paused: number[] = [];
  const known = new QueryCosts({
    budget: 100,
    averageBudget: 5,
    onPaused: (ordinal) => paused.push(ordinal),
    metrics: new Metrics(),
    log: createLogger('silent'),
  });
  const sample = (ordinal: number, documents: number, each: number) =>
    known.take([{ ordinal, documents, total: documents * each, longest: each }], []);
  return { known, paused, sample };
}

describe('what queries cost', () => {
  it('lists the most expensive first', () => {
    const { known, sample } = costs();
    sample(1, 4, 0.5);
    sample(2, 4, 2);
    sample(3, 4, 0.1);
    expect(known.slowest.map(({ ordinal }) => ordinal)).toEqual([2, 1, 3]);
    expect(known.slowest[0]).toEqual({
      ordinal: 2,
      samples: 4,
      meanSeconds: 0.002,
      longestSeconds: 0.002,
      paused: null,
    });
  });

  it('pauses a query whose average is over the budget, once there are samples enough', () => {
    const { known, paused, sample } = costs();
    for (let n = 1; n < 20; n++) sample(7, 1, 20);
    expect(paused).toEqual([]);
    sample(7, 1, 20);
    sample(7, 1, 20);
    expect(paused).toEqual([7]);
    expect(known.paused).toEqual([7]);
    expect(known.slowest[0]?.paused).toContain('query-average-budget');
  });

  it('does not pause one that was slow for a document or two', () => {
    const { paused, sample } = costs();
    for (let n = 0; n < 200; n++) sample(7, 1, n % 100 === 50 ? 60 : 0.01);
    expect(paused).toEqual([]);
  });

  it('pauses a query at once that took longer than the budget for one document', () => {
    const { known, paused } = costs();
    known.take([], [{ ordinal: 3, slot: 0 }]);
    known.take([], [{ ordinal: 3, slot: 1 }]);
    expect(paused).toEqual([3]);
    expect(known.reasonOf(3)).toContain('100 ms');
  });

  it('forgets queries that end: their numbers name others next', () => {
    const { known, sample } = costs();
    known.take([], [{ ordinal: 3, slot: 0 }]);
    sample(4, 1, 1);
    known.forget([3, 4]);
    expect(known.paused).toEqual([]);
    expect(known.slowest).toEqual([]);
  });

  it('keeps the most expensive thousand', () => {
    const { known, sample } = costs();
    for (let n = 0; n < 5_000; n++) sample(n, 1, n / 10_000);
    expect(known.slowest.length).toBeLessThanOrEqual(1_000);
    expect(known.slowest[0]?.ordinal).toBe(4_999);
    expect(known.slowest.at(-1)?.meanSeconds).toBeGreaterThan(0.0003);
  });
});
