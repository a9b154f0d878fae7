import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { normalise } from '../../../src/query/canonical.ts';
import { parseDsl } from '../../../src/query/dsl/dsl.ts';
import { minimumShouldMatch } from '../../../src/query/minimum-should-match.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const match = (field: string, text: string, operator = 'or') => ({
  kind: 'match',
  field,
  text,
  operator,
});
const term = (field: string, value: string) => ({ kind: 'term', field, value });

function failure(input: unknown): EstromError {
  try {
    parseQuery(input);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('leaves of the Query DSL', () => {
  it.each([
    [{ match_all: {} }, { kind: 'all' }],
    [{ match_all: { boost: 2 } }, { kind: 'all' }],
    [{ match_all: { _name: 'n' } }, { kind: 'named', name: 'n', clause: { kind: 'all' } }],
    [{ match_none: {} }, { kind: 'none' }],
    [{ term: { f: 'a' } }, term('f', 'a')],
    [{ term: { f: { value: 5, boost: 1.5 } } }, term('f', '5')],
    [{ term: { f: { value: true, case_insensitive: false } } }, term('f', 'true')],
    [
      { terms: { f: ['a', 1], boost: 1 } },
      { kind: 'or', clauses: [term('f', 'a'), term('f', '1')], atLeast: 1 },
    ],
    [{ match: { f: 'a b' } }, match('f', 'a b')],
    [{ match: { f: { query: 'a b', operator: 'AND' } } }, match('f', 'a b', 'and')],
    [
      { match_phrase: { f: { query: 'a b', slop: 2 } } },
      { kind: 'phrase', field: 'f', text: 'a b', slop: 2 },
    ],
    [{ match_phrase: { f: 'a b' } }, { kind: 'phrase', field: 'f', text: 'a b', slop: 0 }],
    [{ exists: { field: 'f' } }, { kind: 'exists', field: 'f' }],
    [{ constant_score: { filter: { term: { f: 'a' } }, boost: 3 } }, term('f', 'a')],
  ])('reads %j', (query, expected) => {
    expect(parseDsl(query)).toEqual(expected);
    expect(parseQuery({ query })).toEqual(expected);
    expect(parseQuery(JSON.stringify({ query }))).toEqual(expected);
  });

  it.each([
    [{ gt: 1, lte: 'b' }, ['1', 'b', false, true]],
    [{ gte: 1, lt: 2 }, ['1', '2', true, false]],
    [{ from: 1, to: 2 }, ['1', '2', true, true]],
    [{ from: 1, to: 2, include_lower: false, include_upper: false }, ['1', '2', false, false]],
    [{ gte: null, lt: '2020-01-01' }, [null, '2020-01-01', true, false]],
    [{}, [null, null, true, true]],
  ])('reads the range %j', (bounds, [lower, upper, includeLower, includeUpper]) => {
    expect(parseDsl({ range: { f: bounds } })).toEqual({
      kind: 'range',
      field: 'f',
      lower,
      upper,
      includeLower,
      includeUpper,
      normalize: false,
    });
  });

  it('keeps the digits of numbers, and gives fractions the form that Elasticsearch sees', () => {
    const value = (json: string) => {
      const query = parseQuery(`{"term":{"f":${json}}}`);
      return query.kind === 'term' ? query.value : undefined;
    };
    expect(value('12345678901234567890')).toBe('12345678901234567890');
    expect(value('1.10')).toBe('1.1');
    expect(value('1.0')).toBe('1.0');
    expect(value('1e10')).toBe('1.0E10');
    expect(value('0.0001')).toBe('1.0E-4');
    expect(value('-7')).toBe('-7');
  });
});

describe('bool', () => {
  const a = { term: { f: 'a' } };
  const b = { term: { f: 'b' } };
  const c = { term: { f: 'c' } };
  const [ta, tb, tc] = [term('f', 'a'), term('f', 'b'), term('f', 'c')];
  const not = (clause: unknown) => ({ kind: 'not', clause });
  const or = (clauses: unknown[], atLeast = 1) => ({ kind: 'or', clauses, atLeast });
  const and = (...clauses: unknown[]) => ({ kind: 'and', clauses });

  it.each([
    [{}, { kind: 'all' }],
    [{ minimum_should_match: 1 }, { kind: 'all' }],
    [{ must: a }, ta],
    [{ must: [a, b] }, and(ta, tb)],
    [{ must: a, filter: [b] }, and(ta, tb)],
    [{ should: [a, b] }, or([ta, tb])],
    [{ should: a, must: b }, tb],
    [{ should: a, filter: b }, tb],
    [{ should: a, must: b, minimum_should_match: 1 }, and(ta, tb)],
    [{ must_not: a }, not(ta)],
    [{ must_not: [a, b] }, and(not(ta), not(tb))],
    [{ should: [a, b], must_not: c }, and(not(tc), or([ta, tb]))],
    [{ should: [a, b, c], minimum_should_match: 2 }, or([ta, tb, tc], 2)],
    [{ should: [a, b, c], minimum_should_match: '-1' }, or([ta, tb, tc], 2)],
    [{ should: [a, b, c], minimum_should_match: '67%' }, or([ta, tb, tc], 2)],
    [{ should: [a, b, c], minimum_should_match: 0 }, or([ta, tb, tc])],
    [{ should: [a, b], minimum_should_match: 2 }, and(ta, tb)],
    [{ should: [a, b], minimum_should_match: 3 }, { kind: 'none' }],
    [{ must: a, minimum_should_match: 1 }, { kind: 'none' }],
    [{ should: [a, b], must: c, minimum_should_match: 0 }, tc],
  ])('means by %j what Elasticsearch means', (bool, expected) => {
    const sorted = normalise(parseDsl({ bool }));
    expect(sorted).toEqual(normalise(expected as Parameters<typeof normalise>[0]));
  });

  it.each([
    ['2', 5, 2],
    ['-2', 5, 3],
    ['-9', 5, 0],
    ['75%', 5, 3],
    ['-25%', 5, 4],
    ['9', 5, 9],
    ['3<90%', 3, 3],
    ['3<90%', 10, 9],
    ['2<-25% 9<-3', 2, 2],
    ['2<-25% 9<-3', 8, 6],
    ['2<-25% 9<-3', 12, 9],
  ])('asks by %s of %i clauses for %i', (spec, count, expected) => {
    expect(minimumShouldMatch(spec, count, 'path')).toBe(expected);
  });
});

describe('query_string in the DSL', () => {
  it('takes a default field and operator', () => {
    const query = { query_string: { query: 'a b', default_field: 'f', default_operator: 'and' } };
    expect(parseDsl(query)).toEqual(match('f', 'a b', 'and'));
    expect(parseDsl({ query_string: { query: 'a', fields: ['f^3'] } })).toEqual(match('f', 'a'));
  });

  it('tells the clause and the position in its text', () => {
    const error = failure({ bool: { must: [{ query_string: { query: 'a AND' } }] } });
    expect(error.code).toBe('QUERY_SYNTAX');
    expect(error.details).toEqual({ clause: 'query.bool.must[0].query_string', offset: 5 });
  });
});

describe('errors of the Query DSL', () => {
  it.each([
    [{ has_parent: { f: {} } }, 'query.has_parent'],
    [{ query: { bool: { must: [{ match_all: {} }, { shape: {} }] } } }, 'query.bool.must[1].shape'],
    [{ bool: { should: { wrapper: {} } } }, 'query.bool.should.wrapper'],
    [{ match: { f: { query: 'a', analyzer: 'thai' } } }, 'query.match.f.analyzer'],
    [{ terms: { f: { index: 'i', id: '1', path: 'p' } } }, 'query.terms.f'],
    [{ match: { _type: 'a' } }, 'query.match._type'],
    [{ exists: { field: '*' } }, 'query.exists'],
    [{ bool: { must: [], boosts: 1 } }, 'query.bool.boosts'],
    [{ query: { match_all: {} }, size: 5 }, 'size'],
  ])('names what is not supported in %j', (query, clause) => {
    const error = failure(query);
    expect([error.code, error.details['clause']]).toEqual(['QUERY_UNSUPPORTED', clause]);
    expect(error.message).toContain(clause);
  });

  it.each([
    [{}, 'query'],
    [{ query: 'a' }, 'query'],
    [{ term: { f: 'a' }, match_all: {} }, 'query'],
    [{ term: {} }, 'query.term'],
    [{ term: { f: 'a', g: 'b' } }, 'query.term'],
    [{ term: { f: null } }, 'query.term.f'],
    [{ term: { f: [1] } }, 'query.term.f'],
    [{ terms: { f: 'a' } }, 'query.terms.f'],
    [{ terms: { f: [null] } }, 'query.terms.f[0]'],
    [{ match: { f: {} } }, 'query.match.f'],
    [{ match: { f: { query: 'a', operator: 'xor' } } }, 'query.match.f.operator'],
    [{ match_phrase: { f: { query: 'a', slop: -1 } } }, 'query.match_phrase.f.slop'],
    [{ bool: { must: 'a' } }, 'query.bool.must'],
    [{ bool: { should: [{}] } }, 'query.bool.should[0]'],
    [
      { bool: { should: [], must: { match_all: {} }, minimum_should_match: 'x' } },
      'query.bool.minimum_should_match',
    ],
    [{ constant_score: {} }, 'query.constant_score'],
    [{ query_string: {} }, 'query.query_string'],
  ])('tells where %j is malformed', (query, clause) => {
    const error = failure(query);
    expect([error.code, error.details['clause']]).toEqual(['QUERY_SYNTAX', clause]);
  });

  it('bounds depth and clauses', () => {
    let nested: unknown = { match_all: {} };
    for (let depth = 0; depth < 50; depth += 1) nested = { bool: { must: [nested] } };
    expect(normalise(parseQuery(nested))).toEqual({ kind: 'all' });
    expect(failure({ bool: { must: nested } }).code).toBe('QUERY_LIMIT');
    const values = Array.from({ length: 1025 }, (_, n) => n);
    expect(failure({ terms: { f: values } }).code).toBe('QUERY_LIMIT');
    expect(failure(`{"a":${'['.repeat(30_000)}`).code).toBe('QUERY_LIMIT');
  });
});

describe('parseQuery', () => {
  it('takes nothing for everything', () => {
    expect(parseQuery(null)).toEqual({ kind: 'all' });
    expect(parseQuery(undefined)).toEqual({ kind: 'all' });
  });

  it('tells JSON from a range of the query string', () => {
    expect(parseQuery('{a TO b}').kind).toBe('range');
    expect(parseQuery('{"a" TO "b"}').kind).toBe('range');
    expect(parseQuery(' {"match_all":{}}').kind).toBe('all');
    expect(failure('{"match_all":').code).toBe('BAD_JSON');
    expect(failure('{"match_all":x}').details['offset']).toBe(13);
  });

  it('refuses other values', () => {
    expect(failure(5).code).toBe('QUERY_SYNTAX');
    expect(failure([]).code).toBe('QUERY_SYNTAX');
  });
});
