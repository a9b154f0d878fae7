import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FoundQueries } from '../../../../src/percolate/elasticsearch/search/found-queries.ts';
import { idsBySlot } from '../../../engines/percolator/stored-queries.ts';

const SLOTS = 6;
const match = fc.tuple(fc.nat(SLOTS - 1), fc.constantFrom('a', 'b', 'c', 'd'));

it('brings what was found in any number of answers into the order of the slots', () => {
  const answers = fc.array(fc.array(match));
  fc.assert(
    fc.property(answers, fc.uniqueArray(fc.nat(SLOTS - 1)), (each, failed) => {
      const found = new FoundQueries();
      found.hasDoubles = true;
      for (const answer of each) {
        const ids = [...new Set(answer.map(([, id]) => id))];
        const pairs = Uint32Array.from(answer.flatMap(([slot, id]) => [slot, ids.indexOf(id)]));
        found.add({ ids, pairs });
      }
      const pairs = found.sorted(SLOTS, new Set(failed));
      const slots = pairs.filter((_, i) => i % 2 === 0);
      expect(slots).toEqual(slots.toSorted());
      expect(new Set(found.ids).size).toBe(found.ids.length);
      const expected = Array.from({ length: SLOTS }, (_, slot) => {
        const own = each.flat().filter((pair) => pair[0] === slot && !failed.includes(slot));
        return [...new Set(own.map(([, id]) => id))].toSorted();
      });
      const answer = {
        ids: found.ids,
        pairs,
        unknown: new Uint32Array(),
        failures: [],
        paused: [],
      };
      expect(idsBySlot(answer, SLOTS)).toEqual(expected);
    }),
  );
});
