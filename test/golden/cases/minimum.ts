import type { CaseGroup } from '../case.ts';

const SPECS = [2, 3, '-1', '50%', '67%', '-25%', '2<75%', '2<-25% 9<-3', '100%', '0%', 1, '200%'];
const TEXTS = [
  'quick',
  'quick cat',
  'quick brown cat',
  'quick quick cat',
  'quick fox cat mouse',
  'brown-fox',
  'quick brown fox dog bird',
  'cat mouse',
];

/** Minima over the tokens of a text. */
export const minimum: CaseGroup[] = [
  {
    name: 'of the tokens of a match',
    document: { m: 'quick brown fox', o: 'lazy dog', n: 5 },
    queries: [
      ...SPECS.flatMap((minimum_should_match) =>
        TEXTS.map((query) => ({ match: { m: { query, minimum_should_match } } })),
      ),
      ...[1, 2, '100%', '-1', '50%'].flatMap((minimum_should_match) =>
        TEXTS.slice(0, 6).map((query) => ({
          match: { m: { query, operator: 'and', minimum_should_match } },
        })),
      ),
      ...[2, '50%', '2<75%'].flatMap((minimum_should_match) =>
        ['quick brown cat', 'quick dog', 'lazy dog cat', 'cat mouse bird'].map((query) => ({
          multi_match: { query, fields: ['m', 'o'], minimum_should_match },
        })),
      ),
      { match: { 'm.keyword': { query: 'quick brown fox', minimum_should_match: 2 } } },
      { match: { 'm.keyword': { query: 'quick brown', minimum_should_match: 2 } } },
      { match: { n: { query: 5, minimum_should_match: 2 } } },
      { match: { n: { query: 6, minimum_should_match: 2 } } },
      { match: { missing: { query: 'quick brown', minimum_should_match: 2 } } },
      { match: { m: { query: '---', minimum_should_match: 2 } } },
    ],
  },
  {
    name: 'of the tokens of a lone text in a query string',
    document: { m: 'quick brown fox', o: 'lazy dog', n: 5 },
    queries: [2, 3, '-1', '50%', '100%', '2<75%'].flatMap((minimum_should_match) =>
      TEXTS.flatMap((query) => [
        { query_string: { query, default_field: 'm', minimum_should_match } },
        { query_string: { query: `m:(${query})^2`, minimum_should_match } },
        {
          simple_query_string: {
            query: query.replaceAll(' ', '-'),
            fields: ['m'],
            minimum_should_match,
          },
        },
      ]),
    ),
  },
];
