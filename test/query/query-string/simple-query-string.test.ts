import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical } from '../../../src/query/canonical.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { parseQueryString } from '../../../src/query/query-string/query-string.ts';
import {
  parseSimpleQueryString,
  type SimpleQueryOptions,
} from '../../../src/query/query-string/simple-query-string.ts';

const simple = (text: string, options?: SimpleQueryOptions) =>
  canonical(parseSimpleQueryString(text, options));
const classic = (text: string) => canonical(parseQueryString(text));

function failure(text: string, options?: SimpleQueryOptions): EstromError {
  try {
    parseSimpleQueryString(text, options);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${text}] was parsed`);
}

describe('the simple syntax', () => {
  it.each([
    ['a + b', 'a AND b'],
    ['a | b', 'a OR b'],
    ['a b', 'a OR b'],
    ['a -b', 'a OR (NOT b)'],
    ['a + -b', 'a AND NOT b'],
    ['--a', 'a'],
    ['- a', 'a'],
    ['a + b | c', '(a AND b) OR c'],
    ['a | b + c', '(a OR b) AND c'],
    ['a | (b + c)', 'a OR (b AND c)'],
    ['-(a b)', 'NOT (a OR b)'],
    ['+a', 'a'],
    ['a + | b', 'a AND b'],
    ['a + () b', 'a OR b'],
    ['"a b"', '"a b"'],
    ['"a b"~2', '"a b"~2'],
    ['"a b"~ c', '"a b"~2 OR c'],
    ['"a b"~x', '"a b"'],
    ['"a b', 'a OR b'],
    ['(a', 'a'],
    ['a)', 'a'],
    ['ab*', 'ab*'],
    ['*', '*'],
    ['a\\*', 'a\\*'],
    ['a\\ b', '(a b)'],
    ['', ''],
    ['()', ''],
  ])('reads %j as the query string %j', (text, query) => {
    expect(simple(text)).toBe(classic(query));
  });

  it('combines clauses and tokens by the default operator', () => {
    expect(simple('a b', { operator: 'and' })).toBe(
      canonical(parseQueryString('a AND b', { defaultOperator: 'and' })),
    );
  });

  it('reads as plain text what its flags leave out', () => {
    const tail = { match: { f: { query: 'a + b' } } };
    const asked = { simple_query_string: { query: 'a + b', flags: 'NONE', fields: ['f'] } };
    expect(canonical(parseQuery(asked))).toBe(canonical(parseQuery(tail)));
  });

  it('counts clauses where a minimum asks for several', () => {
    const two = { minimum: '2' };
    expect(simple('a b', two)).toBe(classic('a AND b'));
    expect(simple('a + b', two)).toBe(classic(''));
    expect(simple('-a', two)).toBe(classic(''));
    expect(simple('a', two)).toBe(classic('a'));
  });

  it('leaves out a text in which the field finds no word, where that matters', () => {
    const fields = ['f'];
    const any = canonical(parseSimpleQueryString('a | ...', { fields }));
    expect(any).not.toContain('wordless');
    expect(simple('a & b / c # d ; e', { fields })).not.toContain('wordless');
    expect(simple('a & b', { fields: ['f', 'g'] })).not.toContain('wordless');
    expect(canonical(parseSimpleQueryString('a + ...', { fields }))).toContain('wordless');
  });

  it('never refuses a text for its syntax', () => {
    const signs = fc.constantFrom(...'+-|()"~*\\ \t&a1', '~1', '"a"~1');
    const texts = fc.array(signs, { maxLength: 30 }).map((parts) => parts.join(''));
    const fields = fc.constantFrom([null], ['f'], ['f', 'g']);
    fc.assert(
      fc.property(texts, fc.integer({ min: -1, max: 1023 }), fields, (text, flags, asked) => {
        try {
          parseSimpleQueryString(text, { flags, fields: asked });
        } catch (error) {
          if (!(error instanceof EstromError)) throw error;
          expect(error.code).toBe('QUERY_UNSUPPORTED');
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('limits of the simple syntax', () => {
  it('bounds depth and clauses', () => {
    expect(failure(`${'('.repeat(60)}a${')'.repeat(60)}`).code).toBe('QUERY_LIMIT');
    expect(failure('a '.repeat(1025)).code).toBe('QUERY_LIMIT');
    expect(failure('a'.repeat(70_000)).code).toBe('QUERY_LIMIT');
  });

  it('takes no longer for brackets and quotes that nothing closes', () => {
    for (const sign of ['(', '"(', '("', '-', '\\(']) {
      const started = performance.now();
      try {
        parseSimpleQueryString(sign.repeat(60_000 / sign.length));
      } catch (error) {
        expect(error).toBeInstanceOf(EstromError);
      }
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('leaves a wordless text out where no field that is mapped has a word of it', () => {
    const text = simple('a + ...', { fields: ['f', 'g'] });
    expect(text).toContain('["mapped",["f","g"],"others",1]');
    expect(text).toContain('["wordless","g","..."]');
  });
});
