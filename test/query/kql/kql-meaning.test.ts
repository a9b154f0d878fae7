import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical } from '../../../src/query/canonical.ts';
import { parseDsl } from '../../../src/query/dsl/dsl.ts';
import { parseKql } from '../../../src/query/kql/parse-kql.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { parseQueryString } from '../../../src/query/query-string/query-string.ts';

function failure(query: unknown): EstromError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('a query in KQL is the same query as', () => {
  it.each([
    ['', '*'],
    ['*', '*:*'],
    ['*: *', '*'],
    ['foo', 'foo'],
    ['foo bar', 'foo bar'],
    ['"foo bar"', '"foo bar"'],
    ['f: foo', 'f:foo'],
    ['f: foo bar', 'f:(foo bar)'],
    ['f: "foo bar"', 'f:"foo bar"'],
    ['f: (foo or bar)', 'f:foo OR f:bar'],
    ['f: (foo and not "a b")', 'f:foo AND NOT f:"a b"'],
    ['f: foo and g: bar', 'f:foo AND g:bar'],
    ['a or b and c', 'a OR (b AND c)'],
    ['not f: foo', 'NOT f:foo'],
    ['f: *', 'f:*'],
    ['f.g: *', '_exists_:f.g'],
    ['f: fo*', 'f:fo*'],
    ['f: *OO', 'f:*OO'],
    ['f: f*o bar', 'f:(f*o bar)'],
    ['fo*', 'fo*'],
    ['f: a\\*b*', 'f:a\\*b*'],
    ['f: 1.5*', 'f:1.5*'],
    ['log.*: foo', 'log.\\*:foo'],
    ['f: 200', 'f:200'],
    ['f: true', 'f:true'],
  ])('%j: the query string %j', (kql, lucene) => {
    expect(canonical(parseKql(kql))).toBe(canonical(parseQueryString(lucene)));
  });

  it.each([
    ['f: foo', { match: { f: 'foo' } }],
    ['f: foo bar', { match: { f: 'foo bar' } }],
    ['f: "foo bar"', { match_phrase: { f: 'foo bar' } }],
    ['foo', { multi_match: { type: 'best_fields', query: 'foo', lenient: true } }],
    ['"foo bar"', { multi_match: { type: 'phrase', query: 'foo bar', lenient: true } }],
    ['null: foo', { multi_match: { type: 'best_fields', query: 'foo', lenient: true } }],
    ['fo* bar', { query_string: { query: 'fo* bar' } }],
    ['f: fo* bar', { query_string: { fields: ['f'], query: 'fo* bar' } }],
    ['f: \\and*', { query_string: { fields: ['f'], query: 'and*' } }],
    ['f: a \\AND b*', { query_string: { fields: ['f'], query: 'a AND b*' } }],
    ['f: a\\:b?*', { query_string: { fields: ['f'], query: 'a\\:b\\?*' } }],
    ['f: **', { query_string: { fields: ['f'], query: '**' } }],
    ['f >= 5', { range: { f: { gte: '5' } } }],
    ['f < Foo', { range: { f: { lt: 'Foo' } } }],
    ['f > now-1d/d', { range: { f: { gt: 'now-1d/d' } } }],
    ['f <= 5*', { range: { f: { lte: '5*' } } }],
    ['f > null', { range: { f: { gt: null } } }],
    ['true: x', { match: { true: 'x' } }],
    ['f: *', { exists: { field: 'f' } }],
    ['f*: *', { exists: { field: 'f*' } }],
    ['"f*": x', { match: { 'f*': 'x' } }],
    ['f*: x', { multi_match: { fields: ['f*'], query: 'x', lenient: true } }],
    ['f*: "x y"', { multi_match: { fields: ['f*'], query: 'x y', type: 'phrase' } }],
    ['*: x', { multi_match: { query: 'x', lenient: true } }],
    ['not f > 5', { bool: { must_not: [{ range: { f: { gt: 5 } } }] } }],
    [
      'a and b',
      { bool: { filter: [{ multi_match: { query: 'a' } }, { multi_match: { query: 'b' } }] } },
    ],
    [
      'f: (a or b)',
      { bool: { should: [{ match: { f: 'a' } }, { match: { f: 'b' } }], minimum_should_match: 1 } },
    ],
    ['i: { f: a }', { nested: { path: 'i', query: { match: { 'i.f': 'a' } } } }],
    ['i: { f: * }', { nested: { path: 'i', query: { exists: { field: 'i.f' } } } }],
    ['i: { *: * }', { nested: { path: 'i', query: { match_all: {} } } }],
    [
      'i: { f: a* }',
      { nested: { path: 'i', query: { query_string: { fields: ['i.f'], query: 'a*' } } } },
    ],
    [
      'i: { f*: a }',
      { nested: { path: 'i', query: { multi_match: { fields: ['i.f*'], query: 'a' } } } },
    ],
    [
      'not i.j: { f > 5 }',
      { bool: { must_not: { nested: { path: 'i.j', query: { range: { 'i.j.f': { gt: 5 } } } } } } },
    ],
    [
      'i: { f: a and j: { not g: "b c" } }',
      {
        nested: {
          path: 'i',
          query: {
            bool: {
              filter: [
                { match: { 'i.f': 'a' } },
                {
                  nested: {
                    path: 'i.j',
                    query: { bool: { must_not: { match_phrase: { 'i.j.g': 'b c' } } } },
                  },
                },
              ],
            },
          },
        },
      },
    ],
  ])('%j: the clause %j', (kql, dsl) => {
    expect(canonical(parseKql(kql))).toBe(canonical(parseDsl(dsl)));
  });

  it('the same in another order, and with brackets', () => {
    const one = canonical(parseKql('f: a and (g: b or h > 5)'));
    expect(canonical(parseKql('((h > 5) OR g:b) AND f:(a)'))).toBe(one);
  });
});

