import { LONG } from '../compile/term-class.ts';

/**
 * Values that ranges are compared with, as one double each: never in another order than the values
 * themselves, though some that differ get the same key. So intervals of keys may bring up too many
 * queries, never too few.
 */
const TWO_32 = 4294967296;
const TEXT_KEY_BYTES = 6;

/** Key of a number in the split form of plan.ts. */
export function numberKey(termClass: number, high: number, low: number): number {
  return termClass === LONG ? high * TWO_32 + low : high;
}

/** Whether a number's key stands for that value alone. (Floats tell -0 from 0, which have one key.) */
export function isExactKey(key: number): boolean {
  return key !== 0 && Math.abs(key) < Number.MAX_SAFE_INTEGER;
}

/** Key of a text: its first bytes. */
export function textKey(bytes: Uint8Array, from: number, length: number): number {
  let key = 0;
  for (let i = 0; i < TEXT_KEY_BYTES; i++) key = key * 256 + (i < length ? bytes[from + i]! : 0);
  return key;
}
