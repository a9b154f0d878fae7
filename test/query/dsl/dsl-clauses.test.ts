import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical } from '../../../src/query/canonical.ts';
import { CLAUSES } from '../../../src/query/dsl/dsl-clauses.ts';
import { REFUSED } from '../../../src/query/dsl/dsl-refused.ts';
import { tokenMinimum } from '../../../src/query/minimum-should-match.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const text = (query: unknown) => canonical(parseQuery(query));

function failure(query: unknown): EstromError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

const match = (field: string, query: string, more = {}) => ({
  match: { [field]: { query, ...more } },
});
const prefixed = (field: string, query: string, more = {}) => ({
  match_bool_prefix: { [field]: { query, ...more } },
});
const multi = (query: string, fields: readonly string[], more = {}) => ({
  multi_match: { query, fields, ...more },
});
const simple = (query: string, more = {}) => ({ simple_query_string: { query, ...more } });
const string = (query: string, more = {}) => ({ query_string: { query, ...more } });
const a = { term: { f: 'a' } };
const b = { term: { f: 'b' } };

describe('equal queries have one canonical text', () => {
  it.each([
    [
      'a match on one field',
      [
        match('f', 'x y'),
        multi('x y', ['f']),
        multi('x y', ['f^3', 'f'], { type: 'most_fields', tie_breaker: 0.5 }),
        multi('x y', ['f'], { type: 'cross_fields', lenient: true }),
        match('f', 'x y', { minimum_should_match: 1, boost: 2 }),
        match('f', 'x y', { minimum_should_match: '-100%' }),
        string('f:(x y)'),
        string('x y', { fields: ['f'] }),
        string('x y', { default_field: 'f', minimum_should_match: 0 }),
        { dis_max: { queries: [match('f', 'x y')] } },
        { boosting: { positive: match('f', 'x y'), negative: a, negative_boost: 0.2 } },
      ],
    ],
    [
      'all words of a text',
      [
        match('f', 'x y', { operator: 'and' }),
        match('f', 'x y', { minimum_should_match: '100%' }),
        multi('x y', ['f'], { operator: 'AND', type: 'cross_fields' }),
        string('x y', { default_field: 'f', default_operator: 'and' }),
      ],
    ],
    [
      'a text in several fields',
      [
        multi('x', ['f', 'g']),
        multi('x', ['g^2', 'f']),
        { bool: { should: [match('f', 'x'), match('g', 'x')] } },
        { dis_max: { queries: [match('f', 'x'), match('g', 'x')] } },
        string('x', { fields: ['f', 'g'] }),
        simple('x', { fields: ['f', 'g'] }),
        string('f:x OR g:x'),
      ],
    ],
    [
      'a text in every field',
      [
        'x',
        { multi_match: { query: 'x' } },
        multi('x', ['*']),
        multi('x', []),
        multi('x', ['f', '*']),
        simple('x'),
        string('x', { default_field: '*' }),
      ],
    ],
    [
      'a phrase',
      [
        { match_phrase: { f: { query: 'x y', slop: 1 } } },
        multi('x y', ['f'], { type: 'phrase', slop: 1 }),
        string('x y', { default_field: 'f', type: 'phrase', phrase_slop: 1 }),
        simple('"x y"~1', { fields: ['f'] }),
        'f:"x y"~1',
      ],
    ],
    [
      'some words of a text',
      [
        match('f', 'x y z', { minimum_should_match: 2 }),
        multi('x y z', ['f'], { minimum_should_match: ' +2 ' }),
        string('f:(x y z)', { minimum_should_match: '2' }),
        string('x y z', { fields: ['f'], minimum_should_match: 2 }),
      ],
    ],
    [
      'a text that may go on',
      [
        prefixed('f', 'x y'),
        prefixed('f', 'x y', { minimum_should_match: '1', max_expansions: 5 }),
        multi('x y', ['f'], { type: 'bool_prefix', lenient: true, slop: 0 }),
      ],
    ],
    [
      'a lone word that may go on, in every field',
      [
        multi('x', ['*'], { type: 'bool_prefix' }),
        multi('x', [], { type: 'bool_prefix', minimum_should_match: 2 }),
      ],
    ],
    [
      'a lone word, whatever minimum',
      [match('f', 'x'), match('f', 'x', { minimum_should_match: 2 })],
    ],
    [
      'one of several clauses',
      [
        { dis_max: { queries: [a, b] } },
        { bool: { should: [a, b] } },
        { terms: { f: ['b', 'a'] } },
        { constant_score: { filter: { dis_max: { queries: [b, a], tie_breaker: 1 } } } },
      ],
    ],
    [
      'two of two',
      [
        { bool: { should: [a, b], minimum_should_match: '100%' } },
        { bool: { must: [a], filter: b } },
      ],
    ],
    [
      'nothing',
      [
        { match_none: {} },
        { bool: { must_not: a, adjust_pure_negative: false } },
        string('f:x AND f:y', { minimum_should_match: 1 }),
        simple(''),
      ],
    ],
  ])('for %s', (_name, queries) => {
    expect([...new Set(queries.map(text))]).toHaveLength(1);
  });

  it.each([
    [multi('x y', ['f']), multi('x y', ['f', 'g'])],
    [match('f', '...'), match('f', '...', { zero_terms_query: 'all' })],
    [string('>5', { default_field: 'f' }), string('>5', { fields: ['f'] })],
    [match('f', 'x y'), prefixed('f', 'x y')],
    [
      match('f', 'x y z', { minimum_should_match: 2 }),
      prefixed('f', 'x y z', { minimum_should_match: 2 }),
    ],
  ])('but %j is not %j', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });
});

