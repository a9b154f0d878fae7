import type { NumberValue } from '../../../mapping/number-kinds.ts';
import { splitInteger } from './plan.ts';

/** How a term of a number is written. */
export function numberText(value: NumberValue): string {
  return typeof value === 'bigint' ? value.toString() : floatText(value);
}

/** A number as a pair that compares in Lucene's order. */
export function splitNumber(value: NumberValue): readonly [number, number] {
  return typeof value === 'bigint' ? splitInteger(value) : splitFloat(value);
}

/** How a term of a float field is written; -0 and 0 are two of them. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A float as a pair that compares in Lucene's order, where -0 is below 0. */
export function splitFloat(value: number): [number, number] {
  return [value, Object.is(value, -0) ? -1 : 0];
}
