import { bool, type CaseGroup, exists, match, term } from '../case.ts';

const scored = (query?: unknown, more: Record<string, unknown> = {}) => ({
  function_score: { ...(query !== undefined && { query }), ...more },
});

const RED = term('k', 'red');
const EVERY = { match_all: {} };

const QUERIES: CaseGroup['queries'] = [
  scored(),
  scored(null),
  scored(RED),
  scored(RED, { min_score: 0 }),
  scored(RED, { min_score: -1, boost: 0 }),
  scored(RED, { functions: [] }),
  scored(RED, { functions: [{ weight: 2 }] }),
  scored(EVERY, { functions: [{ filter: RED, weight: 0 }] }),
  scored(EVERY, {
    functions: [
      { filter: RED, weight: 3 },
      { weight: 2, random_score: {} },
    ],
  }),
  scored(match('t', 'quick fox', 'and'), { functions: [{ filter: null, weight: 1 }] }),
  scored(RED, { weight: 0 }),
  scored(RED, { weight: 3, boost_mode: 'replace', score_mode: 'max', max_boost: 4 }),
  scored(RED, { weight: 3, boost_mode: 'SUM', score_mode: 'First', boost: 2, _name: 'x' }),
  scored(RED, { random_score: { seed: 3, field: '_seq_no' } }),
  scored(exists('n'), { random_score: {} }),
  scored(bool({ filter: RED }), { min_score: 0 }),
  scored(bool({ must_not: RED })),
  bool({ must_not: scored(RED, { weight: 2 }) }),
  bool({ must: [scored(RED), scored(match('t', 'fox'))] }),
  bool({ should: [scored(RED), scored(exists('n'))], minimum_should_match: 2 }),
  scored(scored(RED, { weight: 2 }), { weight: 3 }),
];

/** Queries whose scores are changed, as filters. */
export const functionScores: readonly CaseGroup[] = [
  {
    name: 'a document that it is about',
    mapping: { properties: { k: { type: 'keyword' } } },
    document: { k: 'red', t: 'the quick brown fox', n: 1 },
    queries: QUERIES,
  },
  {
    name: 'another one',
    mapping: { properties: { k: { type: 'keyword' } } },
    document: { k: 'blue', t: 'the quick dog' },
    queries: QUERIES,
  },
  {
    name: 'that are refused',
    document: { k: 'red' },
    queries: [
      scored([EVERY]),
      scored(EVERY, { functions: {} }),
      scored(EVERY, { functions: [{}] }),
      scored(EVERY, { functions: [{ filter: RED }] }),
      scored(EVERY, { functions: [{ filter: RED, weight: -1 }] }),
      scored(EVERY, { functions: [{ weight: 1, foo: 2 }] }),
      scored(EVERY, { weight: 3, functions: [{ weight: 2 }] }),
      scored(EVERY, { weight: 3, random_score: {} }),
      scored(EVERY, { weight: -5 }),
      scored(EVERY, { boost_mode: 'foo' }),
      scored(EVERY, { score_mode: 'foo' }),
      scored(EVERY, { foo: 1 }),
      scored(EVERY, { script_score: { script: { source: '1' } } }),
    ],
  },
];