describe('a minimum of the tokens of a text', () => {
  it.each([
    ['2', 'or', { operator: 'or', minimum: '2' }],
    [' +2 ', 'or', { operator: 'or', minimum: '2' }],
    ['1', 'or', { operator: 'or' }],
    ['0', 'or', { operator: 'or' }],
    ['100%', 'or', { operator: 'and' }],
    ['-100%', 'or', { operator: 'or' }],
    ['075%', 'or', { operator: 'or', minimum: '75%' }],
    ['2 < 75%  9<-3', 'or', { operator: 'or', minimum: '2<75% 9<-3' }],
    ['50%', 'and', { operator: 'and' }],
    ['1', 'and', { operator: 'or', minimum: '200%' }],
  ] as const)('reads %j with %s', (spec, operator, expected) => {
    expect(tokenMinimum(spec, operator, 'path')).toEqual(expected);
  });
});

describe('what is refused', () => {
  it.each([
    [prefixed('f', 'x', { lenient: true }), 'query.match_bool_prefix.f.lenient'],
    [string('"x"', { quote_field_suffix: '.k' }), 'query.query_string.quote_field_suffix'],
    [string('f\\*:"x"', { quote_field_suffix: '.k' }), 'query.query_string.quote_field_suffix'],
    [string('f:"..."', { quote_field_suffix: '.k' }), 'query.query_string.quote_field_suffix'],
    [
      string('f:x OR f:"..."', { minimum_should_match: 2 }),
      'query.query_string.minimum_should_match',
    ],
    [
      string('x y -z', { minimum_should_match: 2, default_field: 'f' }),
      'query.query_string.minimum_should_match',
    ],
    [simple('x', { analyzer: 'thai' }), 'query.simple_query_string.analyzer'],
    [string('x', { quote_analyzer: 'thai' }), 'query.query_string.quote_analyzer'],
    [{ terms: { f: { index: 'i', id: '1', path: 'p' } } }, 'query.terms.f'],
    [{ function_score: { query: a, min_score: 0.1 } }, 'query.function_score.min_score'],
    [{ function_score: { query: a, gauss: {} } }, 'query.function_score.gauss'],
    [
      { function_score: { functions: [{ script_score: {} }] } },
      'query.function_score.functions[0].script_score',
    ],
    [
      { terms_set: { f: { terms: ['a'], minimum_should_match_script: { source: '1' } } } },
      'query.terms_set.f.minimum_should_match_script',
    ],
    [{ bool: { must: { has_parent: { f: 'a' } } } }, 'query.bool.must.has_parent'],
    [{ surprise: {} }, 'query.surprise'],
  ])('%j is not supported, by name', (query, clause) => {
    const error = failure(query);
    expect([error.code, error.details['clause']]).toEqual(['QUERY_UNSUPPORTED', clause]);
    expect(error.message).toContain('not supported');
  });

  it.each([
    [{ dis_max: { queries: [] } }, 'query.dis_max'],
    [{ boosting: { positive: a, negative_boost: 1 } }, 'query.boosting'],
    [{ boosting: { positive: a, negative: b } }, 'query.boosting'],
    [
      { boosting: { positive: a, negative: b, negative_boost: -1 } },
      'query.boosting.negative_boost',
    ],
    [multi('x', ['f'], { type: 'BEST_FIELDS' }), 'query.multi_match.type'],
    [multi('x', ['f'], { type: 'bool_prefix', slop: 1 }), 'query.multi_match.slop'],
    [multi('x', ['f^a']), 'query.multi_match.fields[0]'],
    [{ multi_match: { fields: ['f'] } }, 'query.multi_match'],
    [match('f', 'x y', { minimum_should_match: 'x' }), 'query.match.f.minimum_should_match'],
    [match('f', 'x', { zero_terms_query: 'some' }), 'query.match.f.zero_terms_query'],
    [simple('x', { flags: 'AND|FOO' }), 'query.simple_query_string.flags'],
    [simple('x', { fields: 'f' }), 'query.simple_query_string.fields'],
    [string('x', { fields: ['f'], default_field: 'g' }), 'query.query_string.fields'],
    [string('f:*x', { allow_leading_wildcard: false }), 'query.query_string'],
    [{ combined_fields: { query: 'x' } }, 'query.combined_fields'],
    [{ distance_feature: { field: 'f', origin: 'now', pivot: '-1d' } }, 'query.distance_feature'],
    [{ distance_feature: { field: 'f', origin: 'now' } }, 'query.distance_feature'],
    [{ terms_set: { f: { terms: ['a'] } } }, 'query.terms_set.f'],
    [{ function_score: { functions: [{ filter: a }] } }, 'query.function_score.functions[0]'],
    [{ function_score: { functions: [{ weight: 1 }], weight: 2 } }, 'query.function_score'],
    [{ function_score: { weight: -1 } }, 'query.function_score.weight'],
    [
      { terms_set: { f: { terms: 'a', minimum_should_match_field: 'm' } } },
      'query.terms_set.f.terms',
    ],
    [{ combined_fields: { query: 'x', fields: [] } }, 'query.combined_fields.fields'],
    [{ combined_fields: { query: 'x', fields: ['f^0.5'] } }, 'query.combined_fields.fields'],
    [{ combined_fields: { query: 'x', fields: ['_id'] } }, 'query.combined_fields.fields'],
    [{ combined_fields: { query: 5, fields: ['f'] } }, 'query.combined_fields.query'],
  ])('%j is malformed, with the place', (query, clause) => {
    const error = failure(query);
    expect([error.code, error.details['clause']]).toEqual(['QUERY_SYNTAX', clause]);
  });

  it('counts every field of a clause', () => {
    const fields = Array.from({ length: 1025 }, (_, n) => `f${n}`);
    expect(failure(multi('x', fields)).code).toBe('QUERY_LIMIT');
    expect(failure(simple('x', { fields })).code).toBe('QUERY_LIMIT');
    expect(failure(string('x', { fields })).code).toBe('QUERY_LIMIT');
  });

  it('is refused with a reason, whatever the clause is made of', () => {
    const { clause } = fc.letrec<{ clause: unknown }>((tie) => ({
      clause: fc.constantFrom(...CLAUSES).chain(([name, { parameters }]) => {
        const scalar = fc.constantFrom<unknown>('a', '', '*', 'and', '2<75%', 1, -1, true, null);
        const value = fc.oneof(
          { depthSize: 'small' },
          { weight: 5, arbitrary: scalar },
          { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
          { weight: 2, arbitrary: tie('clause') },
          { weight: 1, arbitrary: fc.array(tie('clause'), { maxLength: 2 }) },
        );
        const names = fc.constantFrom(...Object.keys(parameters), 'f', '__proto__');
        const body = fc.dictionary(names, value, { maxKeys: 4 });
        const onField = body.map((given): unknown => ({ f: given }));
        return fc.oneof<fc.Arbitrary<unknown>[]>(body, onField, value).map((given) => ({
          [name]: given,
        }));
      }),
    }));
    let understood = 0;
    fc.assert(
      fc.property(clause, (query) => {
        try {
          parseQuery(query);
          understood += 1;
        } catch (error) {
          if (!(error instanceof EstromError)) throw error;
          expect(error.details).toHaveProperty('clause');
          expect(error.message).not.toMatch(/undefined|\[object/);
        }
      }),
      { numRuns: 4000 },
    );
    expect(understood).toBeGreaterThan(50);
  });

  it('is told with what was probably meant', () => {
    expect(failure({ mutli_match: {} }).message).toContain('did you mean [multi_match]');
    expect(failure(multi('x', ['f'], { tiebreaker: 1 })).message).toContain('[tie_breaker]');
    expect(failure({ ['x'.repeat(60_000)]: {} }).code).toBe('QUERY_UNSUPPORTED');
  });

  it('names no clause that is understood', () => {
    expect([...REFUSED.keys()].filter((name) => CLAUSES.has(name))).toEqual([]);
  });
});
