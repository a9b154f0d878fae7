import { asciiDigits } from './digits.ts';
import {
  anyDouble,
  javaDouble,
  nextDouble,
  nextFloat,
  nextHalfFloat,
  toHalfFloat,
  wholeNumber,
} from './java-numbers.ts';

export type WholeKind = 'byte' | 'short' | 'integer' | 'long' | 'unsigned_long';
export type DecimalKind = 'half_float' | 'float' | 'double';
export type NumberKind = WholeKind | DecimalKind;

/** What a number field holds: whole numbers exactly, decimals at the type's precision. */
export type NumberValue = bigint | number;

/** Least and greatest value of each type of whole numbers. */
export const WHOLE_BOUNDS: Readonly<Record<WholeKind, readonly [bigint, bigint]>> = {
  byte: [-128n, 127n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  unsigned_long: [0n, 2n ** 64n - 1n],
};

export const isWholeKind = (kind: NumberKind): kind is WholeKind =>
  Object.hasOwn(WHOLE_BOUNDS, kind);

const within = (value: bigint, [least, greatest]: readonly [bigint, bigint]): boolean =>
  value >= least && value <= greatest;

/** As a document gives a value: by the text of a JSON string, or by that of a JSON number. */
export type NumberSource = 'string' | 'number';

/**
 * What a document's value becomes in a field; null where the field refuses it, undefined where it counts
 * as if it were missing (an empty text, with `coerce`). Without `coerce` neither texts nor fractions of
 * whole numbers are taken.
 */
export function readNumber(
  kind: NumberKind,
  text: string,
  source: NumberSource,
  coerce = true,
): NumberValue | null | undefined {
  if (source === 'string') {
    if (kind !== 'unsigned_long' && !coerce) return null;
    if (text === '' && kind !== 'unsigned_long') return undefined;
  }
  return isWholeKind(kind) ? readWhole(kind, text, source, coerce) : readDecimal(kind, text);
}

function readWhole(
  kind: WholeKind,
  text: string,
  source: NumberSource,
  coerce: boolean,
): bigint | null {
  if (kind === 'unsigned_long') return readUnsigned(text);
  if (source === 'number' && !coerce && hasFraction(text)) return null;
  // Numbers with a point or an exponent are doubles by then; texts of the smaller types always.
  const isDouble = source === 'number' ? /[.eE]/.test(text) : kind !== 'long';
  // Fractions beyond the bounds are cut off before the smallest types look at them.
  const isInteger = kind === 'byte' || (kind === 'short' && source === 'number');
  const value = isDouble
    ? wholeOfDouble(text, isInteger ? 'integer' : kind)
    : wholeNumber(source === 'string' ? asciiDigits(text) : text);
  return value !== null && within(value, WHOLE_BOUNDS[kind]) ? value : null;
}

/** The whole part of a text that is read as a double; the double itself must be within the bounds. */
function wholeOfDouble(text: string, kind: WholeKind): bigint | null {
  const value = anyDouble(text);
  if (value === null) return null;
  // As Java casts it.
  if (Number.isNaN(value)) return 0n;
  const [least, greatest] = WHOLE_BOUNDS[kind];
  if (value < Number(least) || value > Number(greatest)) return null;
  const whole = BigInt(Math.trunc(value));
  return whole > greatest ? greatest : whole;
}

function readUnsigned(text: string): bigint | null {
  if (!/^\+?\d+$/.test(text)) return null;
  const value = wholeNumber(text);
  return value !== null && within(value, WHOLE_BOUNDS.unsigned_long) ? value : null;
}

function readDecimal(kind: DecimalKind, text: string): number | null {
  const double = javaDouble(text);
  if (double === null || kind === 'double') return double;
  const float = Math.fround(double);
  const value = kind === 'float' ? float : toHalfFloat(float);
  return Number.isFinite(value) ? value : null;
}

/** Whether a text is a number with a fraction that is not zero, as far as a double tells. */
export function hasFraction(text: string): boolean {
  const value = anyDouble(text);
  return value !== null && !Number.isInteger(value);
}

/** The value that a query's term asks for; null where none equals it. */
export function numberTerm(kind: NumberKind, text: string): NumberValue | null {
  if (!isWholeKind(kind)) return readDecimal(kind, text);
  if (hasFraction(text)) return null;
  const value = kind === 'unsigned_long' ? readUnsigned(text) : queryWhole(kind, text);
  return value !== null && within(value, WHOLE_BOUNDS[kind]) ? value : null;
}

/**
 * A query's value as a whole number, its fraction cut off; null out of the bounds. The smaller types are
 * asked as integers: 300 is no byte, but a bound of one.
 */
function queryWhole(kind: WholeKind, text: string): bigint | null {
  if (kind !== 'long') return wholeOfDouble(text, 'integer');
  const value = wholeNumber(text);
  return value !== null && within(value, WHOLE_BOUNDS.long) ? value : null;
}

/** A query's bounds; null: no bound. */
export interface NumberBounds {
  readonly lower: string | null;
  readonly upper: string | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
}

/** Both ends included. */
export interface NumberSpan<T extends NumberValue = NumberValue> {
  readonly low: T;
  readonly high: T;
}

/**
 * The values that a range asks for: fractions of whole numbers are rounded inwards, decimals are first
 * rounded to the type's precision. Null where no value fits, or a bound cannot be read.
 */
export function numberRange(kind: WholeKind, bounds: NumberBounds): NumberSpan<bigint> | null;
export function numberRange(kind: DecimalKind, bounds: NumberBounds): NumberSpan<number> | null;
export function numberRange(kind: NumberKind, bounds: NumberBounds): NumberSpan | null;
export function numberRange(kind: NumberKind, bounds: NumberBounds): NumberSpan | null {
  const low = isWholeKind(kind) ? wholeBound(kind, bounds, true) : decimalBound(kind, bounds, true);
  const high = isWholeKind(kind)
    ? wholeBound(kind, bounds, false)
    : decimalBound(kind, bounds, false);
  if (low === null || high === null || low > high) return null;
  // Lucene's order has -0 below 0.
  return Object.is(low, 0) && Object.is(high, -0) ? null : { low, high };
}

function wholeBound(kind: WholeKind, bounds: NumberBounds, isLower: boolean): bigint | null {
  const [least, greatest] = WHOLE_BOUNDS[kind];
  const text = isLower ? bounds.lower : bounds.upper;
  if (text === null) return isLower ? least : greatest;
  const value = kind === 'unsigned_long' ? unsignedBound(text, isLower) : queryWhole(kind, text);
  if (value === null) return null;
  const step = isLower ? 1n : -1n;
  // Cutting a fraction off has moved the bound outwards on one side of zero.
  const sign = anyDouble(text) ?? 0;
  const outwards = hasFraction(text) && (isLower ? sign > 0 : sign < 0);
  const excluded = !hasFraction(text) && !(isLower ? bounds.includeLower : bounds.includeUpper);
  const bound = outwards || excluded ? value + step : value;
  // The smaller types take wider bounds.
  if (isLower) return bound > greatest ? null : bound < least ? least : bound;
  return bound < least ? null : bound > greatest ? greatest : bound;
}

/** Bounds outside of the type's are taken; what is far above stays above. */
function unsignedBound(text: string, isLower: boolean): bigint | null {
  const value = wholeNumber(text);
  if (value === null) return null;
  // Below zero a fraction is cut off upwards.
  return value < 0n && isLower ? -1n : value;
}

function decimalBound(kind: DecimalKind, bounds: NumberBounds, isLower: boolean): number | null {
  const text = isLower ? bounds.lower : bounds.upper;
  const direction = isLower ? 1 : -1;
  if (text === null) return -direction * Number.POSITIVE_INFINITY;
  const included = isLower ? bounds.includeLower : bounds.includeUpper;
  const double = anyDouble(text);
  if (double === null) return null;
  if (kind === 'double') {
    // Lucene has NaN above all.
    if (Number.isNaN(double)) return isLower ? null : Number.POSITIVE_INFINITY;
    return included ? double : nextDouble(double, direction);
  }
  const float = Math.fround(double);
  if (!Number.isFinite(float)) return null;
  if (kind === 'float') return included ? float : nextFloat(float, direction);
  if (!Number.isFinite(toHalfFloat(float))) return null;
  // An included bound is the nearest 16-bit float that is not outside.
  return included && toHalfFloat(float) === float ? float : nextHalfFloat(float, direction);
}
