import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MatchReader } from '../../../src/percolate/elasticsearch/match-reader.ts';
import type { PercolateAnswer } from '../../../src/percolate/elasticsearch/search/percolate-task.ts';
import type { QueryNames } from '../../../src/percolate/engine.ts';
import { batchOf } from '../batches.ts';

const INDICES = ['a', 'b'];

class Names implements QueryNames {
  readonly ordinals = new Map<string, number>();
  /** Registered on other nodes. */
  readonly elsewhere = new Map<string, number>();
  whileLookingUp = (): void => {};

  ordinalOf(id: string): number | undefined {
    return this.ordinals.get(id);
  }

  covers(ordinal: number, index: string): boolean {
    return ordinal % 3 !== INDICES.indexOf(index);
  }

  async lookUp(ids: readonly string[]): Promise<void> {
    await Promise.resolve();
    this.whileLookingUp();
    for (const id of ids) {
      const ordinal = this.elsewhere.get(id);
      if (ordinal !== undefined) this.ordinals.set(id, ordinal);
    }
  }
}

function answerOf(ids: readonly string[], pairs: readonly number[]): PercolateAnswer {
  const unknown = new Uint32Array();
  return { unknown, failures: [], ids, pairs: Uint32Array.from(pairs), paused: [] };
}

test('ids become ordinals where the query covers the index, wherever it is registered', async () => {
  const pair = fc.tuple(fc.nat(5), fc.nat(8));
  await fc.assert(
    fc.asyncProperty(fc.array(pair), async (found) => {
      const names = new Names();
      const ids = Array.from({ length: 9 }, (_, n) => `q${n}`);
      // A third is known here, a third on other nodes, a third nowhere.
      ids.forEach((id, n) => {
        if (n % 3 === 0) names.ordinals.set(id, n * 10);
        if (n % 3 === 1) names.elsewhere.set(id, n * 10);
      });
      const stale: string[] = [];
      const reader = new MatchReader({ names, onStale: (some) => stale.push(...some) });
      const batch = batchOf(
        Array.from({ length: 6 }, () => '{}'),
        Array.from({ length: 6 }, (_, slot) => INDICES[slot % 2]!),
      );
      const sorted = found.toSorted((a, b) => a[0] - b[0]);
      const { pairs } = await reader.read(batch, answerOf(ids, sorted.flat()));
      const expected = sorted
        .filter(([slot, n]) => n % 3 !== 2 && (n * 10) % 3 !== slot % 2)
        .flatMap(([slot, n]) => [slot, n * 10]);
      expect([...pairs]).toEqual(expected);
      expect(stale).toEqual(['q2', 'q5', 'q8']);
    }),
  );
});

test('a query that leaves this node during a look-up is looked for on the others', async () => {
  const names = new Names();
  names.ordinals.set('mine', 1);
  names.elsewhere.set('theirs', 4).set('mine', 7);
  names.whileLookingUp = () => {
    names.ordinals.delete('mine');
    names.whileLookingUp = () => {};
  };
  const reader = new MatchReader({ names, onStale: (ids) => expect(ids).toEqual([]) });
  const { pairs } = await reader.read(
    batchOf(['{}'], 'a'),
    answerOf(['mine', 'theirs'], [0, 0, 0, 1]),
  );
  expect([...pairs]).toEqual([0, 7, 0, 4]);
});

test('an ordinal on its way out is named by no answer', async () => {
  const names = new Names();
  names.ordinals.set('q', 1);
  const reader = new MatchReader({ names, onStale: () => {} });
  const read = async (): Promise<number[]> => [
    ...(await reader.read(batchOf(['{}'], 'a'), answerOf(['q'], [0, 0]))).pairs,
  ];
  reader.leave([1]);
  reader.leave([1]);
  expect(await read()).toEqual([]);
  reader.left([1]);
  expect(await read()).toEqual([]);
  reader.left([1]);
  expect(await read()).toEqual([0, 1]);
});
