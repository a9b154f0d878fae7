import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Partition } from '../../src/kafka/partition.ts';

test('whatever becomes durable first, only what has nothing open before it may be committed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      fc.infiniteStream(fc.boolean()),
      (runs, choices, commits) => {
        const partition = new Partition('topic', 0, 100n);
        const open = runs.map((length) => partition.hand(partition.position + BigInt(length)));
        const last = partition.position;
        let committed = 100n;
        while (open.length > 0) {
          const [done] = open.splice(choices.next().value % open.length, 1);
          done!.isDurable = true;
          const offset = partition.committable;
          if (offset === undefined) continue;
          expect(offset).toBeGreaterThan(committed);
          for (const { end } of open) expect(offset).toBeLessThan(end);
          if (!commits.next().value) continue;
          partition.committedTo(offset);
          committed = offset;
        }
        expect(partition.committable ?? committed).toBe(last);
      },
    ),
  );
});

test('what another member has committed meanwhile is not committed again, what is after it is', () => {
  const partition = new Partition('topic', 0, 100n);
  const first = partition.hand(110n);
  const second = partition.hand(120n);
  first.isDurable = true;
  partition.committedTo(115n);
  expect(partition.committable).toBeUndefined();
  second.isDurable = true;
  expect(partition.committable).toBe(120n);
  partition.committedTo(120n);
  partition.committedTo(110n);
  expect(partition.committable).toBeUndefined();
});
