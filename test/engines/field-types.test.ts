import { beforeAll, describe, expect, inject, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { mappingOf, percolated } from './differential/percolator.ts';
import type { Question } from './differential/query-strings.ts';
import { type Answer, askElasticsearch, store } from './differential/round.ts';

const MAPPINGS = {
  properties: {
    ip: { type: 'ip' },
    who: { type: 'alias', path: 'user.name' },
    user: {
      properties: {
        name: { type: 'text', fields: { raw: { type: 'keyword' } } },
        id: { type: 'integer' },
      },
    },
    tiny: { type: 'byte' },
    on: { type: 'boolean' },
    at: { type: 'date', format: 'dd.MM.yyyy||epoch_second' },
    nanos: { type: 'date_nanos' },
    span: { type: 'integer_range' },
    days: { type: 'date_range', format: 'yyyy-MM-dd' },
    nets: { type: 'ip_range' },
    place: { type: 'geo_point' },
    blob: { type: 'binary' },
    hidden: { type: 'float', index: false },
    nest: { type: 'nested', properties: { a: { type: 'keyword' }, b: { type: 'text' } } },
    off: { type: 'object', enabled: false },
    fixed: { type: 'object', dynamic: false, properties: { known: { type: 'keyword' } } },
    nonorm: { type: 'text', norms: false },
    kw: { type: 'keyword', doc_values: false },
    kwi: { type: 'keyword', index: false },
    points: { type: 'long', doc_values: false },
    nothing: { type: 'long', doc_values: false, index: false },
    copy: { type: 'keyword', copy_to: 'all' },
    all: { type: 'text' },
    num: { type: 'double', copy_to: 'all' },
    nullish: { type: 'keyword', null_value: 'NONE' },
    'a^b': { type: 'keyword' },
    'sp ace': { type: 'text' },
    split: { type: 'keyword', split_queries_on_whitespace: true },
    short: { type: 'keyword', ignore_above: 3 },
    count: { type: 'token_count', analyzer: 'standard' },
    prefixed: { type: 'text', index_prefixes: {}, index_phrases: true },
    comp: { type: 'completion' },
    typed: { type: 'search_as_you_type' },
    rank: { type: 'rank_feature' },
  },
  runtime: { day: { type: 'keyword' } },
};

const DOCUMENTS = [
  { ip: '10.1.2.3', user: { name: 'Ada Lovelace', id: 7 }, tiny: 5, on: true, at: '21.11.2024' },
  { ip: ['10.1.2.4', '::1'], user: { id: 8 }, tiny: -128, on: 'false', at: 1700000000 },
  { nanos: '2024-11-21T10:00:00.123456789Z', span: { gte: 3, lte: 9 }, nets: '10.0.0.0/8' },
  { days: { gte: '2024-01-01', lt: '2024-02-01' }, place: { lat: 1, lon: 2 }, hidden: 1.5 },
  { blob: 'aGVsbG8=', off: { a: 'x' }, fixed: { known: 'x', unknown: 'x' } },
  {
    nest: [
      { a: 'x', b: 'one two' },
      { a: 'y', b: 'three' },
    ],
  },
  { nonorm: 'alpha beta', kw: 'alpha', kwi: 'alpha', points: 5, nothing: 5 },
  { copy: 'copied word', num: 1e3, nullish: null, 'a^b': 'caret', 'sp ace': 'white space' },
  { split: 'two', short: 'long one', count: 'one two three', prefixed: 'prefix matters here' },
  { split: 'two words', short: 'abc', all: 'x', user: { name: '' }, nonorm: '', kw: '' },
  { nonorm: [], kw: null, user: {}, day: 'monday' },
  { comp: 'complete', typed: 'as you type', rank: 5 },
].map((document) => JSON.stringify(document));

const PATHS = [
  ...Object.keys(MAPPINGS.properties),
  'day',
  'user.name',
  'user.name.raw',
  'user.id',
  'nest.a',
  'nest.b',
  'off.a',
  'fixed.known',
  'fixed.unknown',
  'typed._2gram',
  'typed._index_prefix',
  'nowhere',
];

const VALUES = [
  '10.1.2.3',
  '10.0.0.0/8',
  'ada',
  'Ada Lovelace',
  '7',
  '-1',
  '300',
  '1.5',
  'true',
  '21.11.2024',
  '21.11.2024||+1d',
  'now-1y',
  '2024-11-21T10:00:00.123456789Z',
  '2024-01-15',
  '5',
  'x',
  'one two',
  'alpha beta',
  'beta alpha',
  '',
  'NONE',
  'caret',
  'two words',
  'long one',
  'monday',
  'as you',
  '*',
  'a\\b',
];
const PATTERNS = ['a*', '*a*', 'AL*', '??', 'two w*'];

/** In a query string, a text in quotes. */
const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const string = (query: string, default_field?: string) => ({
  query_string: { query, ...(default_field === undefined ? {} : { default_field }) },
});

const questions: Question['query'][] = [
  ...PATHS.flatMap((path) => [
    { exists: { field: path } },
    string('*', path),
    { range: { [path]: {} } },
    string('[* TO *]', path),
    ...VALUES.flatMap((value) => [
      { term: { [path]: value } },
      { match: { [path]: { query: value, operator: 'and' } } },
      { match_phrase: { [path]: value } },
      { range: { [path]: { gte: value } } },
      { range: { [path]: { lt: value } } },
      string(quoted(value), path),
      string(`[${quoted(value || ' ')} TO *]`, path),
    ]),
    ...PATTERNS.flatMap((pattern) => [
      { wildcard: { [path]: pattern } },
      string(pattern.replaceAll(' ', '\\ '), path),
    ]),
  ]),
  ...VALUES.filter((value) => value !== '').flatMap((value) => [
    string(quoted(value)),
    string(value.replaceAll(/[:/"\\*]/g, '\\$&')),
    string(`[${quoted(value)} TO *]`),
    string(`${value.replaceAll(/[:/"\\* ]/g, '\\$&')}*`),
  ]),
];

/**
 * What is left of an asked syntax in the canonical form of a pattern without capitals is that of query
 * strings; only there is one more field asked for prefixes.
 */
const AMBIGUOUS = JSON.stringify({ wildcard: { 'typed._2gram': 'a*' } });

describe('fields of every type', () => {
  const server = new ElasticsearchServer(inject('elasticsearch'));
  const index = `field-types-${process.pid}`;
  let searched: Answer[];
  let matched: Set<number>[];

  beforeAll(async () => {
    const settings = { number_of_shards: 1, number_of_replicas: 0 };
    const made = await server.ask('PUT', index, JSON.stringify({ settings, mappings: MAPPINGS }));
    if (made.error) throw new Error(made.error.reason);
    try {
      const documents = await store(server, index, DOCUMENTS);
      expect(documents).toEqual(DOCUMENTS);
      const mapping = await mappingOf(server, index);
      const asked = questions.map((query) => ({ kind: '', query }));
      searched = await askElasticsearch(server, index, documents, asked);
      const queries = questions.map((query) => canonicalise(parseQuery(query)).query);
      matched = await percolated(server, `${index}-queries`, mapping, queries, documents);
    } finally {
      await server.ask('DELETE', index);
    }
  });

  test('answer to the percolator as they do to a search', () => {
    const wrong = questions.flatMap((query, at) => {
      const answer = searched[at]!;
      if (!('ids' in answer) || JSON.stringify(query) === AMBIGUOUS) return [];
      const [expected, received] = [answer.ids, matched[at]!].map((ids) => [...ids].sort());
      return String(expected) === String(received) ? [] : [{ query, expected, received }];
    });
    expect(wrong).toEqual([]);
    const answered = searched.filter((answer) => 'ids' in answer);
    expect(answered.filter(({ ids }) => ids.size > 0).length).toBeGreaterThan(500);
  });

  test('match nothing where a search fails on a value that they cannot hold', () => {
    const failing = questions.filter((_, at) => 'refused' in searched[at]!);
    const wrong = questions.filter((_, at) => 'refused' in searched[at]! && matched[at]!.size > 0);
    expect(failing.length).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
  });
});
