import { bool, type CaseGroup, exists, phrase, range, string, term } from '../case.ts';

type Dsl = Record<string, unknown>;

const inside = (query: Dsl): Dsl => ({ nested: { path: 'n', query } });
const not = (query: Dsl): Dsl => bool({ must_not: query });

const mapping = {
  properties: {
    n: {
      type: 'nested',
      properties: {
        flat: { type: 'flattened' },
        span: { type: 'integer_range' },
        days: { type: 'date_range' },
        shape: { type: 'geo_shape' },
        scaled: { type: 'scaled_float', scaling_factor: 10 },
        words: { type: 'text', analyzer: 'english' },
        small: { type: 'keyword', normalizer: 'lowercase' },
        when: { type: 'date', format: 'yyyy/MM/dd' },
        other: { type: 'alias', path: 'n.small' },
      },
    },
  },
};

const document = {
  n: [
    {
      flat: { a: 'x', b: { c: 'y' } },
      span: { gte: 1, lte: 5 },
      days: { gte: '2024-01-01', lt: '2024-02-01' },
      shape: 'POINT (10 20)',
      scaled: 1.23,
      words: 'running quickly home',
      small: 'ABC',
      when: '2024/03/01',
    },
    {
      flat: { a: 'z' },
      span: [{ gt: 7 }, { gte: -9, lt: -3 }],
      shape: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [0, 5],
            [5, 5],
            [5, 0],
            [0, 0],
          ],
        ],
      },
      scaled: [4.5, 6],
      words: ['dogs bark', 'cats sleep'],
      small: 'def',
    },
    { words: 'home alone' },
  ],
};

const spanTerm = (value: string): Dsl => ({ span_term: { 'n.words': value } });

const LEAVES: readonly Dsl[] = [
  term('n.flat', 'x'),
  term('n.flat.a', 'x'),
  term('n.flat.a', 'y'),
  term('n.flat.b.c', 'y'),
  exists('n.flat'),
  exists('n.flat.b.c'),
  exists('n.flat.q'),
  range('n.flat.a', { gte: 'y', lte: 'zz' }),
  bool({ must: [term('n.flat.a', 'z'), exists('n.flat.b.c')] }),
  term('n.span', 3),
  range('n.span', { gte: 6, lte: 8 }),
  range('n.span', { gte: 6, lte: 7 }),
  { range: { 'n.span': { gte: 0, lte: 6, relation: 'within' } } },
  { range: { 'n.span': { gte: -8, lte: -5, relation: 'contains' } } },
  bool({ must: [term('n.span', 3), term('n.span', 9)] }),
  bool({ must: [term('n.span', -5), term('n.span', 9)] }),
  range('n.days', { gte: '2024-01-31', lte: '2024-03-01' }),
  range('n.days', { gte: '2024-02-01' }),
  exists('n.days'),
  {
    geo_shape: {
      'n.shape': {
        shape: {
          type: 'envelope',
          coordinates: [
            [1, 4],
            [4, 1],
          ],
        },
      },
    },
  },
  {
    geo_shape: {
      'n.shape': {
        shape: {
          type: 'envelope',
          coordinates: [
            [9, 21],
            [11, 19],
          ],
        },
        relation: 'within',
      },
    },
  },
  {
    geo_shape: {
      'n.shape': {
        shape: {
          type: 'envelope',
          coordinates: [
            [9, 21],
            [11, 19],
          ],
        },
        relation: 'disjoint',
      },
    },
  },
  exists('n.shape'),
  term('n.scaled', 1.2),
  range('n.scaled', { gt: 1.2, lt: 4.5 }),
  range('n.scaled', { gt: 4.5 }),
  { match: { 'n.words': 'run' } },
  { match: { 'n.words': { query: 'dog cats', operator: 'and' } } },
  { match: { 'n.words': { query: 'dog home', operator: 'and' } } },
  phrase('n.words', 'quickly home'),
  phrase('n.words', 'bark cats', 100),
  { span_near: { clauses: [spanTerm('run'), spanTerm('home')], slop: 1, in_order: true } },
  { span_near: { clauses: [spanTerm('dog'), spanTerm('home')], slop: 1000, in_order: false } },
  { span_first: { match: spanTerm('home'), end: 1 } },
  {
    intervals: {
      'n.words': { match: { query: 'quickly home', ordered: true, max_gaps: 0 } },
    },
  },
  {
    intervals: {
      'n.words': {
        all_of: { intervals: [{ match: { query: 'dogs' } }, { match: { query: 'alone' } }] },
      },
    },
  },
  term('n.small', 'abc'),
  term('n.small', 'ABC'),
  term('n.other', 'Def'),
  exists('n.other'),
  { prefix: { 'n.small': 'AB' } },
  range('n.when', { gte: '2024/02/01' }),
  range('n.when', { gt: 'now' }),
  string('abc'),
  string('n.\\*:home'),
  { multi_match: { query: 'running dogs', fields: ['n.w*'], operator: 'and', lenient: true } },
  { multi_match: { query: 'home', type: 'phrase_prefix', fields: ['n.words'] } },
];

/** Types with values, terms or clauses of their own, of nested objects. */
export const nestedTypes: readonly CaseGroup[] = [
  {
    name: 'types in objects',
    mapping,
    document,
    queries: LEAVES.flatMap((query) => [
      inside(query),
      inside(not(query)),
      not(inside(query)),
      query,
    ]),
  },
];
