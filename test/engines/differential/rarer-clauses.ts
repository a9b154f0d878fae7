import fc from 'fast-check';
import type { MappedRound } from './mapped-round.ts';
import type { Question } from './query-strings.ts';
import type { Json } from './values.ts';

type Dsl = Record<string, unknown>;

const WORDS = ['quick', 'fox', 'the', 'Foxes', 'brown-fox', 'dog', 'é', 'x1', 'dogs'];
const TAGS = ['a', 'b', 'c', 'd', 'e', 'A'];

const properties = {
  t: { type: 'text' },
  u: { type: 'text' },
  v: { type: 'text', analyzer: 'standard' },
  e1: { type: 'text', analyzer: 'english' },
  e2: { type: 'text', analyzer: 'english' },
  w: { type: 'text', analyzer: 'whitespace' },
  s: { type: 'text', analyzer: 'stop' },
  q: { type: 'text', index: false },
  sq: { type: 'text', analyzer: 'stop', index: false },
  ql: { type: 'alias', path: 'q' },
  sl: { type: 'alias', path: 's' },
  k: { type: 'keyword', fields: { t: { type: 'text' } } },
  tags: { type: 'keyword' },
  nums: { type: 'long' },
  days: { type: 'date' },
  least: { type: 'integer' },
  floor: { type: 'double' },
  half: { type: 'half_float' },
  scaled: { type: 'scaled_float', scaling_factor: 10 },
  small: { type: 'byte', null_value: 2 },
  la: { type: 'alias', path: 'least' },
  d: { type: 'date' },
  dn: { type: 'date_nanos' },
  df: { type: 'date', format: 'dd.MM.yyyy||epoch_second' },
  di: { type: 'date', index: false },
  dl: { type: 'alias', path: 'd' },
  g: { type: 'geo_point' },
  gi: { type: 'geo_point', index: false },
  o: { properties: { d: { type: 'date' }, t: { type: 'text' } } },
};

const quoted = (text: string) => JSON.stringify(text);
const word = fc.constantFrom(...WORDS);
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const texts = fc.oneof(
  { weight: 5, arbitrary: text.map(quoted) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }).map((all) => JSON.stringify(all)) },
);
const listOf = (values: readonly Json[], most: number, least = 0) =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: least, maxLength: most })
    .map((all) => `[${all}]`);
const LEAST = ['0', '1', '2', '3', '-1', '1.5', '2.9', '"2"', '-0.5', '100'];
const least = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('1', '1', '2', '3') },
  { weight: 2, arbitrary: fc.constantFrom(...LEAST, 'null') },
  { weight: 1, arbitrary: listOf(LEAST, 2) },
);
const DATES = ['"2020-01-01"', '"2020-01-01T12:00:00Z"', '"2021-06-15"', '1577836800000', 'null'];
const NANOS = ['"2020-01-01T00:00:00.000000001Z"', '"2021-06-15"'];
const POINTS = ['"0,0"', '[1,2]', '[180,90]', '{"lat":-90,"lon":-180}', '"u4pru"', 'null'];

const MEMBERS: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  t: texts,
  u: texts,
  v: texts,
  e1: texts,
  e2: texts,
  w: texts,
  s: texts,
  q: texts,
  sq: texts,
  k: word.map(quoted),
  tags: listOf(TAGS.map(quoted), 6, 2),
  nums: listOf(['1', '2', '3', '4'], 4, 1),
  days: listOf(DATES.slice(0, 3), 2),
  least,
  floor: least,
  half: least,
  scaled: least,
  small: least,
  d: fc.constantFrom(...DATES),
  dn: fc.constantFrom(...NANOS),
  df: fc.constantFrom('"01.01.2020"', '1577836800', '"15.06.2021"'),
  di: fc.constantFrom(...DATES),
  g: fc.constantFrom(...POINTS),
  gi: fc.constantFrom(...POINTS),
};

const document: fc.Arbitrary<Json> = fc
  .tuple(
    fc.tuple(...Object.values(MEMBERS).map((member) => fc.option(member, { freq: 2 }))),
    fc.option(fc.constantFrom('{"d":"2020-01-01"}', '{"t":"quick fox"}')),
  )
  .map(([values, o]) => {
    const names = Object.keys(MEMBERS);
    const members = values.flatMap((value, at) =>
      value === null ? [] : [`${quoted(names[at]!)}:${value}`],
    );
    return `{${[...members, ...(o === null ? [] : [`"o":${o}`])]}}`;
  });

