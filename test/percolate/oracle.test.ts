import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ir } from '../../src/query/ir.ts';
import { NaiveMapping, naiveMatch } from '../oracle/naive.ts';
import { LocalEngine } from './local-engine.ts';

const WORDS = [
  'foo',
  'Foo',
  'bar',
  'foo bar',
  'bar foo',
  'foo-bar',
  'foo x bar',
  'a.b',
  'größe',
  '---',
  '',
];
const NUMBERS = ['1', '2', '-3', '1.5', '2.0', '200', '16777217'];
const DATES = ['2024-01-01', '2024-01-01T12:30:00Z', '2024', '2024/01/02', '1704067200000'];
const TEXTS = [...WORDS, ...NUMBERS, ...DATES, 'true', 'false'];

const text = fc.constantFrom(...TEXTS);
const scalar = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom(1, 2, -3, 1.5, 200, 0, 16777217, 1704067200000) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const document = fc.record(
  {
    a: value,
    b: value,
    c: fc.oneof(value, fc.record({ d: value, e: value }, { requiredKeys: [] })),
    'c.d': value,
  },
  { requiredKeys: [] },
);

const path = fc.constantFrom('a', 'b', 'c', 'c.d', 'c.e', 'a.keyword', 'c.d.keyword', 'nowhere');
const anyPath = fc.option(path, { nil: null });
const bound = fc.option(text, { nil: null });
const leaf: fc.Arbitrary<Ir> = fc.oneof(
  fc.record({
    kind: fc.constant('match' as const),
    field: anyPath,
    text,
    operator: fc.constantFrom('or' as const, 'and' as const),
  }),
  fc.record({ kind: fc.constant('phrase' as const), field: anyPath, text, slop: fc.constant(0) }),
  fc.record({ kind: fc.constant('term' as const), field: path, value: text }),
  fc.record({ kind: fc.constant('exists' as const), field: path }),
  fc.record({
    kind: fc.constant('wildcard' as const),
    field: anyPath,
    pattern: fc.constantFrom(
      'fo*',
      'Fo*',
      '*o',
      'f?o',
      '*',
      '?',
      '*a*r*',
      'foo bar',
      '*\\**',
      'gr?ße',
      '2*',
      '*-*',
    ),
    normalize: fc.boolean(),
  }),
  fc
    .record({
      kind: fc.constant('range' as const),
      field: anyPath,
      lower: bound,
      upper: bound,
      includeLower: fc.boolean(),
      includeUpper: fc.boolean(),
      normalize: fc.boolean(),
    })
    // Without bounds it is an `exists`, and parsers say so.
    .filter(({ lower, upper }) => lower !== null || upper !== null),
);
const { query } = fc.letrec<{ query: Ir }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant('and' as const),
      clauses: fc.array(tie('query'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('or' as const),
      clauses: fc.array(tie('query'), { minLength: 1, maxLength: 4 }),
      atLeast: fc.integer({ min: 1, max: 2 }),
    }),
    fc.record({ kind: fc.constant('not' as const), clause: tie('query') }),
  ),
}));

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 400);

test('presearch and verification together match what looking at every query one by one matches', () => {
  fc.assert(
    fc.property(
      fc.array(query, { minLength: 1, maxLength: 24 }),
      fc.array(document, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (queries, documents, perSegment) => {
        const engine = new LocalEngine();
        for (let from = 0; from < queries.length; from += perSegment) {
          engine.register(queries.slice(from, from + perSegment), from);
        }
        const mapping = new NaiveMapping();
        const expected = documents.map((source) => {
          const values = mapping.read(source);
          return queries.flatMap((q, ordinal) =>
            naiveMatch(q, mapping.types, values) ? [ordinal] : [],
          );
        });
        expect(engine.percolate(documents.map((source) => JSON.stringify(source)))).toEqual(
          expected,
        );
      },
    ),
    { numRuns: RUNS },
  );
}, 60_000);
