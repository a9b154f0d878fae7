import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { isJsonNumber, isObject, parseJson } from '../../src/query/json.ts';

function failure(text: string): EstromError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('parseJson', () => {
  it('writes every number as it came', () => {
    const text = '{"a":[12345678901234567890,1.10,-0,1e400],"b":"1.10"}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('tells numbers from objects', () => {
    expect(isJsonNumber(parseJson('1'))).toBe(true);
    expect(isObject(parseJson('1'))).toBe(false);
    expect(isObject(parseJson('{"rawJSON":"1"}'))).toBe(true);
    expect(isObject(parseJson('[]'))).toBe(false);
  });

  it.each([
    ['', 0],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":x}', 5],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['"a', 0],
    ["{'a':1}", 1],
    ['{} {}', 3],
    ['tru', 0],
    ['01', 1],
  ])('tells where %s breaks', (text, offset) => {
    const error = failure(text);
    expect([error.code, error.details['offset']]).toEqual(['BAD_JSON', offset]);
  });

  it('finds a place in every text that JSON.parse refuses', () => {
    const unit = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '1', ' ', 'true', '\\');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        try {
          parseJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EstromError);
          const offset = (error as EstromError).details['offset'] as number;
          expect(offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('does not overflow the stack', () => {
    expect(failure('['.repeat(1_000_000)).code).toBe('QUERY_LIMIT');
  });
});
