import { bool, type CaseGroup, term } from '../case.ts';

const combined = (query: unknown, fields?: unknown, more: Record<string, unknown> = {}) => ({
  combined_fields: { query, ...(fields !== undefined && { fields }), ...more },
});

const AND = { operator: 'and' };
const ALL = { zero_terms_query: 'all' };

const QUERIES: CaseGroup['queries'] = [
  combined('foo', ['t', 'u']),
  combined('FOO', 't'),
  combined('foo baz', ['t', 'u'], AND),
  combined('foo baz', ['t', 'u', 'o.x'], AND),
  combined('foo-baz', ['t', 'u'], { operator: 'AND' }),
  combined('foo nix', ['t', 'u']),
  combined('foo nix', ['t', 'u'], AND),
  combined('foo baz nix', ['t', 'u'], { minimum_should_match: 2 }),
  combined('foo baz nix', ['t', 'u'], { minimum_should_match: 3 }),
  combined('foo baz nix', ['t', 'u'], { minimum_should_match: '2<75%' }),
  combined('foo', ['t', 'u'], { minimum_should_match: 3 }),
  combined('foo foo', ['t', 'u'], { minimum_should_match: 2 }),
  combined('foo baz', ['t', 'u'], { ...AND, minimum_should_match: 1 }),
  combined('foo', ['t', 'k']),
  combined('foo', ['k']),
  combined('foo', ['t', 'n']),
  combined('1', ['n']),
  combined('foo', ['nope']),
  combined('foo', ['nope', 't'], AND),
  combined('foo baz', ['t*', 'u'], AND),
  combined('foo baz', ['o.*'], AND),
  combined('foo', ['n*', 't']),
  combined('foo', ['*']),
  combined('foo', ['al', 'u']),
  combined('foo baz', ['al', 'u'], AND),
  combined('foo', ['t', 'ak']),
  combined('foo', ['t^2', 'u^1.5']),
  combined('', ['t', 'u']),
  combined('!!', ['t', 'u']),
  combined('!!', ['t', 'u'], ALL),
  combined('!!', ['t', 'nope'], ALL),
  combined('!!', ['nope'], ALL),
  combined('!!', ['k'], ALL),
  combined('!!', ['t', 'n'], ALL),
  combined('foo', ['t'], { zero_terms_query: 'none', boost: 2, _name: 'x' }),
  combined('the', ['e', 'f'], ALL),
  combined('running', ['e']),
  combined('runs foxes', ['e', 'f'], AND),
  combined('foo running', ['t', 'e']),
  combined('foo running', ['t', 'e'], AND),
  combined('foo', ['t'], { auto_generate_synonyms_phrase_query: false }),
  bool({ must_not: [combined('foo', ['t', 'u'])] }),
  bool({ must: [combined('foo baz', ['t', 'u'], AND), term('n', 1)] }),
];

const english = { type: 'text', analyzer: 'english' };
const mapping = {
  properties: {
    t: { type: 'text' },
    u: { type: 'text' },
    e: english,
    f: english,
    k: { type: 'keyword' },
    n: { type: 'long' },
    o: { properties: { x: { type: 'text' }, k: { type: 'keyword' } } },
    al: { type: 'alias', path: 't' },
    ak: { type: 'alias', path: 'k' },
  },
};

const unindexed = { type: 'text', index: false };
const withoutIndex = {
  properties: {
    t: { type: 'text' },
    q: unindexed,
    r: unindexed,
    s: { ...unindexed, analyzer: 'stop' },
    al: { type: 'alias', path: 'q' },
    k: { type: 'keyword' },
  },
};

const UNINDEXED: CaseGroup['queries'] = [
  ...['!!', 'the', 'foo'].flatMap((text) => [
    ...[['q'], ['q', 'r'], ['q', 't'], ['q', 'nope'], ['al'], ['s'], ['q', 's'], ['q*']].map(
      (fields) => combined(text, fields, ALL),
    ),
    combined(text, ['q']),
    bool({ must_not: [combined(text, ['q'], ALL)] }),
    ...['q', 's', 'al'].map((field) => ({ match: { [field]: { query: text, ...ALL } } })),
    { match_phrase: { q: { query: text, ...ALL } } },
    { multi_match: { query: text, fields: ['q', 'k'], ...ALL } },
  ]),
  ...['"!!"', 'NOT "!!"', 'NOT "!!" AND t:foo', '"!!" AND t:foo'].map((query) => ({
    query_string: { query, fields: ['q'] },
  })),
];

/** Texts in several fields as if they were one. */
export const combinedFields: readonly CaseGroup[] = [
  { name: 'in two fields', mapping, document: { t: 'foo bar', u: ['x', 'baz'] }, queries: QUERIES },
  { name: 'in one field', mapping, document: { t: 'baz foo', k: 'foo', n: 1 }, queries: QUERIES },
  { name: 'in an object', mapping, document: { o: { x: 'foo', k: 'baz' } }, queries: QUERIES },
  {
    name: 'with an analyzer',
    mapping,
    document: { e: 'The running dog', f: 'fox', t: 'foo' },
    queries: QUERIES,
  },
  {
    name: 'as dynamic mapping has them',
    document: { t: 'foo bar', u: 'baz', k: 'foo', n: 1, o: { x: 'foo', k: 'baz' } },
    queries: QUERIES,
  },
  {
    name: 'that are not indexed',
    mapping: withoutIndex,
    document: { t: 'foo', q: 'foo' },
    queries: UNINDEXED,
  },
  {
    name: 'that are refused',
    document: { t: 'foo' },
    queries: [
      combined('foo'),
      combined('foo', []),
      combined('foo', ['t^0.5']),
      combined(5, ['t']),
      combined(['a'], ['t']),
      combined('foo', ['t'], { analyzer: 'english' }),
      combined('foo', ['t'], { type: 'best_fields' }),
      combined('foo', ['t'], { lenient: true }),
      combined('foo', ['t'], { operator: 'x' }),
      { combined_fields: { fields: ['t'] } },
    ],
  },
];
