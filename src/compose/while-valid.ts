import type { SharedRegistry } from '../cluster/shared-registry.ts';
import type { Percolate } from '../document.ts';
import { EstromError } from '../errors.ts';

/**
 * A node that may have missed a registration must not answer for documents before it has caught up:
 * batches wait for that, and those that come meanwhile stay behind them.
 */
export function whileValid(
  shared: Pick<SharedRegistry, 'isValid' | 'whenValid'>,
  percolate: Percolate,
): Percolate {
  let waiting: Promise<void> | undefined;
  return (batch) => {
    if (waiting === undefined) {
      if (shared.isValid) return percolate(batch);
      waiting = shared.whenValid();
      const end = (): void => {
        waiting = undefined;
      };
      // Before the batches, which follow in one go.
      waiting.then(end, end);
    }
    return waiting.then(() => {
      if (shared.isValid) return percolate(batch);
      throw new EstromError('UNAVAILABLE', 'this node has no valid lease; try again');
    });
  };
}