const kind =
  (name: string) =>
  (query: Dsl): Question => ({ kind: name, query });

/** Members that may be left out. */
const some = (members: Record<string, fc.Arbitrary<unknown>>, required: readonly string[]) =>
  fc.record(members, { requiredKeys: required as string[] }) as fc.Arbitrary<Dsl>;

const counted = fc.constantFrom(
  ...['least', 'least', 'floor', 'half', 'scaled', 'small', 'la', 'nums', 'tags', 'd', 'nowhere'],
);
const asked = fc.oneof(
  fc.tuple(fc.constant('tags'), fc.array(fc.constantFrom(...TAGS), { minLength: 1, maxLength: 6 })),
  fc.tuple(fc.constant('tags'), fc.array(fc.constantFrom(...TAGS), { minLength: 1, maxLength: 6 })),
  fc.tuple(fc.constantFrom('t', 'e1', 'w'), fc.array(word, { maxLength: 4 })),
  fc.tuple(
    fc.constant('nums'),
    fc.array(fc.constantFrom<unknown>(1, 2, '3', 4, 2.0), { maxLength: 4 }),
  ),
  fc.tuple(fc.constant('days'), fc.array(fc.constantFrom('2020-01-01', '2020', '2021-06-15'))),
);
const termsSet = fc.tuple(asked, counted).map(
  ([[field, terms], minimum]): Dsl => ({
    terms_set: { [field]: { terms, minimum_should_match_field: minimum } },
  }),
);

const MINIMA: readonly unknown[] = [0, 1, 2, '2', -1, '50%', '-50%', '75%', '1<-1', '2<50%', '3'];
const fieldsOf = fc.oneof(
  { weight: 4, arbitrary: fc.subarray(['t', 'u', 'o.t'], { minLength: 1 }) },
  { weight: 2, arbitrary: fc.constant(['e1', 'e2']) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(['e1'], ['w'], ['t^2', 'u^1.5'], ['t', 'k.t'], ['t', 't']),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        ['t', 'v'],
        ['t', 'e1'],
        ['t', 'k'],
        ['t', 'nums'],
        ['nowhere'],
        ['e*'],
        ['t', 'nowhere'],
      ],
      ...[
        ['*'],
        ['s'],
        ['s', 'nowhere'],
        ['q'],
        ['sq'],
        ['t', 'q'],
        ['q', 'nowhere'],
        ['ql'],
        ['sl'],
        ['o.*', 't'],
      ],
    ),
  },
);
const combined = some(
  {
    query: fc.oneof(
      { weight: 8, arbitrary: text },
      { weight: 1, arbitrary: fc.constantFrom('', '---', 'the', 'the the', 'quick quick fox') },
    ),
    fields: fieldsOf,
    operator: fc.constantFrom('and', 'or', 'AND'),
    minimum_should_match: fc.constantFrom(...MINIMA),
    zero_terms_query: fc.constantFrom('all', 'none'),
    auto_generate_synonyms_phrase_query: fc.boolean(),
  },
  ['query', 'fields'],
).map((given): Dsl => ({ combined_fields: given }));

const dates = fc.constantFrom(
  'd',
  'd',
  'dn',
  'df',
  'di',
  'dl',
  'o.d',
  'days',
  'nums',
  't',
  'nowhere',
);
const origins = fc.constantFrom<unknown>(
  ...['now', 'now-1d/d', '2020-01-01', '2021-06-15T00:00:00Z', '01.01.2020', 1577836800000],
  ...['2020-01-01||/M', 'never', '2020'],
);
const points = fc.constantFrom('g', 'g', 'gi', 'd', 'nowhere');
const places = fc.constantFrom<unknown>('0,0', [1, 2], { lat: 5, lon: 6 }, 'u4pru', 'POINT (1 2)');
const distance = fc.oneof(
  fc
    .tuple(dates, origins, fc.constantFrom('1d', '7d', '100ms', '1h', '10m', '30s'))
    .map(([field, origin, pivot]) => ({ field, origin, pivot })),
  fc
    .tuple(points, places, fc.constantFrom('1km', '10m', '5mi', '1000'))
    .map(([field, origin, pivot]) => ({ field, origin, pivot })),
);
const distanceFeature = fc.tuple(distance, fc.boolean()).map(
  ([given, boosted]): Dsl => ({
    distance_feature: { ...given, ...(boosted ? { boost: 2 } : {}) },
  }),
);

