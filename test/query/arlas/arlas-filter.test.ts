import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import {
  arlasParameters,
  isArlasFilter,
  parseArlasFilter,
} from '../../../src/query/arlas/arlas-filter.ts';
import { normalise } from '../../../src/query/canonical.ts';
import { parseDsl } from '../../../src/query/dsl/dsl.ts';
import { parseQueryString } from '../../../src/query/query-string/query-string.ts';

function parsed(text: string) {
  return normalise(parseArlasFilter(text));
}

function sameAs(text: string, dsl: unknown): void {
  expect(parsed(text)).toEqual(normalise(parseDsl(dsl)));
}

function errorOf(text: string): EstromError {
  try {
    parseArlasFilter(text);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${text}] was taken`);
}

const BOX = {
  type: 'envelope',
  coordinates: [
    [0, 10],
    [20, -5],
  ],
};

describe('parseArlasFilter', () => {
  it('reads comparisons', () => {
    sameAs('f=city:eq:Toulouse', { match: { city: 'Toulouse' } });
    sameAs('f=city:ne:Toulouse', { bool: { must_not: { match: { city: 'Toulouse' } } } });
    sameAs('f=age:gt:18', { range: { age: { gt: '18' } } });
    sameAs('f=age:gte:18&f=age:lt:60', {
      bool: { filter: [{ range: { age: { gte: '18' } } }, { range: { age: { lt: '60' } } }] },
    });
    sameAs('f=age:lte:now-1M/M', { range: { age: { lte: 'now-1M/M' } } });
  });

  it('joins values with commas: one of them, or none of them', () => {
    sameAs('f=city:eq:a,b', {
      bool: { should: [{ match: { city: 'a' } }, { match: { city: 'b' } }] },
    });
    sameAs('f=city:ne:a,b', {
      bool: { must_not: [{ match: { city: 'a' } }, { match: { city: 'b' } }] },
    });
  });

  it('joins alternatives with semicolons', () => {
    sameAs('f=a:eq:1;b:lt:2', {
      bool: { should: [{ match: { a: '1' } }, { range: { b: { lt: '2' } } }] },
    });
  });

  it('reads ranges with and without their bounds', () => {
    sameAs('f=x:range:[1<5]', { range: { x: { gte: '1', lte: '5' } } });
    sameAs('f=x:range:]1<5[', { range: { x: { gt: '1', lt: '5' } } });
    sameAs('f=x:range:[1<5[,]7<]', {
      bool: { should: [{ range: { x: { gte: '1', lt: '5' } } }, { range: { x: { gt: '7' } } }] },
    });
  });

  it('reads boxes and well-known text', () => {
    sameAs('f=at:intersects:0,-5,20,10', { geo_shape: { at: { shape: BOX } } });
    sameAs('f=at:notwithin:0,-5,20,10', {
      bool: { must_not: { geo_shape: { at: { shape: BOX, relation: 'within' } } } },
    });
    sameAs('f=at:within:POLYGON((0 0,2 0,2 2,0 0))', {
      geo_shape: { at: { shape: 'POLYGON((0 0,2 0,2 2,0 0))', relation: 'within' } },
    });
  });

  it('reads texts, on a field or on every one', () => {
    expect(parsed('q=city:bord*')).toEqual(normalise(parseQueryString('city:bord*')));
    expect(parsed('q=old town')).toEqual(normalise(parseQueryString('old town')));
    expect(parsed('q=a (b)')).toEqual(normalise(parseQueryString('a \\(b\\)')));
  });

  it('decodes values once, and keeps what stands in them', () => {
    expect(arlasParameters('f=u:eq:a%3Db%26c=d%2526&q=x+y')).toEqual([
      { name: 'f', value: 'u:eq:a=b&c=d%26', offset: 0 },
      { name: 'q', value: 'x y', offset: 24 },
    ]);
    sameAs('f=u:eq:http://a?b=c', { match: { u: 'http://a?b=c' } });
  });

  it('applies the date format to bounds', () => {
    sameAs('f=d:gt:2026&dateformat=yyyy', { range: { d: { gt: '2026', format: 'yyyy' } } });
  });

  it('says what is wrong, and where', () => {
    expect(errorOf('f=a:eq:1&f=b:equals:1')).toMatchObject({
      code: 'QUERY_UNSUPPORTED',
      details: { offset: 9 },
    });
    expect(errorOf('f=b:lkie:1').message).toContain('did you mean [like]');
    expect(errorOf('f=b').message).toContain('field:op:value');
    expect(errorOf('f=b:eq:').code).toBe('QUERY_SYNTAX');
    expect(errorOf('f=x:range:1<5').message).toContain('[1<5]');
    expect(errorOf('f=g:within:10,0,10,5').message).toContain('west and east');
    expect(errorOf('f=a:eq:%zz').message).toContain('%25');
    expect(errorOf('gintersect=POINT(1 2)').message).toContain('f=field:intersects');
    expect(errorOf('f=$timestamp:gt:1').message).toContain('$timestamp');
  });

  it('never throws anything else, whatever the text', () => {
    const part = fc.constantFrom(
      'f=',
      'q=',
      'a',
      ':',
      'eq',
      'range',
      '[1<2]',
      ';',
      ',',
      '&',
      '%',
      '=',
      '(',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseArlasFilter(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EstromError);
        }
      }),
    );
  });

  it('takes any value for what it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(!/[,;]/.test(value) && value.trim() === value);
        const text = `f=a:eq:${encodeURIComponent(value)}`;
        expect(parsed(text)).toEqual({ kind: 'match', field: 'a', text: value, operator: 'or' });
      }),
    );
  });

  it('is told from a query string by its first parameter', () => {
    expect(isArlasFilter('f=a:eq:1')).toBe(true);
    expect(isArlasFilter('?q=x')).toBe(true);
    expect(isArlasFilter('a:1 AND f=b')).toBe(false);
  });
});
