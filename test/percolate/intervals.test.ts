import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FILTER_RELATIONS,
  type FilterRelation,
  type IntervalRule,
  type IntervalsLeaf,
} from '../../src/query/intervals/intervals-ir.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { NaiveMapping, naiveMatch } from '../oracle/naive.ts';
import { LocalEngine } from './local-engine.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 60);

const word = fc.constantFrom('a', 'b', 'c', 'ab', 'bcd', 'x');
const words = (least: number, most: number) =>
  fc.array(word, { minLength: least, maxLength: most }).map((all) => all.join(' '));
const text = words(0, 12);
const document = fc.record(
  {
    t: fc.oneof({ weight: 4, arbitrary: text }, fc.array(text, { maxLength: 3 })),
    u: text,
    n: fc.integer(),
  },
  { requiredKeys: [] },
);

const together = fc
  .record({
    ordered: fc.boolean(),
    maxGaps: fc.constantFrom(undefined, undefined, 0, 1, 2, 4, 99, 105),
  })
  .map(({ ordered, maxGaps }) => ({ ordered, ...(maxGaps !== undefined && { maxGaps }) }));

/** A rule that stands for single words. */
const single: fc.Arbitrary<IntervalRule> = fc.oneof(
  word.map((one): IntervalRule => ({ kind: 'match', text: one, ordered: false })),
  fc.constantFrom('a', 'AB', '').map((one): IntervalRule => ({ kind: 'prefix', text: one })),
  fc
    .constantFrom('a*', '?', '*b*', 'B*')
    .map((pattern): IntervalRule => ({ kind: 'wildcard', pattern })),
  fc
    .record({ prefixLength: fc.nat(2), transpositions: fc.boolean(), edits: fc.nat(2) })
    .map((near): IntervalRule => ({ kind: 'fuzzy', text: 'ba', ...near })),
);
const several = fc
  .tuple(words(2, 4), together)
  .map(([given, how]): IntervalRule => ({ kind: 'match', text: given, ...how }));
const combined = fc
  .tuple(fc.array(single, { minLength: 2, maxLength: 3 }), together)
  .map(([rules, how]): IntervalRule => ({ kind: 'allOf', rules, ...how }));
const either = fc
  .array(fc.oneof(single, several), { minLength: 1, maxLength: 3 })
  .map((rules): IntervalRule => ({ kind: 'anyOf', rules }));
const flat = fc.oneof(single, several, combined, either);

function filtered(
  own: fc.Arbitrary<IntervalRule>,
  relation: fc.Arbitrary<FilterRelation>,
  other: fc.Arbitrary<IntervalRule>,
): fc.Arbitrary<IntervalRule> {
  return fc.tuple(own, relation, other).map(([one, name, rule]): IntervalRule => {
    if (!('rules' in one) && one.kind !== 'match') {
      return { kind: 'anyOf', rules: [one], filter: { relation: name, rule } };
    }
    return { ...one, filter: { relation: name, rule } };
  });
}

/** Of more than two in order Lucene passes some stretches over, which tells where not any of them will do. */
function isWhole(rule: IntervalRule): boolean {
  if (rule.kind !== 'match' && rule.kind !== 'allOf') return true;
  if (!rule.ordered || rule.maxGaps === 0) return true;
  return (rule.kind === 'match' ? rule.text.split(' ') : rule.rules).length <= 2;
}

const isFirst = (rule: IntervalRule): boolean => isWhole(rule) || !('maxGaps' in rule);
const whole = several.filter(isWhole);

/** What the definition of minimal intervals and Lucene's algorithms say the same about. */
const plain = fc.oneof(
  single,
  several.filter(isFirst),
  combined.filter(isFirst),
  fc
    .array(fc.oneof(single, several.filter(isFirst)), { minLength: 1, maxLength: 3 })
    .map((rules): IntervalRule => ({ kind: 'anyOf', rules })),
  filtered(whole, fc.constantFrom(...FILTER_RELATIONS), single),
  filtered(
    single,
    fc.constantFrom('after', 'before', 'contained_by', 'not_contained_by', 'overlapping'),
    whole,
  ),
);

/** Of some depth. */
function nested(depth: number): fc.Arbitrary<IntervalRule> {
  if (depth === 0) return flat;
  const inner = nested(depth - 1);
  const rules = fc.array(inner, { minLength: 1, maxLength: 3 });
  const own = fc.oneof(
    flat,
    fc.tuple(rules, together).map(([all, how]): IntervalRule => {
      return { kind: 'allOf', rules: all, ...how };
    }),
    rules.map((all): IntervalRule => ({ kind: 'anyOf', rules: all })),
  );
  return fc.oneof(own, filtered(own, fc.constantFrom(...FILTER_RELATIONS), inner));
}

