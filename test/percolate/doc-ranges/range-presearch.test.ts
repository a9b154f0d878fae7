import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedRange, type RangeSpan } from '../../../src/mapping/range-kinds.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { type GivenRange, naiveRanges, type RangeDocument } from '../../oracle/naive-ranges.ts';
import { type Kinds, rangeMatcher, rangeSegment } from './range-segment.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 60);

const KINDS: Kinds = {
  i: { type: 'integer_range' },
  l: { type: 'long_range' },
  d: { type: 'double_range' },
  f: { type: 'float_range' },
  t: { type: 'date_range' },
};
const STEPS = { i: 1, l: 1, d: 1e-9, f: 1e-9, t: 1 };

const field = fc.constantFrom('i', 'l', 'd', 'f', 't');
const near = fc.integer({ min: -8, max: 8 });
const numberOf = (name: string) => {
  if (name === 'd' || name === 'f') return near.map((n) => n / 4);
  // Four digits would be a year, and not all that is below zero is a number of milliseconds.
  if (name === 't') return near.map((n) => n + 100_000);
  // Neighbours that a double cannot tell apart are left to the golden cases.
  return name === 'l' ? fc.oneof(near, fc.constantFrom(-(2 ** 52), 2 ** 52, 2 ** 40)) : near;
};

const rangeIn = (name: string): fc.Arbitrary<GivenRange> =>
  fc
    .record({
      ends: fc.tuple(numberOf(name), numberOf(name)),
      isOpen: fc.tuple(fc.nat(5), fc.nat(5)),
      includeLower: fc.boolean(),
      includeUpper: fc.boolean(),
    })
    .map(({ ends: [a, b], isOpen: [one, other], includeLower, includeUpper }) => ({
      lower: one === 0 ? null : Math.min(a, b),
      upper: other === 0 ? null : Math.max(a, b),
      // An open end is none that could be left out.
      includeLower: one === 0 || includeLower,
      includeUpper: other === 0 || includeUpper,
    }));

const textOf = (value: number | null) => (value === null ? null : String(value));

const range: fc.Arbitrary<Ir> = field.chain((name) =>
  fc
    .tuple(
      rangeIn(name),
      fc.constantFrom<'within' | 'contains' | undefined>(undefined, 'within', 'contains'),
    )
    .filter(([{ lower, upper }]) => lower !== null || upper !== null)
    .map(
      ([given, relation]): Ir => ({
        kind: 'range',
        field: name,
        ...given,
        lower: textOf(given.lower),
        upper: textOf(given.upper),
        normalize: false,
        ...(relation && { relation }),
      }),
    ),
);
const term: fc.Arbitrary<Ir> = field.chain((name) =>
  numberOf(name).map((value): Ir => ({ kind: 'term', field: name, value: String(value) })),
);
const leaf = fc.oneof({ weight: 4, arbitrary: range }, { weight: 1, arbitrary: term });
const clause = fc.oneof(
  { weight: 2, arbitrary: leaf },
  { weight: 1, arbitrary: leaf.map((one): Ir => ({ kind: 'not', clause: one })) },
);
const several = fc.array(clause, { minLength: 2, maxLength: 3 });
const query: fc.Arbitrary<Ir> = fc.oneof(
  { weight: 4, arbitrary: clause },
  { weight: 1, arbitrary: several.map((clauses): Ir => ({ kind: 'and', clauses })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(several, fc.constantFrom(1, 2))
      .map(([clauses, atLeast]): Ir => ({ kind: 'or', clauses, atLeast })),
  },
  {
    weight: 1,
    arbitrary: several.map(
      (clauses): Ir => ({ kind: 'not', clause: { kind: 'or', clauses, atLeast: 1 } }),
    ),
  },
);
const document: fc.Arbitrary<RangeDocument> = fc.record(
  Object.fromEntries(
    Object.keys(KINDS).map((name) => [name, fc.array(rangeIn(name), { maxLength: 3 })]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<RangeDocument>;

/** As documents have them; those without anything between their ends are refused there. */
function spansOf(given: RangeDocument): Record<string, RangeSpan[]> {
  return Object.fromEntries(
    Object.entries(given).map(([name, all]) => [
      name,
      all
        .map((one) =>
          askedRange(
            KINDS[name]!,
            { ...one, lower: textOf(one.lower), upper: textOf(one.upper) },
            0,
          ),
        )
        .filter((span) => span !== null),
    ]),
  );
}

test.each([1, 3])(
  'no query on ranges is missed that a look at each one finds, in %i parts',
  (parts) => {
    fc.assert(
      fc.property(
        fc.array(query, { minLength: 1, maxLength: 40 }),
        fc.array(document, { minLength: 1, maxLength: 8 }),
        (queries, documents) => {
          const matcher = rangeMatcher(rangeSegment(queries, KINDS, parts), KINDS);
          for (const one of documents) {
            const expected = queries.flatMap((each, i) =>
              naiveRanges(each, one, STEPS) ? [i] : [],
            );
            expect(matcher.match(spansOf(one))).toEqual(expected);
          }
        },
      ),
      { numRuns: RUNS },
    );
  },
  60_000,
);

const FEW: readonly (readonly [name: string, body: object, isNot: boolean])[] = [
  ['intersect', {}, false],
  ['are within', { relation: 'within' }, false],
  ['contain', { relation: 'contains' }, false],
  ['do not intersect', {}, true],
  ['are not within', { relation: 'within' }, true],
  ['do not contain', { relation: 'contains' }, true],
];

test.each(FEW)('few queries are verified of ranges that %s others', (_name, body, isNot) => {
  const queries = Array.from({ length: 4000 }, (_, n): Ir => {
    const bounds = { gte: n * 10, lt: n * 10 + 5, ...body };
    const asked = { range: { i: bounds } };
    return canonicalise(parseQuery(isNot ? { bool: { must_not: [asked] } } : asked)).query;
  });
  const matcher = rangeMatcher(rangeSegment(queries, KINDS), KINDS);
  for (let n = 0; n < 4000; n += 40) {
    // Within one, or around a few.
    for (const [low, high] of [
      [n * 10 + 1, n * 10 + 3],
      [n * 10 - 3, n * 10 + 27],
    ] as const) {
      matcher.match({ i: [{ low: BigInt(low), high: BigInt(high) }] });
    }
  }
  const { candidates, matches } = matcher.stats;
  expect(matches).toBeGreaterThan(90);
  expect(candidates).toBeLessThan(3 * matches + 50);
});

test('moving dates are resolved for the time at hand', () => {
  const queries = ['t:[now-1d TO now]', 't:{now TO *]', 'NOT t:[* TO now-1d/d]'].map(
    (text) => canonicalise(parseQuery(text)).query,
  );
  const within = { range: { t: { gte: 'now-2d', lt: 'now', relation: 'within' } } };
  queries.push(canonicalise(parseQuery(within)).query);
  const matcher = rangeMatcher(rangeSegment(queries, KINDS), KINDS);
  const DAY = 86_400_000;
  const at = (low: number, high: number) => ({ t: [{ low: BigInt(low), high: BigInt(high) }] });
  matcher.now = 10 * DAY;
  expect(matcher.match(at(9.5 * DAY, 9.75 * DAY))).toEqual([0, 3]);
  expect(matcher.match(at(10 * DAY + 1, 11 * DAY))).toEqual([1, 2]);
  matcher.now = 12 * DAY;
  expect(matcher.match(at(9.5 * DAY, 9.75 * DAY))).toEqual([]);
  expect(matcher.match(at(10 * DAY, 12 * DAY - 1))).toEqual([0, 3]);
});
