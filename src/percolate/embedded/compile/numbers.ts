/**
 * How texts become numbers in Elasticsearch's long and float fields: Java's own parsers, with
 * `coerce` on, as NumberFieldMapper does it.
 */
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?$/;
const HEX_FLOAT =
  /^([+-]?)0[xX]([0-9a-fA-F]{0,13})\.?([0-9a-fA-F]{0,13})[pP]([+-]?\d{1,4})[fFdD]?$/;
const JAVA_FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/;

/** Integer part of a decimal text, or null when it isn't a number or doesn't fit 64 bits. */
export function parseLong(text: string): bigint | null {
  const value = wholeNumber(text);
  return value === null || value < LONG_MIN || value > LONG_MAX ? null : value;
}

/** Integer part of a decimal text of less than 40 digits, or null when it isn't a number. */
export function wholeNumber(text: string): bigint | null {
  if (text.length > 400) return null;
  if (INTEGER.test(text)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
  return DECIMAL.test(text) ? integerPart(text) : null;
}

function integerPart(text: string): bigint | null {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  // Beyond 40 digits no long is left; the exact value does not matter.
  if (point > 40) return /^0*$/.test(digits) ? 0n : null;
  const kept = point <= 0 ? '0' : digits.padEnd(point, '0').slice(0, point);
  const value = BigInt(kept);
  return sign === '-' ? -value : value;
}

/** Whether a number text has a fraction that is not zero. */
export function hasFraction(text: string): boolean {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return false;
  const whole = DECIMAL.test(text) ? integerPart(text) : null;
  if (whole === null) return false;
  return Math.abs(value) < 2 ** 53 && Number(whole) !== value;
}

/** Value at 32-bit precision, or null when it isn't a finite one. */
export function parseFloat32(text: string): number | null {
  const exact = parseFloat64(text);
  const value = exact === null ? null : Math.fround(exact);
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Value as a double, or null when it isn't a finite one. */
export function parseFloat64(text: string): number | null {
  const trimmed = text.trim();
  const hexadecimal = HEX_FLOAT.exec(trimmed);
  let value: number;
  if (hexadecimal !== null) value = hexValue(hexadecimal);
  else if (trimmed.length > 400 || !JAVA_FLOAT.test(trimmed)) return null;
  else value = Number(trimmed.replace(/[fFdD]$/, ''));
  return Number.isFinite(value) ? value : null;
}

function hexValue([, sign, whole = '', fraction = '', exponent]: RegExpExecArray): number {
  const digits = Number.parseInt(`${whole}${fraction}` || '0', 16);
  return (sign === '-' ? -1 : 1) * digits * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** How a term of a float field is written; -0 and 0 are two of them. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A float as a pair that compares in Lucene's order, where -0 is below 0. */
export function splitFloat(value: number): [number, number] {
  return [value, Object.is(value, -0) ? -1 : 0];
}

const scratch = new DataView(new ArrayBuffer(8));

/** The next 32-bit float above (`direction` 1) or below (-1). */
export function nextFloat32(value: number, direction: 1 | -1): number {
  if (value === 0) {
    // Lucene's order has -0 below 0.
    if (Object.is(value, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * 2 ** -149;
  }
  scratch.setFloat32(0, value);
  const bits = scratch.getInt32(0);
  const away = value > 0 === direction > 0;
  scratch.setInt32(0, away ? bits + 1 : bits - 1);
  return scratch.getFloat32(0);
}

/** The next double above (`direction` 1) or below (-1). */
export function nextFloat64(value: number, direction: 1 | -1): number {
  if (value === 0) {
    if (Object.is(value, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * Number.MIN_VALUE;
  }
  scratch.setFloat64(0, value);
  const bits = scratch.getBigInt64(0);
  scratch.setBigInt64(0, value > 0 === direction > 0 ? bits + 1n : bits - 1n);
  return scratch.getFloat64(0);
}

const HALF_MAX = 65_504;

/** A number at 16-bit precision, ties to even; null beyond its range. */
export function toHalfFloat(value: number): number | null {
  const half = roundToHalf(Math.fround(value));
  return Math.abs(half) > HALF_MAX ? null : half;
}

function roundToHalf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const unit = 2 ** (exponent - 10);
  const scaled = value / unit;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const half = (up ? below + 1 : below) * unit;
  return half === 0 && value < 0 ? -0 : half;
}

/** The next 16-bit float above (`direction` 1) or below (-1) one of them. */
export function nextHalfFloat(value: number, direction: 1 | -1): number {
  if (value === 0) {
    if (Object.is(value, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * 2 ** -24;
  }
  const away = value > 0 === direction > 0;
  let exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  // Below a power of two, neighbours stand twice as close.
  if (!away && Math.abs(value) === 2 ** exponent && exponent > -14) exponent--;
  const next = value + direction * 2 ** (exponent - 10);
  return next === 0 && value < 0 ? -0 : next;
}
