import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { NaiveMapping, naiveMatch } from '../oracle/naive.ts';
import { LocalEngine } from './local-engine.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 60);

/** Few letters, so that words share parts; one is longer than a byte. */
const letter = fc.constantFrom('a', 'b', 'ab', 'é', 'B');
const word = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''));
const integer = fc.integer({ min: -6, max: 6 });
const fraction = fc.constantFrom(-1.5, -0.25, 0.25, 1.5, 2.25, 3.5);
const far = fc.constantFrom(2 ** 53, -(2 ** 53), 9007199254740991, 4294967296, -4294967297);
const day = fc.integer({ min: 1, max: 9 }).map((n) => `2024-01-0${n}`);
const several = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.array(value, { maxLength: 3 }));

const document = fc.record(
  {
    n: several(fc.oneof({ weight: 4, arbitrary: integer }, far)),
    f: several(fraction),
    d: several(day),
    t: several(
      fc.oneof(
        word,
        fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
      ),
    ),
    u: several(word),
  },
  { requiredKeys: [] },
);

const field = fc.constantFrom('n', 'f', 'd', 't', 't.keyword', 'u');
const bound = fc.option(
  fc.oneof(integer.map(String), fraction.map(String), far.map(String), day, word),
  {
    nil: null,
  },
);
const range: fc.Arbitrary<Ir> = fc
  .record({
    kind: fc.constant('range' as const),
    field: fc.option(field, { nil: null, freq: 8 }),
    lower: bound,
    upper: bound,
    includeLower: fc.boolean(),
    includeUpper: fc.boolean(),
    normalize: fc.boolean(),
  })
  .filter(({ lower, upper }) => lower !== null || upper !== null);
const piece = fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom('*', '?', '\\a', '**'));
const wildcard: fc.Arbitrary<Ir> = fc.record({
  kind: fc.constant('wildcard' as const),
  field: fc.option(fc.constantFrom('t', 't.keyword', 'u', 'u.keyword'), { nil: null, freq: 8 }),
  pattern: fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
    word.map((text) => `${text}*`),
    word.map((text) => `*${text}`),
    word.map((text) => `*${text}*`),
  ),
  normalize: fc.boolean(),
});
const caseless: fc.Arbitrary<Ir> = fc
  .tuple(wildcard, fc.constantFrom('A', 'B', 'aB', 'é', '*'))
  .map(([leaf, letters]): Ir => {
    const { field, pattern } = leaf as Extract<Ir, { kind: 'wildcard' }>;
    const mixed = pattern.replace(/[ab]/, letters);
    return { kind: 'wildcard', field, pattern: mixed, normalize: false, caseInsensitive: true };
  });
const textField = fc.option(fc.constantFrom('t', 't.keyword', 'u', 'u.keyword'), {
  nil: null,
  freq: 8,
});
/** What JavaScript reads alike. */
const expression = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: word },
      fc
        .tuple(
          fc.oneof(letter, fc.constantFrom('.', '[ab]', '[^a]', '(a|bé)', '(ab)')),
          fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}'),
        )
        .map((parts) => parts.join('')),
      fc.tuple(word, word).map((words) => `(${words.join('|')})`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));
const regexp: fc.Arbitrary<Ir> = fc.record({
  kind: fc.constant('regexp' as const),
  field: textField,
  pattern: expression,
  flags: fc.constantFrom(0, 255),
  caseInsensitive: fc.boolean(),
});
const fuzzy: fc.Arbitrary<Ir> = fc.record({
  kind: fc.constant('fuzzy' as const),
  field: textField,
  text: word,
  edits: fc.nat(2),
  prefixLength: fc.nat(2),
  transpositions: fc.boolean(),
  normalize: fc.boolean(),
});
const match: fc.Arbitrary<Ir> = fc.record({
  kind: fc.constant('match' as const),
  field: fc.constantFrom('t', 'u', 'n'),
  text: fc.oneof(word, integer.map(String)),
  operator: fc.constant('or' as const),
});
const exists: fc.Arbitrary<Ir> = fc.record({ kind: fc.constant('exists' as const), field });
const not = (clause: Ir): Ir => ({ kind: 'not', clause });
const negated = fc.oneof(match, range, wildcard, exists, regexp, fuzzy, caseless).map(not);

