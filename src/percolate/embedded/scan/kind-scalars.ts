import { parseDate } from '../../../mapping/dates.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import {
  type NumberKind,
  type NumberValue,
  readNumber as numberOf,
} from '../../../mapping/number-kinds.ts';
import { readScaled } from '../../../mapping/scaled-numbers.ts';
import { type DatePair, formatOf } from '../compile/form-dates.ts';
import { BOOLEAN_VALUE, NUMBER, STRING, type ValueForm } from './value-form.ts';

export type NumberFieldKind = FieldKind & { readonly type: NumberKind | 'scaled_float' };

/**
 * A value of a field of numbers; null where it contradicts the type, undefined where it counts as an
 * explicit null.
 */
export function readNumber(
  kind: NumberFieldKind,
  text: string,
  form: ValueForm,
): NumberValue | null | undefined {
  if (form === BOOLEAN_VALUE) return null;
  const source = form === STRING ? 'string' : 'number';
  return kind.type === 'scaled_float'
    ? readScaled(kind.scalingFactor!, text, source, kind.coerce)
    : numberOf(kind.type, text, source, kind.coerce);
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
