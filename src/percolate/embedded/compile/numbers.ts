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
  if (text.length > 400) return null;
  let value: bigint;
  if (INTEGER.test(text)) value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  else {
    const whole = DECIMAL.test(text) ? integerPart(text) : null;
    if (whole === null) return null;
    value = whole;
  }
  return value < LONG_MIN || value > LONG_MAX ? null : value;
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
  const trimmed = text.trim();
  const hexadecimal = HEX_FLOAT.exec(trimmed);
  if (hexadecimal !== null) return finite32(hexValue(hexadecimal));
  if (trimmed.length > 400 || !JAVA_FLOAT.test(trimmed)) return null;
  return finite32(Number(trimmed.replace(/[fFdD]$/, '')));
}

function finite32(exact: number): number | null {
  const value = Math.fround(exact);
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

const scratch = new DataView(new ArrayBuffer(4));

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
