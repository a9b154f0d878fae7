import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical, normalise } from '../../../src/query/canonical.ts';
import { parseDsl } from '../../../src/query/dsl/dsl.ts';
import type { Ir } from '../../../src/query/ir.ts';
import {
  parseQueryString,
  type QueryStringOptions,
} from '../../../src/query/query-string/query-string.ts';

/** A short form to read: words for match leaves, + and - for must and must_not. */
function show(ir: Ir): string {
  switch (ir.kind) {
    case 'and':
      return `(${ir.clauses.map((clause) => (clause.kind === 'not' ? show(clause) : `+${show(clause)}`)).join(' ')})`;
    case 'or':
      return `(${ir.clauses.map(show).join(' ')})${ir.atLeast === 1 ? '' : `~${ir.atLeast}`}`;
    case 'not':
      return `-${show(ir.clause)}`;
    case 'match':
      return `${ir.field === null ? '' : `${ir.field}:`}${ir.text.replaceAll(' ', '_')}${ir.operator === 'and' ? '&' : ''}`;
    case 'phrase':
      return `${ir.field === null ? '' : `${ir.field}:`}"${ir.text}"${ir.slop ? `~${ir.slop}` : ''}`;
    case 'exists':
      return `exists:${ir.field}`;
    case 'range':
      return `${ir.field === null ? '' : `${ir.field}:`}${ir.includeLower ? '[' : '{'}${ir.lower ?? '*'} TO ${ir.upper ?? '*'}${ir.includeUpper ? ']' : '}'}`;
    case 'term':
      return `${ir.field}=${ir.value}`;
    default:
      return ir.kind;
  }
}

const parse = (text: string, options?: QueryStringOptions) => show(parseQueryString(text, options));

