/** Numbers as Java's own parsers read them; lengths are bounded so that no text costs much. */

const MAX_LENGTH = 400;
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const JAVA_DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const HEX_DOUBLE =
  /^([+-]?)0[xX]([0-9a-fA-F]{0,13})\.?([0-9a-fA-F]{0,13})[pP]([+-]?\d{1,4})[fFdD]?$/;
/** Beyond these digits no 64-bit number is left; the exact value does not matter. */
const MAX_DIGITS = 40;

/** What `Double.parseDouble` reads, if it is finite; null for anything else. */
export function javaDouble(text: string): number | null {
  const value = anyDouble(text);
  return value !== null && Number.isFinite(value) ? value : null;
}

const SPECIAL = /^([+-]?)(NaN|Infinity)$/;

/** What `Double.parseDouble` reads, also infinite ones and NaN; null for anything else. */
export function anyDouble(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return null;
  const special = SPECIAL.exec(trimmed);
  if (special !== null) return Number(trimmed.replace(/^[+-](?=N)|^\+/, ''));
  return JAVA_DOUBLE.test(trimmed)
    ? Number(trimmed.replace(/[fFdD]$/, ''))
    : hexadecimal(HEX_DOUBLE.exec(trimmed));
}

function hexadecimal(found: RegExpExecArray | null): number | null {
  if (found === null || found[2]! + found[3]! === '') return null;
  const [, sign, whole = '', fraction = '', exponent] = found;
  const digits = Number.parseInt(`${whole}${fraction}`, 16);
  return (sign === '-' ? -1 : 1) * digits * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** The whole part of a decimal text as `Long.parseLong` and `BigDecimal` read it, of any size. */
export function wholeNumber(text: string): bigint | null {
  if (text.length > MAX_LENGTH) return null;
  if (INTEGER.test(text)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
  const found = DECIMAL.exec(text);
  if (found === null || (found[2] === '' && (found[3] ?? '') === '')) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (/^0*$/.test(digits) || point <= 0) return 0n;
  const kept = digits
    .padEnd(Math.min(point, MAX_DIGITS), '0')
    .slice(0, Math.min(point, MAX_DIGITS));
  const value = point > MAX_DIGITS ? 10n ** BigInt(MAX_DIGITS) : BigInt(kept);
  return sign === '-' ? -value : value;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The next 32-bit float above (1) or below (-1); -0 is below 0. */
export function nextFloat(value: number, direction: 1 | -1): number {
  if (value === 0) {
    if (Object.is(value, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * 2 ** -149;
  }
  scratch.setFloat32(0, value);
  const away = value > 0 === direction > 0;
  scratch.setInt32(0, scratch.getInt32(0) + (away ? 1 : -1));
  return scratch.getFloat32(0);
}

const wide = new DataView(new ArrayBuffer(8));

/** The next double above (1) or below (-1); -0 is below 0. */
export function nextDouble(value: number, direction: 1 | -1): number {
  if (value === direction * Number.POSITIVE_INFINITY) return value;
  if (value === 0) {
    if (Object.is(value, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * Number.MIN_VALUE;
  }
  wide.setFloat64(0, value);
  const away = value > 0 === direction > 0;
  wide.setBigInt64(0, wide.getBigInt64(0) + (away ? 1n : -1n));
  return wide.getFloat64(0);
}

const MAX_HALF = 65_504;

/** A float at 16-bit precision, ties to even, as Lucene's HalfFloatPoint rounds it; maybe infinite. */
export function toHalfFloat(given: number): number {
  const value = Math.fround(given);
  const size = Math.abs(value);
  // What rounds up from the largest one, and floats whose exponent is below all.
  if (size >= MAX_HALF + 16) return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (size < 2 ** -126) return Object.is(Math.sign(value), -0) || value < 0 ? -0 : 0;
  const unit = halfUnit(size);
  const scaled = size / unit;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return Math.sign(value) * (up ? floor + 1 : floor) * unit;
}

/** The distance of neighbours among 16-bit floats. */
function halfUnit(size: number): number {
  scratch.setFloat32(0, size);
  const exponent = (scratch.getUint32(0) >>> 23) - 127;
  return 2 ** (Math.max(exponent, -14) - 10);
}

/** The next 16-bit float above (1) or below (-1) any float; -0 is below 0. */
export function nextHalfFloat(value: number, direction: 1 | -1): number {
  const half = toHalfFloat(value);
  if (direction > 0 ? half > value : half < value) return half;
  if (half === 0) {
    if (Object.is(half, -0) === direction > 0) return direction > 0 ? 0 : -0;
    return direction * 2 ** -24;
  }
  const size = Math.abs(half);
  if (size === Number.POSITIVE_INFINITY)
    return half > 0 === direction > 0 ? half : Math.sign(half) * MAX_HALF;
  const away = half > 0 === direction > 0;
  if (away) {
    const next = size + halfUnit(size);
    return Math.sign(half) * (next > MAX_HALF ? Number.POSITIVE_INFINITY : next);
  }
  // Below a power of two neighbours are closer.
  return Math.sign(half) * (size - halfUnit(nextFloat(size, -1)));
}
