import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicBudget } from '../../../src/fanout/crossbar/topic-budget.ts';

describe('the budget of a topic', () => {
  it('lets no more than its rate through, but for one burst and one large hit', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(500), bytes: fc.nat(3000) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const budget = new TopicBudget(1000, 0);
        let now = 0;
        let passed = 0;
        for (const { wait, bytes } of all) {
          now += wait;
          if (budget.take(bytes, now)) passed += bytes;
          expect(passed).toBeLessThanOrEqual(1000 + now + 3000 + 1e-6);
        }
      }),
    );
  });

  it('lets a hit through that is larger than a second, and takes it off what follows', () => {
    const budget = new TopicBudget(1000, 0);
    expect(budget.take(5000, 0)).toBe(true);
    expect(budget.take(1, 3999)).toBe(false);
    expect(budget.take(1, 4001)).toBe(true);
  });

  it('has no end where the rate is 0', () => {
    const budget = new TopicBudget(0, 0);
    expect(budget.take(1e12, 0) && budget.take(1e12, 0)).toBe(true);
  });
});
