import { bool, type CaseGroup, term } from '../case.ts';

const set = (field: string, terms: readonly unknown[], of: string, more = {}) => ({
  terms_set: { [field]: { terms, minimum_should_match_field: of, ...more } },
});

const ABC = ['a', 'b', 'c'];
const QUERIES: CaseGroup['queries'] = [
  set('k', ABC, 'm'),
  set('k', ['a'], 'm'),
  set('k', ['a', 'b'], 'm'),
  set('k', ['x', 'y'], 'm'),
  set('k', ['a', 'a'], 'm'),
  set('k', ['a', 'b', 'b'], 'm'),
  set('k', ['a', 'x', 'y', 'z', 'c'], 'm'),
  set('k', [], 'm'),
  set('t', ['a', 'b'], 'm'),
  set('t', ['a', 'B'], 'm'),
  set('n', [1, 2, 5], 'm'),
  set('n', ['1', 7], 'm'),
  set('k', ABC, 'd'),
  set('k', ['a', 'b'], 'd'),
  set('k', ['a'], 'd'),
  set('k', ABC, 'i'),
  set('k', ABC, 'f'),
  set('k', ABC, 's'),
  set('k', ABC, 't'),
  set('k', ABC, 'nope'),
  set('nope', ABC, 'm'),
  set('k', ABC, 'al'),
  set('k', ABC, 'm', { boost: 2, _name: 'x' }),
  { terms_set: { k: { minimum_should_match_field: 'm' } } },
  bool({ must_not: [set('k', ABC, 'm')] }),
  bool({ must: [set('k', ABC, 'm'), term('n', 1)] }),
  bool({ should: [set('k', ABC, 'm'), set('k', ABC, 'd')], minimum_should_match: 2 }),
];

const mapping = {
  properties: {
    k: { type: 'keyword' },
    t: { type: 'text' },
    n: { type: 'long' },
    m: { type: 'long' },
    d: { type: 'double' },
    i: { type: 'integer' },
    f: { type: 'scaled_float', scaling_factor: 10 },
    s: { type: 'keyword' },
    al: { type: 'alias', path: 'm' },
  },
};

/** Terms of which each document says how many it takes. */
export const termsSets: readonly CaseGroup[] = [
  {
    name: 'all of them',
    mapping,
    document: { k: ABC, t: 'a b', n: [1, 2], m: 2, d: 2.9, i: 3, f: 1.9, s: '2' },
    queries: QUERIES,
  },
  { name: 'one is enough', mapping, document: { k: ['a'], t: 'a', n: 1, m: 1 }, queries: QUERIES },
  { name: 'more than there are', mapping, document: { k: ['a', 'b'], m: 9 }, queries: QUERIES },
  { name: 'three', mapping, document: { k: ['a', 'b'], t: 'b a', m: 3, n: 1 }, queries: QUERIES },
  {
    name: 'the least of several',
    mapping,
    document: { k: ['a', 'c'], m: [3, 1], d: [3.7, 2.2], i: [4, 2] },
    queries: QUERIES,
  },
  {
    name: 'none or less',
    mapping,
    document: { k: 'a', n: 5, m: 0, d: -1.5, i: -1, f: 0.1 },
    queries: QUERIES,
  },
  { name: 'not said', mapping, document: { k: ABC, n: 1 }, queries: QUERIES },
  {
    name: 'as dynamic mapping has them',
    document: { k: ABC, t: 'a b', n: [1, 2], m: 2, d: 1.5, s: '1' },
    queries: QUERIES.map((query) =>
      JSON.parse(JSON.stringify(query).replaceAll('"k":', '"k.keyword":')),
    ),
  },
  {
    name: 'that are refused',
    document: { k: 'a' },
    queries: [
      { terms_set: { k: { terms: ['a'] } } },
      { terms_set: { k: { terms: ['a'], minimum_should_match: 1 } } },
      { terms_set: { k: { terms: 'a', minimum_should_match_field: 'm' } } },
      { terms_set: { k: { terms: ['a', null], minimum_should_match_field: 'm' } } },
      { terms_set: { k: { terms: ['a'], minimum_should_match_script: { source: '1' } } } },
    ],
  },
];
