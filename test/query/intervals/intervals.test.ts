import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical } from '../../../src/query/canonical.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const clause = (rule: object, field = 'f') => ({ intervals: { [field]: rule } });
const match = (query: string, more: object = {}) => ({ match: { query, ...more } });
const anyOf = (...intervals: object[]) => ({ any_of: { intervals } });
const allOf = (...intervals: object[]) => ({ all_of: { intervals } });

function failure(query: object): EstromError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof EstromError) return error;
  }
  throw new Error('no failure');
}

describe('intervals are read', () => {
  it('with what their rules say, and defaults for the rest', () => {
    const rule = {
      all_of: {
        intervals: [
          match('a b', { max_gaps: '2.9', ordered: 'true', analyzer: 'simple', use_field: 'g' }),
          { prefix: { prefix: 'a' } },
          { wildcard: { pattern: 'a*', use_field: 'g' } },
          { fuzzy: { term: 'abc' } },
          match('c', { filter: { NOT_before: match('d') } }),
        ].slice(0, 4),
        filter: { Not_Containing: anyOf(match('x', { max_gaps: -1 })) },
      },
    };
    const words = { analyzer: 'simple', useField: 'g' };
    expect(parseQuery(clause(rule))).toEqual({
      kind: 'intervals',
      field: 'f',
      rule: {
        kind: 'allOf',
        ordered: false,
        rules: [
          { kind: 'match', text: 'a b', maxGaps: 2, ordered: true, ...words },
          { kind: 'prefix', text: 'a' },
          { kind: 'wildcard', pattern: 'a*', useField: 'g' },
          { kind: 'fuzzy', text: 'abc', edits: [3, 6], prefixLength: 0, transpositions: true },
        ],
        filter: {
          relation: 'not_containing',
          rule: { kind: 'anyOf', rules: [{ kind: 'match', text: 'x', ordered: false }] },
        },
      },
    });
  });

  it('with a name and a boost beside the rule', () => {
    const named = clause({ ...match('a'), _name: 'n', boost: 2 });
    expect(parseQuery(named)).toMatchObject({ kind: 'named', name: 'n' });
  });

  it.each([
    [clause({ regexp: { pattern: 'a' } }), 'QUERY_UNSUPPORTED', 'query.intervals.f.regexp'],
    [
      clause(match('a', { filter: { script: {} } })),
      'QUERY_UNSUPPORTED',
      'query.intervals.f.match.filter.script',
    ],
    [
      clause(match('a', { filter: { near: match('b') } })),
      'QUERY_SYNTAX',
      'query.intervals.f.match.filter.near',
    ],
    [clause(match('a', { gaps: 1 })), 'QUERY_UNSUPPORTED', 'query.intervals.f.match.gaps'],
    [
      clause(match('a', { use_field: '_source' })),
      'QUERY_UNSUPPORTED',
      'query.intervals.f.match.use_field',
    ],
    [clause(match('a', { max_gaps: '' })), 'QUERY_SYNTAX', 'query.intervals.f.match.max_gaps'],
    [
      clause(allOf(match('a'), { ...match('a'), ...match('b'), prefix: {} })),
      'QUERY_SYNTAX',
      'query.intervals.f.all_of.intervals[1]',
    ],
    [clause({ ...match('a'), ...anyOf() }), 'QUERY_SYNTAX', 'query.intervals.f'],
    [clause(match('a'), '_source'), 'QUERY_UNSUPPORTED', 'query.intervals._source'],
  ])('%j is refused with its place', (query, code, place) => {
    const error = failure(query);
    expect([error.code, error.details['clause']]).toEqual([code, place]);
  });

  it('up to a depth, a number of rules, of other fields, and of combinations', () => {
    let deep: object = match('a');
    for (let level = 0; level < 60; level++) deep = anyOf(deep);
    const many = anyOf(...Array.from({ length: 1100 }, (_, i) => match(`a${i}`)));
    const fields = anyOf(
      ...['a', 'b', 'c', 'd', 'e'].map((use_field) => match('x', { use_field })),
    );
    const eleven = Array.from({ length: 11 }, (_, i) => i);
    const choices = ['a', 'b', 'c'].map((one) =>
      anyOf(...eleven.map((i) => match(`${one} x${i}`))),
    );
    const product = { all_of: { intervals: choices, max_gaps: 1 } };
    for (const rule of [deep, many, fields, product]) {
      expect(failure(clause(rule)).code).toBe('QUERY_LIMIT');
    }
    // Where gaps do not matter, nothing is multiplied out.
    expect(parseQuery(clause(allOf(...choices)))).toMatchObject({ kind: 'intervals' });
  });
});

describe('the id of intervals', () => {
  const text = (rule: object, field = 'f') => canonical(parseQuery(clause(rule, field)));

  it('is the same for alternatives in any order, and for groups of one', () => {
    const one = text(anyOf(match('a'), { prefix: { prefix: 'b' } }));
    expect(text(anyOf({ prefix: { prefix: 'b' } }, match('a'), match('a')))).toBe(one);
    expect(text(anyOf(match('a')))).toBe(text(match('a')));
    expect(text({ all_of: { intervals: [match('a')], max_gaps: 0 } })).toBe(text(match('a')));
    expect(text(match('a', { max_gaps: -1, ordered: false }))).toBe(text(match('a')));
  });

  it('differs with everything that matters', () => {
    const rules = [
      match('a b'),
      match('b a'),
      match('a b', { ordered: true }),
      match('a b', { max_gaps: 0 }),
      match('a b', { analyzer: 'simple' }),
      match('a b', { use_field: 'simple' }),
      match('a b', { filter: { before: match('c') } }),
      match('a b', { filter: { after: match('c') } }),
      allOf(match('a'), match('b')),
      allOf(match('b'), match('a')),
      anyOf(match('a'), match('b')),
      { prefix: { prefix: 'a b' } },
      { wildcard: { pattern: 'a b' } },
      { fuzzy: { term: 'a b' } },
      { fuzzy: { term: 'a b', prefix_length: 1 } },
    ];
    const all = [...rules.map((rule) => text(rule)), text(match('a b'), 'g')];
    expect(new Set(all).size).toBe(all.length);
    expect(all[0]).toBe('1 ["intervals","f",["match","a b",null,false]]');
  });
});