function failure(text: string, options?: QueryStringOptions): EstromError {
  try {
    parseQueryString(text, options);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${text}] was parsed`);
}

describe('operators of the query string', () => {
  it.each([
    ['a', 'a'],
    ['a b', 'a_b'],
    ['a b c', 'a_b_c'],
    ['a OR b', '(a b)'],
    ['a || b', '(a b)'],
    ['a AND b', '(+a +b)'],
    ['a && b', '(+a +b)'],
    ['a AND b OR c', '(+a +b)'],
    ['a OR b AND c', '(+b +c)'],
    ['a b AND c', '(+b +c)'],
    ['a b c AND d', '(+c +d)'],
    ['a AND b c', '(+a +b)'],
    ['NOT a', '-a'],
    ['!a', '-a'],
    ['-a', '-a'],
    ['a NOT b', '(-b +a)'],
    ['-a b', '(-a +b)'],
    ['-a -b', '(-a -b)'],
    ['+a b', 'a'],
    ['+a +b', '(+a +b)'],
    ['a +b -c', '(+b -c)'],
    ['a AND NOT b', '(+a -b)'],
    ['NOT a AND b', '(-a +b)'],
    ['a OR NOT b', '(-b +a)'],
    ['a OR -b OR c', '(-b +(a c))'],
    ['(a OR b) AND c', '(+(a b) +c)'],
    ['(a b) AND c', '(+a_b +c)'],
    ['((a))', 'a'],
    ['a AND (b OR (c AND NOT d))', '(+a +(b (+c -d)))'],
    ['(NOT a) OR b', '(-a b)'],
    ['a and b', 'a_and_b'],
    ['a not b', 'a_not_b'],
    ['a NOTb', 'a_NOTb'],
    ['a&&b', 'a&&b'],
    ['a - b', '(a - b)'],
    ['a -b c', '(-b +(a c))'],
    ['a b -c d e', '(-c +(a_b d_e))'],
  ])('reads %s as Lucene does', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  it.each([
    ['a b', 'a_b&'],
    ['a OR b', '(a& b&)'],
    ['a OR b AND c', '(+b& +c&)'],
    ['a AND b OR c', 'a&'],
    ['a f:b', '(+a& +f:b&)'],
    ['a -f:b', '(+a& -f:b&)'],
    ['a OR +b', '(a& b&)'],
  ])('reads %s with AND as default operator', (text, expected) => {
    expect(parse(text, { defaultOperator: 'and' })).toBe(expected);
  });
});

describe('clauses of the query string', () => {
  it.each([
    ['f:a', 'f:a'],
    ['f.g:a', 'f.g:a'],
    ['f: a', 'f:a'],
    ['f:a b', '(f:a b)'],
    ['f:(a b)', 'f:a_b'],
    ['f:(a OR b)', '(f:a f:b)'],
    ['f:(a OR g:b)', '(f:a g:b)'],
    ['a b:c', '(a b:c)'],
    ['f:"a b"', 'f:"a b"'],
    ['"a b"~3', '"a b"~3'],
    ['"a b"~2.9^4', '"a b"~2'],
    ['"a b"^4~2', '"a b"~2'],
    ['"a b"~x', '"a b"'],
    ['"a \\" b"', '"a " b"'],
    ['a^2', 'a'],
    ['(a OR b)^2.5 AND c', '(+(a b) +c)'],
    ['[a TO b]', '[a TO b]'],
    ['f:{a TO b]', 'f:{a TO b]'],
    ['f:[a TO b}', 'f:[a TO b}'],
    ['f:["a b" TO "c d"]', 'f:[a b TO c d]'],
    ['f:[* TO 5]', 'f:[* TO 5]'],
    ['f:[5 TO *}', 'f:[5 TO *}'],
    ['f:[-5 TO 2020-01-01T00:00:00]', 'f:[-5 TO 2020-01-01T00:00:00]'],
    ['f:[TO TO TO]', 'f:[TO TO TO]'],
    ['f:>5', 'f:{5 TO *]'],
    ['f:>=5', 'f:[5 TO *]'],
    ['f:<5', 'f:[* TO 5}'],
    ['f:<=5', 'f:[* TO 5]'],
    ['>5', '{5 TO *]'],
    ['f:(>=1 AND <2)', '(+f:[1 TO *] +f:[* TO 2})'],
    ['_exists_:f', 'exists:f'],
    ['_exists_:"f.g"', 'exists:f.g'],
    ['f:*', 'exists:f'],
    ['*', 'all'],
    ['*:*', 'all'],
    ['* AND a', '(+all +a)'],
    ['*:a', 'a'],
    ['a\\:b', 'a:b'],
    ['a\\ b', 'a_b'],
    ['\\u0041', 'A'],
    ['\\-5', '-5'],
    ['f\\ g:a', 'f g:a'],
    ['a.b-c+d', 'a.b-c+d'],
    ['müller 東京', 'müller_東京'],
    ['a\u3000b', 'a_b'],
  ])('reads %s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  it('matches nothing when the text is blank', () => {
    expect(parse('')).toBe('none');
    expect(parse(' \t\n')).toBe('none');
  });

  it('puts the default field where none is named', () => {
    expect(parse('a AND g:b AND *', { defaultField: 'f' })).toBe('(+f:a +g:b +exists:f)');
    expect(parse('*:*', { defaultField: 'f' })).toBe('all');
    expect(parse('>5', { defaultField: 'f' })).toBe('f:{5 TO *]');
    expect(parse('>5', { fields: ['f'] })).toBe('f:>5');
    expect(parse('a', { defaultField: '*' })).toBe('a');
  });
});

describe('errors of the query string', () => {
  it.each([
    ['(a', 2],
    ['a)', 1],
    ['()', 1],
    ['a AND', 5],
    ['AND a', 0],
    ['a OR OR b', 5],
    ['NOT', 3],
    ['a NOT NOT b', 6],
    ['"a', 0],
    ['f:"a', 2],
    ['a\\', 1],
    ['a\\u12', 1],
    ['f:', 2],
    ['f:g:h', 3],
    ['f:-5', 2],
    ['f*:a', 0],
    ['[a b]', 3],
    ['[a TO', 5],
    ['[a TO b', 7],
    ['a]', 1],
    ['a^', 2],
    ['a^b', 2],
    ['a /b', 2],
    ['"a b"~-1', 5],
  ])('tells where the syntax of %s breaks', (text, offset) => {
    const error = failure(text);
    expect([error.code, error.details['offset']]).toEqual(['QUERY_SYNTAX', offset]);
  });

  it.each([
    ['_type:5', 6],
    ['_exists_:\\*', 9],
  ])('names what is not supported in %s', (text, offset) => {
    const error = failure(text);
    expect([error.code, error.details['offset']]).toEqual(['QUERY_UNSUPPORTED', offset]);
  });

  it('says what was expected', () => {
    expect(failure('(a').message).toMatch(/expected a \) for the \( at offset 0/);
    expect(failure('f:g:h').message).toMatch(/found \[:\]; write \\:/);
    expect(failure('a^b').message).toMatch(/number directly after \^/);
  });

  it('bounds depth, clauses and length', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(parse(nested(50))).toBe('a');
    expect(failure(nested(51)).code).toBe('QUERY_LIMIT');
    expect(failure('('.repeat(60_000)).code).toBe('QUERY_LIMIT');
    const joined = (count: number) => Array.from({ length: count }, (_, n) => `a${n}`).join(' OR ');
    expect(parseQueryString(joined(1024)).kind).toBe('or');
    expect(failure(joined(1025)).code).toBe('QUERY_LIMIT');
    expect(failure('ä'.repeat(33_000)).code).toBe('QUERY_LIMIT');
  });
});

describe('whatever the text', () => {
  const piece = fc.constantFrom(
    ...['a', 'f:', 'AND', 'OR', 'NOT', '+', '-', '!', '(', ')', '[', ']', '{', '}', '"', 'TO', ' '],
    ...['\\', '^2', '~', '*', '?', '/', ':', '>', '&&', '\t', '\u3000', '1', '_exists_:', '\\u00'],
  );

  it('gives a query, or an error that tells a place in it', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        try {
          parseQueryString(text);
        } catch (error) {
          if (!(error instanceof EstromError)) throw error;
          const offset = error.details['offset'] as number;
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('wildcards in terms', () => {
  it.each([
    ['f:foo*', 'foo*'],
    ['f:*o?', '*o?'],
    ['f:a\\**', 'a\\**'],
    ['f:a\\:b*', 'a:b*'],
    ['f:\\u002a*', '\\**'],
    ['f:b*^2', 'b*'],
  ])('%s has the pattern %s', (text, pattern) => {
    expect(parseQueryString(text)).toEqual({
      kind: 'wildcard',
      field: 'f',
      pattern,
      normalize: true,
    });
  });

  it('stand for every field where none is named', () => {
    const any = { kind: 'wildcard', field: null, pattern: 'b*', normalize: true };
    expect(parseQueryString('b*')).toEqual(any);
  });

  it('have one canonical form in both syntaxes, unless capitals tell them apart', () => {
    const dsl = (pattern: string) => canonical(parseDsl({ wildcard: { f: pattern } }));
    const text = (pattern: string) => canonical(parseQueryString(`f:${pattern}`));
    expect(text('b?r*')).toBe(dsl('b?r*'));
    expect(text('B*')).not.toBe(dsl('B*'));
    expect(canonical(parseDsl({ prefix: { f: 'b*' } }))).toBe(dsl('b\\**'));
  });
});

describe('clauses without a word', () => {
  it('count as not written where the field is text, and as they stand elsewhere', () => {
    const wordless = { kind: 'wordless', field: 'f', text: '---' };
    const phrase = { kind: 'phrase', field: 'f', text: '---', slop: 0 };
    expect(normalise(parseQueryString('f:"---" AND g:x'))).toEqual(
      normalise({
        kind: 'and',
        clauses: [
          { kind: 'or', clauses: [wordless, phrase] as Ir[], atLeast: 1 },
          { kind: 'match', field: 'g', text: 'x', operator: 'or' },
        ],
      }),
    );
  });

  it('match nothing where nothing else is left', () => {
    const alone = normalise(parseQueryString('f:"---"'));
    expect(alone).toMatchObject({ kind: 'and' });
    expect(canonical(alone)).toContain('["not",["wordless","f","---"]]');
  });
});