/** A text that may have no words, also over fields that are not indexed. */
const zeroTerms = fc
  .tuple(
    fc.constantFrom('q', 'q', 'ql', 'sq', 's', 'sl', 't'),
    fc.constantFrom('--', '--', 'the', 'quick'),
  )
  .chain(([field, query]) => {
    const body = { query, zero_terms_query: 'all' };
    return fc.constantFrom<Dsl>(
      { match: { [field]: body } },
      { match_phrase: { [field]: body } },
      { multi_match: { ...body, fields: [field, 'tags'] } },
      { query_string: { query: `"${query}"`, fields: [field] } },
    );
  });

const plain = fc.oneof(
  word.map((query): Dsl => ({ match: { t: query } })),
  fc.constantFrom(...TAGS).map((tag): Dsl => ({ term: { tags: tag } })),
  fc.constantFrom('t', 'tags', 'd', 'g').map((field): Dsl => ({ exists: { field } })),
  fc.constantFrom<Dsl>({ match_all: {} }, { match_none: {} }),
  zeroTerms,
  fc.nat(4).map((gte): Dsl => ({ range: { nums: { gte } } })),
);

const { clause, scored } = fc.letrec<{ clause: Dsl; scored: Dsl }>((tie) => {
  const filter = tie('clause');
  const entry = fc.oneof(
    some({ filter, weight: fc.constantFrom(0, 1, 2.5) }, ['weight']),
    some({ filter, random_score: fc.constantFrom({}, { seed: 3, field: '_seq_no' }) }, [
      'random_score',
    ]),
  );
  const shared = {
    query: tie('clause'),
    score_mode: fc.constantFrom('multiply', 'first', 'avg', 'max', 'sum', 'min'),
    boost_mode: fc.constantFrom('multiply', 'replace', 'sum', 'avg', 'min', 'max'),
    max_boost: fc.constantFrom(0, 3),
    min_score: fc.constantFrom(0, -1),
    boost: fc.constantFrom(0, 2),
  };
  return {
    clause: fc.oneof(
      { depthSize: 'small' },
      { weight: 4, arbitrary: plain },
      { weight: 1, arbitrary: termsSet },
      { weight: 1, arbitrary: combined },
      { weight: 1, arbitrary: distanceFeature },
      { weight: 1, arbitrary: tie('scored') },
    ),
    scored: fc
      .oneof(
        some({ ...shared, functions: fc.array(entry, { maxLength: 2 }) }, ['query']),
        some({ ...shared, weight: fc.constantFrom(0, 1, 3) }, ['query']),
        some({ ...shared, random_score: fc.constant({}) }, ['query']),
        some(shared, []),
      )
      .map((body): Dsl => ({ function_score: body })),
  };
});

const clauses = fc.array(clause, { minLength: 1, maxLength: 3 });
const bool = fc
  .record(
    { must: clause, should: clauses, must_not: clause, minimum_should_match: fc.nat(2) },
    { requiredKeys: [] },
  )
  .map((body): Dsl => ({ bool: body }));

const exactly = (count: number) => ({ minLength: count, maxLength: count });

/** Documents and queries for `terms_set`, `combined_fields`, `function_score` and `distance_feature`. */
export function rarerRound(documents: number, questions: number): fc.Arbitrary<MappedRound> {
  return fc.record({
    mapping: fc.constant({ properties }),
    documents: fc.array(document, exactly(documents)),
    questions: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: termsSet.map(kind('terms_set')) },
        { weight: 4, arbitrary: combined.map(kind('combined_fields')) },
        { weight: 3, arbitrary: scored.map(kind('function_score')) },
        { weight: 2, arbitrary: distanceFeature.map(kind('distance_feature')) },
        {
          weight: 2,
          arbitrary: clause.map((one) => kind('must_not')({ bool: { must_not: [one] } })),
        },
        { weight: 2, arbitrary: bool.map(kind('bool')) },
      ),
      exactly(questions),
    ),
  });
}