describe('a time zone', () => {
  const inZone = (query: string) => parseDsl({ kql: { query, time_zone: 'Europe/Berlin' } });

  it('is that of dates: bounds, single ones and such in quotes', () => {
    const timeZone = 'Europe/Berlin';
    expect(inZone('t >= "2024-02-03"')).toMatchObject({ kind: 'range', timeZone });
    expect(inZone('t: 2024-02-03')).toMatchObject({ kind: 'match', timeZone });
    expect(inZone('t: "2024-02-03"')).toMatchObject({ kind: 'phrase', timeZone });
  });

  it('makes no other query of what is no date, or has no field', () => {
    for (const text of ['f: foo', 'f: "foo"', 'f > foo', '2024-02-03', 'f: 2024*']) {
      expect(canonical(inZone(text))).toBe(canonical(parseKql(text)));
    }
  });

  it('makes another query of a date in quotes', () => {
    const text = 't: "2024-02-03"';
    expect(canonical(inZone(text))).not.toBe(canonical(parseKql(text)));
  });
});

describe('an error', () => {
  const kql = (query: string) => ({ kql: { query } });

  it.each([
    ['f: null', 3, 'QUERY_SYNTAX', /null is no value to look for; write \[not field: \*\]/],
    ['null', 0, 'QUERY_SYNTAX', /null is no value/],
    ['a and f: AND *', 9, 'QUERY_SYNTAX', /\[AND \*\] is read as a query string: expected a term/],
    ['a and "": b', 6, 'QUERY_SYNTAX', /a field's name cannot be empty/],
    ['a and _source: b', 6, 'QUERY_UNSUPPORTED', /metadata field \[_source\]/],
    ['a\\*b*: c', 0, 'QUERY_UNSUPPORTED', /both wildcards and/],
    ['a and i: { b }', 11, 'QUERY_UNSUPPORTED', /inside of \{ \} a value needs a field before it/],
    [
      'i*: { f: b }',
      0,
      'QUERY_UNSUPPORTED',
      /the path of nested objects has no wildcards: \[i\*\]/,
    ],
    ['a and *e: *', 6, 'QUERY_UNSUPPORTED', /covers fields such as \[_source\]/],
  ])('in %j stands at %i', (text, offset, code, reason) => {
    const error = failure(kql(text));
    expect(error.code).toBe(code);
    expect(error.details).toEqual({ offset });
    expect(error.message).toMatch(reason);
  });

  it('in a clause of the Query DSL has its path as well', () => {
    const error = failure({ bool: { filter: [{ kql: { query: 'a:b and (c' } }] } });
    expect(error.details).toEqual({ offset: 10, clause: 'query.bool.filter[0].kql' });
  });

  it('is too many clauses', () => {
    const many = Array.from({ length: 1025 }, (_, i) => `f${i}: x`).join(' or ');
    expect(failure(kql(many)).code).toBe('QUERY_LIMIT');
  });

  it.each([
    [{ kql: {} }, /requires a \[query\] text/],
    [{ kql: { query: 5 } }, /expected a text/],
    [
      { kql: { query: 'a', default_field: 'f' } },
      /\[default_field\] is not supported; name the field/,
    ],
    [{ kql: { query: 'a', case_insensitive: true } }, /true is not supported/],
    [{ kql: { query: 'a', time_zone: 'Mars' } }, /unknown time zone \[Mars\]/],
  ])('is a clause such as %j', (clause, reason) => {
    expect(failure(clause).message).toMatch(reason);
  });
});

it('any text has a meaning, or is refused at a place in it', () => {
  const unit = fc.constantFrom(
    ...'ab 1*\\():<>"{}.-?/[]~^+!&|',
    ' and ',
    ' or ',
    'not ',
    'null',
    '_id',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      try {
        canonical(parseKql(text));
      } catch (error) {
        if (!(error instanceof EstromError)) throw error;
        expect(error.details['offset']).toBeGreaterThanOrEqual(0);
        expect(error.details['offset']).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1000 },
  );
});
