import { describe, expect, it } from 'vitest';
import { AREAS } from './cases/index.ts';
import { expectedMatch, loadCases } from './load.ts';

const cases = loadCases();

describe('the golden cases', () => {
  it.each(Object.keys(AREAS))('of %s hold matches and non-matches', (area) => {
    const expected = cases.filter((one) => one.area === area).map(expectedMatch);
    const matches = expected.filter((match) => match === true).length;
    const misses = expected.filter((match) => match === false).length;
    expect(Math.min(matches, misses)).toBeGreaterThan(expected.length / 5);
  });

  it('are those that the sources define', () => {
    const defined = Object.values(AREAS)
      .flat()
      .flatMap((group) => group.queries.map((query) => JSON.stringify([group.document, query])));
    const known = new Set(defined);
    const stored = cases.map((one) => JSON.stringify([one.document, one.query]));
    expect(stored.length).toBeGreaterThan(1500);
    expect(stored.filter((one) => !known.has(one))).toEqual([]);
  });
});
