import { describe, expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { canonical, canonicalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';

type Query = string | Record<string, unknown>;

const parse = (query: Query): Ir => canonicalise(parseQuery(query)).query;
const text = (query: Query): string => canonical(parseQuery(query));

function failure(query: Query): EstromError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${JSON.stringify(query)}] was parsed`);
}

const regexp = (value: unknown, further: object = {}) => ({ regexp: { f: { value, ...further } } });
const fuzzy = (value: unknown, further: object = {}) => ({ fuzzy: { f: { value, ...further } } });

describe('regular expressions', () => {
  it.each<[Query, Query]>([
    ['f:/a.*/', { regexp: { f: 'a.*' } }],
    ['f:/a.*/^2', 'f:/a.*/~1'],
    [regexp('a.*', { flags: 'NONE' }), regexp('a.*')],
    [regexp('a&b', { flags: 'INTERSECTION' }), regexp('a&b')],
    [regexp('1.*', { case_insensitive: true }), regexp('1.*')],
    [regexp('a~b', { flags_value: 2 }), regexp('a~b', { flags: 'complement|EMPTY' })],
    [regexp(5), regexp('5')],
    ['a/b', '"a/b"'],
  ])('%j is %j', (one, other) => {
    if (one !== 'a/b') expect(text(one)).toBe(text(other));
    else expect(failure(one).code).toBe('QUERY_SYNTAX');
  });

  it.each<[Query, Query]>([
    [regexp('a&b', { flags: 'NONE' }), regexp('a&b')],
    [regexp('a', { case_insensitive: true }), regexp('a')],
    [regexp('()', { case_insensitive: true }), regexp('()')],
    ['/a/', 'f:/a/'],
  ])('%j is not %j', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });

  it.each<[Query, object]>([
    ['f:/a(b/', { offset: 6 }],
    ['x AND f:/ab{/', { offset: 12 }],
    [{ query_string: { query: '/[/' } }, { offset: 2, clause: 'query.query_string' }],
    [regexp('['), { clause: 'query.regexp.f' }],
    [{ bool: { must: regexp('a|') } }, { clause: 'query.bool.must.regexp.f' }],
    [regexp('a', { flags: 'ALL|SOME' }), { clause: 'query.regexp.f.flags' }],
    [{ regexp: { f: {} } }, { clause: 'query.regexp.f' }],
  ])('tells where the syntax of %j breaks', (query, details) => {
    const error = failure(query);
    expect([error.code, error.details]).toEqual(['QUERY_SYNTAX', details]);
  });

  it.each<[string, Query]>([
    ['length', regexp('x'.repeat(1001))],
    ['states', '/(a|b)*a(a|b){20}/'],
    ['groups', regexp(`${'('.repeat(101)}a${')'.repeat(101)}`)],
    ['all expressions together', Array.from({ length: 400 }, (_, n) => `/.*a.{9}${n}/`).join(' ')],
  ])('are bounded in %s', (_, query) => {
    expect(failure(query).code).toBe('QUERY_LIMIT');
  });
});

describe('near terms', () => {
  const near = (given: object) => {
    const defaults = { kind: 'fuzzy', field: 'f', prefixLength: 0, transpositions: true };
    return { ...defaults, normalize: false, ...given };
  };

  it.each<[Query, object]>([
    ['f:abc~', near({ text: 'abc', edits: 1 })],
    ['f:abcdef~', near({ text: 'abcdef', edits: 2 })],
    ['f:ab~', near({ text: 'ab', edits: 0 })],
    ['f:Ab~2', near({ text: 'Ab', edits: 2, normalize: true })],
    ['f:ab~1.9', near({ text: 'ab', edits: 1 })],
    ['f:ab~7^3', near({ text: 'ab', edits: 2 })],
    ['f:ab^3~1', near({ text: 'ab', edits: 1 })],
    ['f:a\\*b~1', near({ text: 'a*b', edits: 1 })],
    ['f:😀😀~', near({ text: '😀😀', edits: 0 })],
    ['f:abc~AUTO', near({ text: 'abc', edits: 1 })],
    ['abc~', near({ field: null, text: 'abc', edits: 1 })],
    [fuzzy('Abc'), near({ text: 'Abc', edits: 1 })],
    [{ fuzzy: { f: { term: 'abc' } } }, near({ text: 'abc', edits: 1 })],
    [fuzzy('abc', { fuzziness: 'AUTO:2,3' }), near({ text: 'abc', edits: 2 })],
    [fuzzy('abc', { prefix_length: '2.7' }), near({ text: 'abc', edits: 1, prefixLength: 2 })],
    [fuzzy('ab', { prefix_length: 2, transpositions: false }), near({ text: 'ab', edits: 0 })],
    [
      { query_string: { query: 'f:abc~', fuzziness: 2, fuzzy_prefix_length: 1 } },
      near({ text: 'abc', edits: 2, prefixLength: 1 }),
    ],
    [
      { simple_query_string: { query: 'abc~9', fields: ['f'], fuzzy_transpositions: false } },
      near({ text: 'abc', edits: 2, transpositions: false }),
    ],
    [
      { match: { f: { query: 'a b', fuzziness: 'auto' } } },
      {
        kind: 'match',
        field: 'f',
        text: 'a b',
        operator: 'or',
        fuzzy: { edits: [3, 6], prefixLength: 0, transpositions: true },
      },
    ],
  ])('%j asks for %j', (query, expected) => {
    expect(parse(query)).toEqual(expected);
  });

  it('a ~ behind a pattern says nothing', () => {
    expect(text('f:ab*~')).toBe(text('f:ab*'));
    expect(text('f:a?b~2')).toBe(text('f:a?b'));
  });

  it('with no edits in the simple syntax it is a text', () => {
    const simple = (query: string) => ({ simple_query_string: { query, fields: ['f'] } });
    expect(text(simple('ab~0'))).toBe(text(simple('ab')));
    expect(text(simple('ab~x'))).toBe(text(simple('ab')));
  });

  it.each<[Query, object]>([
    ['f:abc~x', { offset: 5 }],
    ['f:abc~-1', { offset: 5 }],
    [fuzzy('a', { fuzziness: 'AUTO:3' }), { clause: 'query.fuzzy.f.fuzziness' }],
    [fuzzy('a', { fuzziness: 'AUTO:3,2' }), { clause: 'query.fuzzy.f.fuzziness' }],
    [fuzzy('a', { fuzziness: -1 }), { clause: 'query.fuzzy.f.fuzziness' }],
    [fuzzy('a', { max_expansions: 0 }), { clause: 'query.fuzzy.f.max_expansions' }],
    [fuzzy('a', { prefix_length: -1 }), { clause: 'query.fuzzy.f.prefix_length' }],
    [{ fuzzy: { f: {} } }, { clause: 'query.fuzzy.f' }],
    [
      { multi_match: { query: 'a', fields: ['f'], type: 'phrase', fuzziness: 1 } },
      { clause: 'query.multi_match.fuzziness' },
    ],
  ])('tells what is wrong with %j', (query, details) => {
    const error = failure(query);
    expect([error.code, error.details]).toEqual(['QUERY_SYNTAX', details]);
  });
});

describe('letters in any case', () => {
  const term = (value: unknown) => ({ term: { f: { value, case_insensitive: true } } });
  const wildcard = (value: unknown) => ({ wildcard: { f: { value, case_insensitive: true } } });
  const prefix = (value: unknown) => ({ prefix: { f: { value, case_insensitive: true } } });

  it.each<[Query, Query]>([
    [term('FOO'), term('foo')],
    [term('a*B'), wildcard('A\\*b')],
    [prefix('Fo'), wildcard('fO*')],
    [wildcard('1*'), { wildcard: { f: '1*' } }],
  ])('%j is %j', (one, other) => {
    expect(text(one)).toBe(text(other));
  });

  it('a letter behind a backslash is the one that it is', () => {
    expect(text(wildcard('\\Foo'))).not.toBe(text(wildcard('\\foo')));
  });

  it('a term is no pattern of other types, but of booleans', () => {
    expect(parse(term('404')).kind).toBe('wildcard');
    expect(parse(term('true')).kind).toBe('or');
    expect(parse(term('')).kind).toBe('none');
  });
});
