import { parseDate } from '../../../mapping/dates.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import { type DatePair, formatOf } from '../compile/form-dates.ts';
import { parseUnsigned } from '../compile/form-numbers.ts';
import { parseFloat32, parseFloat64, parseLong, toHalfFloat } from '../compile/numbers.ts';
import { BOOLEAN_VALUE, NUMBER, STRING, type ValueForm } from './value-form.ts';

/** Least and greatest value of each type of whole numbers. */
const BOUNDS: Readonly<Partial<Record<FieldKind['type'], readonly [bigint, bigint]>>> = {
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  byte: [-128n, 127n],
  unsigned_long: [0n, 2n ** 64n - 1n],
};

/** A value of a field of whole numbers; null where it contradicts the type. */
export function readInteger(kind: FieldKind, text: string, form: ValueForm): bigint | null {
  if (form === BOOLEAN_VALUE || (form === STRING && kind.coerce === false)) return null;
  if (form === NUMBER && kind.coerce === false && !Number.isInteger(Number(text))) return null;
  const value =
    kind.type === 'unsigned_long'
      ? parseUnsigned(text)
      : (parseLong(text) ?? (kind.type === 'long' ? null : wholePart(text)));
  const bounds = BOUNDS[kind.type];
  if (value === null || bounds === undefined || value < bounds[0] || value > bounds[1]) return null;
  return value;
}

/** Smaller types than `long` read texts as doubles: Java knows more spellings of those. */
function wholePart(text: string): bigint | null {
  const value = parseFloat64(text);
  return value === null || Math.abs(value) > Number.MAX_SAFE_INTEGER
    ? null
    : BigInt(Math.trunc(value));
}

/** A value of a field of decimals, at its precision; null where it contradicts the type. */
export function readDecimal(kind: FieldKind, text: string, form: ValueForm): number | null {
  if (form === BOOLEAN_VALUE || (form === STRING && kind.coerce === false)) return null;
  if (kind.type === 'double') return parseFloat64(text);
  const value = parseFloat32(text);
  return value === null || kind.type === 'float' ? value : toHalfFloat(value);
}

/** A value of a boolean field; null where it is none. */
export function readBoolean(text: string, form: ValueForm): boolean | null {
  if (form === NUMBER) return null;
  if (text === 'true') return true;
  return text === 'false' || text === '' ? false : null;
}

/** The last instant that nanoseconds since 1970 can tell in 64 bits. */
const LAST_NANOS_MS = 9_223_372_036_854;

/** A value of a date field; null where it is none. */
export function readDate(kind: FieldKind, text: string): DatePair | null {
  if (kind.type === 'date' && kind.format === undefined) {
    const ms = parseDate(text);
    return ms === null ? null : [ms, 0];
  }
  const instant = formatOf(kind).parse(text);
  if (instant === null) return null;
  if (kind.type === 'date') return [instant.ms, 0];
  return instant.ms < 0 || instant.ms > LAST_NANOS_MS ? null : [instant.ms, instant.nanos];
}
