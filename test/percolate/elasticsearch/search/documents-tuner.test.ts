import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentsTuner } from '../../../../src/percolate/elasticsearch/search/documents-tuner.ts';

/** Seconds of a search, by its documents. */
type Curve = (documents: number) => number;

/** A fixed part that documents share, and candidates that grow with their number beyond a point. */
function curve(fixed: number, each: number, knee: number): Curve {
  return (documents) =>
    fixed + each * documents + each * 4 * Math.max(0, documents - knee) * (documents / knee);
}

/** Beyond 40 documents all queries are tried, however many documents there are. */
const valleys =
  (scan: number): Curve =>
  (documents) =>
    0.0002 * documents + (documents <= 40 ? 0.005 : scan);

/** Up and down by up to a third, as times on a busy machine are. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.7 + 0.6 * (state / 2 ** 32);
  };
}

function run(tuner: DocumentsTuner, seconds: Curve, searches: number, factor = () => 1): void {
  for (let i = 0; i < searches; i++) {
    const documents = tuner.next();
    tuner.took(documents, seconds(documents) * factor());
  }
}

function best(seconds: Curve): number {
  let least = Number.POSITIVE_INFINITY;
  for (let documents = 1; documents <= 512; documents++) {
    least = Math.min(least, seconds(documents) / documents);
  }
  return least;
}

const excess = (tuner: DocumentsTuner, seconds: Curve) =>
  seconds(tuner.documents) / tuner.documents / best(seconds);

describe('the number of documents in a search', () => {
  it('is found wherever the best lies, in spite of noise', () => {
    const curves = fc.record({
      fixed: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      each: fc.double({ min: 0.0001, max: 0.005, noNaN: true }),
      knee: fc.integer({ min: 2, max: 400 }),
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
    });
    // Where the next size of the ladder is hardly worse, chance decides: a law for nearly all, a bound for all.
    const excesses = fc.sample(curves, 300).map(({ fixed, each, knee, seed }) => {
      const seconds = curve(fixed, each, knee);
      const tuner = new DocumentsTuner();
      run(tuner, seconds, 1500, noise(seed));
      return excess(tuner, seconds);
    });
    expect(excesses.filter((times) => times > 1.35).length).toBeLessThan(15);
    expect(Math.max(...excesses)).toBeLessThan(2);
  });

  it('follows when documents or queries become others', () => {
    const tuner = new DocumentsTuner();
    const wide = curve(0.1, 0.0005, 300);
    const narrow = curve(0.002, 0.002, 6);
    for (const seconds of [wide, narrow, wide]) {
      run(tuner, seconds, 1000, noise(7));
      expect(excess(tuner, seconds)).toBeLessThan(1.3);
    }
  });

  it('is found in the valley beyond the one where it began, where that is the deeper one', () => {
    for (const [scan, least, most] of [
      [0.03, 300, 512],
      [0.5, 12, 48],
    ] as const) {
      const tuner = new DocumentsTuner();
      run(tuner, valleys(scan), 1000, noise(3));
      expect(tuner.documents).toBeGreaterThanOrEqual(least);
      expect(tuner.documents).toBeLessThanOrEqual(most);
    }
  });

  it('costs little to watch once it is found', () => {
    const seconds = valleys(0.4);
    const tuner = new DocumentsTuner();
    run(tuner, seconds, 500);
    let spent = 0;
    let documents = 0;
    for (let i = 0; i < 500; i++) {
      const next = tuner.next();
      tuner.took(next, seconds(next));
      spent += seconds(next);
      documents += next;
    }
    expect(spent / documents).toBeLessThan(1.25 * best(seconds));
  });

  it('goes down where searches do not end in time, and may come back', () => {
    const tuner = new DocumentsTuner();
    const before = tuner.documents;
    tuner.tooSlow(before);
    expect(tuner.documents).toBeLessThan(before / 2);
    const seconds = curve(0.1, 0.0005, 300);
    run(tuner, seconds, 1000);
    expect(excess(tuner, seconds)).toBeLessThan(1.1);
  });

  it('learns nothing from batches that are shorter than that', () => {
    const tuner = new DocumentsTuner();
    for (let i = 0; i < 200; i++) tuner.took(1, 0.5);
    expect(tuner.documents).toBe(24);
  });
});
