import { describe, expect, it } from 'vitest';
import { whileValid } from '../../src/compose/while-valid.ts';
import type { Batch } from '../../src/document.ts';

const batch = (count: number): Batch => ({ count }) as unknown as Batch;

function setUp() {
  const valid = Promise.withResolvers<void>();
  const shared = { isValid: false, whenValid: () => valid.promise };
  const begun: number[] = [];
  const percolate = whileValid(shared, async ({ count }) => {
    begun.push(count);
    return [];
  });
  return { shared, valid, begun, percolate };
}

describe('batches of a node without a lease', () => {
  it('wait for it, and are not overtaken by those that come when it is back', async () => {
    const { shared, valid, begun, percolate } = setUp();
    const early = [percolate(batch(1)), percolate(batch(2))];
    shared.isValid = true;
    const late = percolate(batch(3));
    expect(begun).toEqual([]);
    valid.resolve();
    await Promise.all([...early, late]);
    await percolate(batch(4));
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('fail when the node closes without one', async () => {
    const { valid, begun, percolate } = setUp();
    const waiting = percolate(batch(1));
    valid.resolve();
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(begun).toEqual([]);
  });
});