const fieldPattern = fc.constantFrom('.t*', '.*', '.*.keyword', '.n*', '.*d', '.*u*', '.x*');
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((some) => some.join(' '));
const someFields = fc.uniqueArray(fc.oneof(field, fieldPattern), { minLength: 1, maxLength: 3 });
const overFields: fc.Arbitrary<Ir> = fc.oneof(
  fc
    .tuple(fc.oneof(range, wildcard, match, exists), fieldPattern)
    .map(([leaf, name]): Ir => ({ ...leaf, field: name }) as Ir),
  fc.record({
    kind: fc.constant('match' as const),
    field: fc.oneof(fieldPattern, fc.constant(null)),
    text: words,
    operator: fc.constant('or' as const),
    minimum: fc.constantFrom('2', '-1', '50%'),
  }),
  fc.record({
    kind: fc.constant('match' as const),
    field: fieldPattern,
    text: words,
    operator: fc.constant('and' as const),
  }),
  fc.record({
    kind: fc.constant('phrase' as const),
    field: fc.oneof(field, fieldPattern, fc.constant(null)),
    text: words,
    slop: fc.constant(0),
    expansions: fc.constant(50),
  }),
  fc.record({
    kind: fc.constant('crossFields' as const),
    fields: fc.oneof(someFields, fc.constant([null])),
    text: words,
    operator: fc.constantFrom('and', 'or'),
  }),
  fc.record({
    kind: fc.constant('mapped' as const),
    fields: someFields,
    among: fc.constantFrom('all', 'texts', 'others'),
    atLeast: fc.integer({ min: 1, max: 3 }),
  }),
);

const analyzer = fc.constantFrom('standard', 'whitespace', 'keyword', 'simple');
const anyFields = fc.oneof(field, fieldPattern, fc.constant(null));
/** Some of the words in the same field, as an analyzer of the query reads them, or near to them. */
const read: fc.Arbitrary<Ir> = fc.oneof(
  fc
    .record({
      kind: fc.constant('match' as const),
      field: anyFields,
      text: fc.oneof(
        words,
        fc.array(integer.map(String), { minLength: 1, maxLength: 3 }).map((all) => all.join(' ')),
      ),
      operator: fc.constantFrom('and' as const, 'or' as const),
      counted: fc.constantFrom({}, {}, { operator: 'or' as const, minimum: '2' }),
      analyzer: fc.option(analyzer, { nil: undefined }),
      edits: fc.option(fc.nat(2), { nil: undefined }),
    })
    .map(({ analyzer: name, edits = name === undefined ? 1 : undefined, counted, ...leaf }): Ir => {
      const near = { prefixLength: 0, transpositions: true };
      return {
        ...leaf,
        ...counted,
        ...(name !== undefined && { analyzer: name }),
        ...(edits !== undefined && { fuzzy: { edits, ...near } }),
      };
    }),
  fc
    .record({
      kind: fc.constant('beginning' as const),
      field: anyFields,
      text: words,
      tokens: fc.option(fc.constantFrom('and' as const, 'or' as const), { nil: undefined }),
      analyzer: fc.option(analyzer, { nil: undefined }),
      simple: fc.option(fc.constant(true as const), { nil: undefined }),
    })
    .map(({ tokens, analyzer: name, simple, ...leaf }): Ir => {
      const how = name === undefined && tokens === undefined ? ('or' as const) : tokens;
      return {
        ...leaf,
        ...(how !== undefined && { tokens: how }),
        ...(name !== undefined && { analyzer: name }),
        ...(simple && { simple }),
      };
    }),
);

