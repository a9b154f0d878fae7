import { expect, it } from 'vitest';
import { inLanguage, kqlTextOf } from '../../src/query/query-language.ts';

it('a text in KQL becomes a clause, and is told again', () => {
  const query = inLanguage('f: a or b', 'kql');
  expect(query).toEqual({ kql: { query: 'f: a or b' } });
  expect(kqlTextOf(query)).toBe('f: a or b');
});

it('what is no text in KQL stays as it is', () => {
  const dsl = { match_all: {} };
  expect(inLanguage(dsl, undefined)).toBe(dsl);
  expect(inLanguage(dsl, 'lucene')).toBe(dsl);
  expect(inLanguage('f:a', null)).toBe('f:a');
  expect(inLanguage(null, 'kql')).toBeNull();
  for (const query of ['f:a', dsl, null, { kql: { query: 'a', time_zone: 'UTC' } }, { kql: 'a' }]) {
    expect(kqlTextOf(query)).toBeNull();
  }
});

it('another language is refused with those that there are', () => {
  expect(() => inLanguage('a', 'sql')).toThrow(/\[lang\] is "sql"; known are \[lucene\], \[kql\]/);
  expect(() => inLanguage('a', 'KQL')).toThrow(/known are \[lucene\], \[kql\]/);
  expect(() => inLanguage('a', 5)).toThrow(/known are/);
  expect(() => inLanguage({ match_all: {} }, 'kql')).toThrow(/\[lang\] is for a query text/);
});
