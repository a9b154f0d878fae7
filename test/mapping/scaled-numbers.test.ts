import { expect, test } from 'vitest';
import { readScaled, scaledRange, scaledTerm } from '../../src/mapping/scaled-numbers.ts';

const MOST = 2n ** 63n - 1n;
const BOTH = { includeLower: true, includeUpper: true };

test('a document’s number is the nearest whole one, halves upwards, within 64 bits', () => {
  expect(readScaled(100, '1.234', 'number')).toBe(123n);
  expect(readScaled(10, '0.25', 'number')).toBe(3n);
  expect(readScaled(10, '-0.25', 'number')).toBe(-2n);
  expect(readScaled(100, '1e308', 'number')).toBe(MOST);
  expect(readScaled(100, '-1e308', 'number')).toBe(-MOST - 1n);
});

test('without coerce texts are refused, with it an empty one is missing', () => {
  expect(readScaled(100, '5', 'string', false)).toBeNull();
  expect(readScaled(100, '', 'string')).toBeUndefined();
  expect(readScaled(100, 'NaN', 'string')).toBeNull();
});

test('a query’s number is scaled by its digits, a document’s as a double', () => {
  expect(scaledTerm(100, '1.005')).toBe(101n);
  expect(readScaled(100, '1.005', 'number')).toBe(100n);
  expect(scaledTerm(100, 'Infinity')).toBeNull();
});

test('bounds are rounded inwards', () => {
  const between = (lower: string, upper: string, ends = BOTH) =>
    scaledRange(100, { lower, upper, ...ends });
  expect(between('1.234', '2.345')).toEqual({ low: 124n, high: 234n });
  expect(between('1.23', '2.34', { includeLower: false, includeUpper: false })).toEqual({
    low: 124n,
    high: 233n,
  });
  expect(between('1.231', '1.239')).toBeNull();
  expect(between('x', '1')).toBeNull();
  expect(scaledRange(100, { lower: null, upper: null, ...BOTH })).toEqual({
    low: -MOST - 1n,
    high: MOST,
  });
});