/** Each kind alone, negated, and beside others. */
const KINDS: Readonly<Record<string, fc.Arbitrary<Ir>>> = {
  ranges: range,
  wildcards: wildcard,
  'letters in any case': caseless,
  'regular expressions': regexp,
  'near terms': fuzzy,
  negations: fc.oneof(
    negated,
    fc
      .array(negated, { minLength: 2, maxLength: 3 })
      .map((clauses): Ir => ({ kind: 'and', clauses })),
    fc
      .array(fc.oneof(match, range, wildcard, negated), { minLength: 2, maxLength: 3 })
      .chain((clauses) =>
        fc.constantFrom<Ir>({ kind: 'or', clauses, atLeast: 1 }, { kind: 'and', clauses }),
      )
      .map(not),
  ),
  fields: fc.oneof(
    { weight: 3, arbitrary: overFields },
    { weight: 1, arbitrary: overFields.map(not) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.oneof(overFields, match, negated), { minLength: 2, maxLength: 3 })
        .map((clauses): Ir => ({ kind: 'and', clauses })),
    },
  ),
  'words that are read otherwise': fc.oneof(
    { weight: 3, arbitrary: read },
    { weight: 1, arbitrary: read.map(not) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.oneof(read, match, negated), { minLength: 2, maxLength: 3 })
        .map((clauses): Ir => ({ kind: 'and', clauses })),
    },
  ),
  mixtures: fc
    .tuple(
      fc.array(fc.oneof(range, wildcard, match, negated, regexp, fuzzy, caseless), {
        minLength: 2,
        maxLength: 4,
      }),
      fc.nat(2),
    )
    .map(
      ([clauses, kind]): Ir =>
        kind === 0 ? { kind: 'and', clauses } : { kind: 'or', clauses, atLeast: kind },
    ),
};

describe.for(Object.entries(KINDS))('presearch for %s', ([, query]) => {
  test(
    'misses no query that a look at each one finds, in small segments and in merged ones',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(query, { minLength: 1, maxLength: 40 }),
          fc.array(document, { minLength: 1, maxLength: 8 }),
          fc.constantFrom('*', 'docs', 'other'),
          fc.boolean(),
          async (queries, documents, index, isMerged) => {
            const engine = new LocalEngine();
            if (isMerged) {
              for (let group = 0; group < 4; group++) await addGroup(engine, queries, index, group);
            } else engine.register(queries, 0, index);
            const mapping = new NaiveMapping();
            const expected = documents.map((source) => {
              const values = mapping.read(source);
              return queries.flatMap((one, ordinal) =>
                index !== 'other' && naiveMatch(one, mapping.types, values) ? [ordinal] : [],
              );
            });
            const texts = documents.map((source) => JSON.stringify(source));
            const found = engine
              .percolate(texts)
              .map((ordinals) => ordinals.filter((n) => n < FILL));
            expect(found).toEqual(expected);
          },
        ),
        { numRuns: RUNS },
      ),
    60_000,
  );
});

test('presearch for ranges of which the highest in a block ends at the value', () => {
  const engine = new LocalEngine();
  // Blocks of eight, and blocks of those; the last of each ends highest.
  const ends = Array.from({ length: 80 }, (_, n) => (n % 8 === 7 ? 50 + Math.floor(n / 8) : 40));
  engine.register(ends.map((end, n) => parseQuery(`n:[${n % 8} TO ${end}]`)));
  const values = [40, 50, 57, 59, 60];
  const found = engine.percolate(values.map((n) => JSON.stringify({ n })));
  const expected = values.map((value) => ends.flatMap((end, n) => (value <= end ? [n] : [])));
  expect(found.map((ordinals) => ordinals.toSorted((a, b) => a - b))).toEqual(expected);
});

test('bounds at the ends of a type leave out what they say', () => {
  const engine = new LocalEngine();
  const queries = [
    'n:{-9223372036854775808 TO 0}',
    'n:[-9223372036854775808 TO 0}',
    'n:{0 TO 9223372036854775807}',
    'NOT n:{-9223372036854775808 TO 0}',
    'NOT n:{0 TO 9223372036854775807}',
    'NOT f:>1e30',
    'NOT f:<-1e30',
  ];
  engine.register(queries.map((query) => parseQuery(query)));
  const found = engine.percolate([
    '{"n":-9223372036854775808,"f":0.5}',
    '{"n":9223372036854775807,"f":2e30}',
    '{"n":-9223372036854775807,"f":-2e30}',
  ]);
  expect(found).toEqual([
    [1, 3, 4, 5, 6],
    [3, 4, 6],
    [0, 1, 4, 5],
  ]);
});

/** Ordinals from here on fill segments up to the size at which they are merged. */
const FILL = 1_000_000;
const SEALED = 512;

async function addGroup(engine: LocalEngine, queries: readonly Ir[], index: string, group: number) {
  const share = Math.ceil(queries.length / 4);
  engine.register(queries.slice(group * share, (group + 1) * share), group * share, index);
  const fill = Array.from({ length: SEALED }, (_, i): Ir => {
    return { kind: 'match', field: 't', text: `filling${group}x${i}`, operator: 'or' };
  });
  engine.register(fill, FILL + group * SEALED, index);
  await engine.segments.settled();
}
