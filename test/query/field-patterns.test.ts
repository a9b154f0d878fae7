import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { canonical } from '../../src/query/canonical.ts';
import { coversPath, fieldPattern, isFieldPattern } from '../../src/query/field-patterns.ts';
import { parseQuery } from '../../src/query/parse-query.ts';

type Query = string | Record<string, unknown>;

const textOf = (query: Query): string => canonical(parseQuery(query));
const multi = (query: string, fields: unknown, further: Record<string, unknown> = {}): Query => ({
  multi_match: { query, fields, ...further },
});
const string = (query: string, further: Record<string, unknown> = {}): Query => ({
  query_string: { query, ...further },
});

describe('a pattern of names', () => {
  it('covers what the same regular expression finds', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '.', '*'), { maxLength: 8 });
    const name = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(letters, name, (pattern, path) => {
        const field = fieldPattern(`${pattern.join('')}*a`)!;
        const pieces = field.slice(1).split('*');
        const expression = pieces.map((piece) => piece.replaceAll('.', '\\.')).join('.*');
        expect(coversPath(field, path.join(''))).toBe(
          new RegExp(`^${expression}$`).test(path.join('')),
        );
      }),
    );
  });

  it('takes no more time where it has many stars', () => {
    const field = fieldPattern(`${'a*'.repeat(100)}b`)!;
    const begun = performance.now();
    expect(coversPath(field, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('leaves the names that begin with _ to those that begin so too', () => {
    expect(coversPath('.*o', '_foo')).toBe(false);
    expect(coversPath('._f*', '_foo')).toBe(true);
  });

  it('is told from a plain name by a dot, with which no name begins', () => {
    expect(isFieldPattern('.a*')).toBe(true);
    expect(isFieldPattern('a*')).toBe(false);
    expect(isFieldPattern('.a')).toBe(false);
    expect(() => parseQuery({ term: { '.a*': 'x' } })).toThrow(EstromError);
    expect(parseQuery({ term: { 'a*': 'x' } })).toEqual({ kind: 'term', field: 'a*', value: 'x' });
  });
});

describe('equal spellings have equal canonical texts', () => {
  it.each<[string, Query, Query]>([
    ['a named pattern and a list', 'f\\*:x', multi('x', ['f*'])],
    ['a list and a text in place of it', multi('x', 'f*'), multi('x', ['f*^3'])],
    ['a default field', string('x', { default_field: 'f*' }), 'f\\*:x'],
    ['several stars', 'f\\*\\*o:x', 'f\\*o:x'],
    ['a star alone', '\\*:x', 'x'],
    [
      'a named pattern and a simple text',
      'f\\*:x',
      {
        simple_query_string: { query: 'x', fields: ['f*'] },
      },
    ],
    ['fields that exist', '_exists_:f\\*', { exists: { field: 'f*' } }],
    ['a star for any value', 'f\\*:*', { exists: { field: 'f*' } }],
    ['a phrase', 'f\\*:"x y"', multi('x y', ['f*'], { type: 'phrase' })],
    [
      'fields in another order',
      multi('x y', ['g', 'f'], { type: 'cross_fields', operator: 'and' }),
      multi('x y', ['f', 'g', 'f'], { type: 'cross_fields', operator: 'and' }),
    ],
    [
      'one field as one',
      multi('x y', ['f'], { type: 'cross_fields', operator: 'and' }),
      {
        match: { f: { query: 'x y', operator: 'and' } },
      },
    ],
    [
      'one of the words',
      multi('x y', ['f', 'g'], { type: 'cross_fields' }),
      multi('x y', ['f', 'g']),
    ],
    [
      'the beginning of a phrase',
      { match_phrase_prefix: { f: 'x y' } },
      multi('x y', ['f'], { type: 'phrase_prefix' }),
    ],
    [
      'its default',
      { match_phrase_prefix: { f: { query: 'x y', max_expansions: 50 } } },
      string('x y', { default_field: 'f', type: 'phrase_prefix' }),
    ],
    [
      'no expansions are one',
      { match_phrase_prefix: { f: { query: 'x', max_expansions: 0 } } },
      { match_phrase_prefix: { f: { query: 'x', max_expansions: 1 } } },
    ],
    ['ids and a term', { ids: { values: ['a', 'b'] } }, { terms: { _id: ['b', 'a'] } }],
    ['a match of an id', '_id:a', { match: { _id: 'a' } }],
    ['a zone of no bounds', { range: { f: { time_zone: '+01:00' } } }, { range: { f: {} } }],
    [
      'a range in a zone',
      string('f:[2024 TO 2025]', { time_zone: 'CET' }),
      {
        range: { f: { gte: '2024', lte: '2025', time_zone: 'CET' } },
      },
    ],
    ['a zone where nothing is a date', string('f:x', { time_zone: 'CET' }), 'f:x'],
    [
      'the whole minimum',
      multi('x y', ['f*'], { minimum_should_match: '100%' }),
      multi('x y', ['f*'], { operator: 'and' }),
    ],
  ])('%s', (_, one, other) => {
    expect(textOf(one)).toBe(textOf(other));
  });

  it.each<[string, Query, Query]>([
    ['a plain name and a pattern', { match: { 'f*': 'x' } }, 'f\\*:x'],
    ['a list that covers ids', multi('x', ['*d']), '\\*d:x'],
    ['a phrase and its beginning', 'f:"x y"', { match_phrase_prefix: { f: 'x y' } }],
    ['zones', { range: { f: { gt: '2024', time_zone: 'CET' } } }, { range: { f: { gt: '2024' } } }],
    ['formats', { range: { f: { gt: '2024', format: 'yyyy' } } }, { range: { f: { gt: '2024' } } }],
    [
      'words in one field or in several',
      multi('x y', ['f*'], { operator: 'and' }),
      multi('x y', ['f*'], { type: 'cross_fields', operator: 'and' }),
    ],
  ])('but not %s', (_, one, other) => {
    expect(textOf(one)).not.toBe(textOf(other));
  });
});

describe('what is refused of readings of dates', () => {
  it.each<[Query, string]>([
    [{ range: { f: { gt: 1, format: 'nonsense' } } }, 'query.range.f.format'],
    [{ range: { f: { gt: 1, format: '' } } }, 'query.range.f.format'],
    [{ range: { f: { gt: 1, time_zone: 'nowhere' } } }, 'query.range.f.time_zone'],
    [string('f:x', { time_zone: 'nowhere' }), 'query.query_string.time_zone'],
  ])('%j', (query, clause) => {
    expect.assertions(1);
    try {
      parseQuery(query);
    } catch (error) {
      expect(error).toMatchObject({ code: 'QUERY_SYNTAX', details: { clause } });
    }
  });
});
