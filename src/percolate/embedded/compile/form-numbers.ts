import type { Leaf, RangeLeaf } from '../../../query/ir.ts';
import {
  floatText,
  hasFraction,
  nextFloat64,
  nextHalfFloat,
  parseFloat32,
  parseFloat64,
  splitFloat,
  toHalfFloat,
  wholeNumber,
} from './numbers.ts';
import { NONE, type Plan, splitInteger } from './plan.ts';
import { DOUBLE, FORM_NUMBER } from './term-class.ts';

/** How queries ask one type of number. */
export interface NumberValues<T> {
  readonly termClass: number;
  readonly least: readonly [number, number];
  readonly greatest: readonly [number, number];
  /** What a text stands for in a term; null: no value equals it. */
  parse(text: string): T | null;
  text(value: T): string;
  /** As pairs that compare in order. */
  split(value: T): readonly [number, number];
  /** What a text stands for as a bound, inclusive; null: the clause matches nothing. */
  bound(text: string, isLower: boolean, isIncluded: boolean): T | null;
}

export const DOUBLE_VALUES: NumberValues<number> = {
  termClass: DOUBLE,
  least: [Number.NEGATIVE_INFINITY, 0],
  greatest: [Number.POSITIVE_INFINITY, 0],
  parse: parseFloat64,
  text: floatText,
  split: splitFloat,
  bound(text, isLower, isIncluded) {
    const value = parseFloat64(text);
    return value === null || isIncluded ? value : nextFloat64(value, isLower ? 1 : -1);
  },
};

export const HALF_FLOAT_VALUES: NumberValues<number> = {
  ...DOUBLE_VALUES,
  termClass: FORM_NUMBER,
  parse: parseHalfFloat,
  bound(text, isLower, isIncluded) {
    const value = parseHalfFloat(text);
    return value === null || isIncluded ? value : nextHalfFloat(value, isLower ? 1 : -1);
  },
};

const LARGEST = 2n ** 64n - 1n;

export const UNSIGNED_VALUES: NumberValues<bigint> = {
  termClass: FORM_NUMBER,
  least: splitInteger(0n),
  greatest: splitInteger(LARGEST),
  parse: parseUnsigned,
  text: String,
  split: splitInteger,
  bound(text, isLower, isIncluded) {
    const value = wholeNumber(text);
    if (value === null) return null;
    const step = isIncluded ? 0n : isLower ? 1n : -1n;
    // A fraction is cut off, which is one too low for a lower bound.
    const isCut = hasFraction(text);
    return isCut ? (isLower ? value + 1n : value) : value + step;
  },
};

/** A text as a whole number from 0 to 2^64 - 1; null when it is none. */
export function parseUnsigned(text: string): bigint | null {
  const value = hasFraction(text) ? null : wholeNumber(text);
  return value === null || value < 0n || value > LARGEST ? null : value;
}

/** A text as a 16-bit float; null when it is none. */
export function parseHalfFloat(text: string): number | null {
  const value = parseFloat32(text);
  return value === null ? null : toHalfFloat(value);
}

/** A clause on numbers of this type. Patterns ask for none. */
export function compileNumber<T>(leaf: Leaf, place: string | null, values: NumberValues<T>): Plan {
  switch (leaf.kind) {
    case 'match':
    case 'phrase':
      return equal(leaf.text, place, values);
    case 'term':
      return equal(leaf.value, place, values);
    case 'range':
      return between(leaf, place, values);
    default:
      return NONE;
  }
}

function equal<T>(source: string, path: string | null, values: NumberValues<T>): Plan {
  const value = values.parse(source);
  if (value === null) return NONE;
  return { op: 'term', path, termClass: values.termClass, text: values.text(value) };
}

function between<T>(range: RangeLeaf, path: string | null, values: NumberValues<T>): Plan {
  const { lower, upper, includeLower, includeUpper } = range;
  let low = values.least;
  let high = values.greatest;
  if (lower !== null) {
    const value = values.bound(lower, true, includeLower);
    if (value === null) return NONE;
    low = values.split(value);
  }
  if (upper !== null) {
    const value = values.bound(upper, false, includeUpper);
    if (value === null) return NONE;
    high = values.split(value);
  }
  if (low[0] > high[0] || (low[0] === high[0] && low[1] > high[1])) return NONE;
  return {
    op: 'range',
    path,
    termClass: values.termClass,
    bounds: [low[0], low[1], high[0], high[1]],
  };
}
