import { javaDouble, nextDouble } from './java-numbers.ts';
import {
  type NumberBounds,
  type NumberSource,
  type NumberSpan,
  readNumber,
  WHOLE_BOUNDS,
} from './number-kinds.ts';

/**
 * What a document's value becomes in a `scaled_float`: the whole number nearest to it times the factor. Null where
 * the field refuses it, undefined where it counts as if it were missing.
 */
export function readScaled(
  factor: number,
  text: string,
  source: NumberSource,
  coerce = true,
): bigint | null | undefined {
  const value = readNumber('double', text, source, coerce);
  return typeof value === 'number' ? rounded(value * factor) : (value as null | undefined);
}

/** The value that a query's term asks for; null where the text is no number. */
export function scaledTerm(factor: number, text: string): bigint | null {
  const value = scaled(factor, text);
  return value === null ? null : rounded(value);
}

/** The values that a range asks for; null where there are none, or a bound cannot be read. */
export function scaledRange(factor: number, bounds: NumberBounds): NumberSpan<bigint> | null {
  const { lower, upper, includeLower, includeUpper } = bounds;
  let [low, high] = WHOLE_BOUNDS.long;
  if (lower !== null) {
    const value = scaled(factor, lower);
    if (value === null) return null;
    // Both zeros are one here: the next number is none of them.
    low = rounded(Math.ceil(includeLower ? value : nextDouble(value || 0, 1)));
  }
  if (upper !== null) {
    const value = scaled(factor, upper);
    if (value === null) return null;
    high = rounded(Math.floor(includeUpper ? value : nextDouble(value || -0, -1)));
  }
  return low > high ? null : { low, high };
}

/** Queries are scaled by their decimal digits, documents as doubles: 1.005 times 100 is 100.5 here alone. */
function scaled(factor: number, text: string): number | null {
  const value = javaDouble(text);
  if (value === null) return null;
  const [a, b] = [decimal(value), decimal(factor)];
  return Number(`${a.digits * b.digits}e${a.exponent + b.exponent}`);
}

function decimal(value: number): { digits: bigint; exponent: number } {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** As Java's `Math.round`: halves go up, and what is beyond 64 bits is the last one within. */
function rounded(value: number): bigint {
  const [least, greatest] = WHOLE_BOUNDS.long;
  if (value >= Number(greatest)) return greatest;
  return value <= Number(least) ? least : BigInt(Math.round(value));
}
