import type { CaseGroup } from '../case.ts';

type Dsl = Record<string, unknown>;
const on = (field: string, query: unknown, more: Dsl = {}): Dsl => ({
  match_bool_prefix: { [field]: { query, ...more } },
});
const multi = (query: unknown, more: Dsl = {}): Dsl => ({
  multi_match: { query, type: 'bool_prefix', ...more },
});

/** A text ends with what may be the beginning of a token, unless something follows that is none. */
const TEXTS = [
  'bro',
  'BRO',
  'brown',
  'browns',
  'quick bro',
  'bro quick',
  'zzz bro',
  'bro zzz',
  'quick bro ',
  'bro---',
  'quick bro!',
  'zzz bro.',
  'fox-tr',
  'fox tro',
  'tr fox',
  'qui qui',
  'brown qui*',
  'b*n',
  'tr?t',
  '\\',
  '---',
  '',
  'a.',
  'a.b',
  'x a',
  'İstan',
  'ΟΔΟΣ',
  'οδο',
  '東',
  '東 京',
  'quick 東',
];
const DOCUMENT = {
  m: 'Quick Brown fox-trot a.b.c',
  o: 'lazy dog',
  n: 512,
  b: true,
  d: '2024-02-03',
};
const SEED = [{ m: 'x', o: 'y', n: 1, b: false, d: '2023-01-01', other: 'w' }];

export const boolPrefix: CaseGroup[] = [
  {
    name: 'on a text',
    seed: SEED,
    document: DOCUMENT,
    queries: [
      ...TEXTS.map((query) => on('m', query)),
      ...TEXTS.slice(0, 22).map((query) => on('m', query, { operator: 'and' })),
      { match_bool_prefix: { m: 'quick bro' } },
      { match_bool_prefix: { m: 'zzz' } },
      on('other', 'w'),
      on('missing', 'x'),
      on('m', 'bro', { boost: 2, prefix_length: 1, max_expansions: 1, fuzzy_transpositions: true }),
    ],
  },
  {
    name: 'on scripts without spaces',
    document: { m: 'İstanbul ὈΔΟΣ οδος 東京都 👍🏽' },
    queries: [
      ...TEXTS.slice(-6).map((query) => on('m', query)),
      ...TEXTS.slice(-6).map((query) => on('m', query, { operator: 'and' })),
      on('m', '👍'),
      on('m', '都 👍', { operator: 'and' }),
      on('m', '京 istan', { operator: 'and' }),
    ],
  },
  {
    name: 'with a minimum',
    seed: SEED,
    document: DOCUMENT,
    queries: [2, 3, '-1', '50%', '2<75%', '100%'].flatMap((minimum_should_match) => [
      ...['bro', 'quick zzz fo', 'quick quick zz', 'fo zzz quick', 'quick zzz fo.', 'b zzz q'].map(
        (query) => on('m', query, { minimum_should_match }),
      ),
      on('m', 'quick bro', { operator: 'and', minimum_should_match }),
    ]),
  },
  {
    name: 'on values',
    seed: SEED,
    document: DOCUMENT,
    queries: [
      ...['Quick', 'Quick B', 'Quick Brown fox-', 'quick', 'Brown', '', '*', 'Quick*'].flatMap(
        (query) => [on('m.keyword', query), on('m.keyword', query, { operator: 'and' })],
      ),
      on('n', 512),
      on('n', '512'),
      on('n', 51),
      on('n', 'x'),
      on('b', true),
      on('b', 'tr'),
      on('d', '2024-02-03'),
      on('d', '2024-02'),
      on('d', '2024'),
      on('d', 'x'),
    ],
  },
  {
    name: 'in several fields',
    seed: SEED,
    document: DOCUMENT,
    queries: [
      ...['bro', 'zzz la', 'la zzz', 'quick la', 'lazy do', '512', '51', 'Quick B', '---'].flatMap(
        (query) => [
          multi(query, { fields: ['m', 'o^2'] }),
          multi(query, { fields: ['m', 'o'], operator: 'and' }),
          multi(query, { fields: ['m.keyword', 'o', 'n', 'd'], lenient: true }),
          multi(query, { fields: ['o', 'missing'], zero_terms_query: 'all', tie_breaker: 0.2 }),
          multi(query, { fields: ['m', 'o'], minimum_should_match: 2 }),
        ],
      ),
      multi('la', { fields: ['o'], slop: 0 }),
    ],
  },
  {
    name: 'in every field',
    seed: SEED,
    document: DOCUMENT,
    queries: [
      ...TEXTS.slice(0, 25).map((query) => multi(query, { lenient: true })),
      multi('512', { lenient: true }),
      multi('51', { lenient: true }),
      multi('tru', { lenient: true }),
      multi('2024-02-03', { fields: ['*'], lenient: true }),
      multi('la', { operator: 'and', lenient: true }),
    ],
  },
  {
    name: 'in every field, where only a value begins with it',
    document: { s: '--- a.b', e: '' },
    queries: ['--', '-', '--- ', '--- a', '--- a.', '--- b', 'a.', '', '----', 'b'].map((query) =>
      multi(query, { lenient: true }),
    ),
  },
];