const field = fc.constantFrom('t', 't', 'u', 'n', 't.keyword');
const clause = (rule: fc.Arbitrary<IntervalRule>): fc.Arbitrary<IntervalsLeaf> =>
  fc.record({ kind: fc.constant('intervals'), field, rule });
const not = (query: Ir): Ir => ({ kind: 'not', clause: query });
const beside = (query: Ir): Ir => ({
  kind: 'and',
  clauses: [query, { kind: 'match', field: 'u', text: 'a b', operator: 'or' }],
});

describe('intervals', () => {
  test('find what the definition of minimal intervals says', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 8 }),
        fc.array(clause(plain), { minLength: 1, maxLength: 30 }),
        (documents, leaves) => {
          const queries = leaves.flatMap((leaf): Ir[] => [leaf, not(leaf), beside(leaf)]);
          const mapping = new NaiveMapping();
          const engine = new LocalEngine();
          engine.register(queries);
          const found = engine.percolate(documents.map((each) => JSON.stringify(each)));
          for (const [at, each] of documents.entries()) {
            const values = mapping.read(each);
            const expected = queries.flatMap((query, ordinal) =>
              naiveMatch(query, mapping.types, values) ? [ordinal] : [],
            );
            expect(found[at]).toEqual(expected);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('are found by presearch wherever a look at every document finds them, however they are nested', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 8 }),
        fc.array(clause(nested(3)), { minLength: 1, maxLength: 30 }),
        (documents, leaves) => {
          const lines = documents.map((each) => JSON.stringify(each));
          const engine = new LocalEngine();
          engine.register(leaves);
          // Those that must not be there are looked at in every document.
          const looking = new LocalEngine();
          looking.register(leaves.map(not));
          const all = leaves.map((_, ordinal) => ordinal);
          const missing = looking.percolate(lines);
          const expected = missing.map((found) => all.filter((each) => !found.includes(each)));
          expect(engine.percolate(lines)).toEqual(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('look for no more than 128 different words that a pattern stands for', () => {
    const engine = new LocalEngine();
    const any = {
      any_of: { intervals: [{ match: { query: 'w1' } }, { prefix: { prefix: 'w' } }] },
    };
    const after = {
      all_of: { intervals: [{ match: { query: 'no' } }, { prefix: { prefix: 'w' } }] },
    };
    const queries = [
      { prefix: { prefix: 'w' } },
      any,
      { any_of: { intervals: [{ match: { query: 'w1' } }, after] } },
      { wildcard: { pattern: 'w1*' } },
    ];
    engine.register(queries.map((rule) => parseQuery({ intervals: { t: rule } })));
    const of = (count: number) =>
      JSON.stringify({ t: [...Array(count).keys()].map((i) => `w${i} w${i}`).join(' ') });
    // Elasticsearch fails on the second, and on the third it does not come to look for the pattern.
    expect(engine.percolate([of(128), of(129)])).toEqual([
      [0, 1, 2, 3],
      [2, 3],
    ]);
  });

  test('that take too long for a document are stopped on their way', () => {
    const limits = { maxIndices: 1, maxFields: 10, maxDepth: 20, queryBudget: 5 };
    const engine = new LocalEngine({ limits, arenaBytes: 64 * 1024 * 1024 });
    const letters = ['a', 'b', 'c', 'd'];
    const turned = (by: number) => letters.map((_, k) => letters[(by + k) % 4]).join(' ');
    const match = (i: number) => ({
      match: { query: turned(i), max_gaps: i, ordered: i % 2 === 0 },
    });
    const groups = [0, 1, 2].map((level) => ({
      any_of: { intervals: [...Array(10).keys()].map((i) => match(i + level)) },
    }));
    const rule = { all_of: { intervals: groups, max_gaps: 3 } };
    engine.register([parseQuery({ intervals: { t: rule } })]);
    const often = [...Array(100_000).keys()].map((i) => letters[(i * i + (i >> 3)) % 4]).join(' ');
    const { pairs, overruns } = engine.answer([JSON.stringify({ t: often })]);
    expect([pairs.length, overruns]).toEqual([0, [{ ordinal: 0, slot: 0 }]]);
  });
});
