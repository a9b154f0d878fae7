import {
  type DateFormat,
  dateFormat,
  type Instant,
  instantNanos,
} from '../../../mapping/date-formats/date-format.ts';
import { dateBound } from '../../../mapping/date-formats/date-math.ts';
import { type Zone, zoneOf } from '../../../mapping/date-formats/zones.ts';
import { dependsOnNow } from '../../../mapping/date-math.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import { packReading } from '../../../mapping/zoned-date-math.ts';
import type { Leaf, RangeLeaf } from '../../../query/ir.ts';
import type { FieldForm } from './field-forms.ts';
import { NONE, type Plan } from './plan.ts';
import { FORM_NUMBER } from './term-class.ts';

const NANOS_FORMAT = 'strict_date_optional_time_nanos||epoch_millis';
const MILLIS_FORMAT = 'strict_date_optional_time||epoch_millis';

/** The format that a field's dates have. */
export function formatOf({ type, format }: Pick<FieldKind, 'type' | 'format'>): DateFormat {
  return dateFormat(format ?? (type === 'date_nanos' ? NANOS_FORMAT : MILLIS_FORMAT));
}

/** An instant as such fields hold it: milliseconds, and the nanoseconds behind them. */
export type DatePair = readonly [ms: number, nanos: number];

/** A clause on dates in a format of their own, or to the nanosecond. */
export function compileDates(leaf: Leaf, { place, kind }: FieldForm): Plan {
  switch (leaf.kind) {
    case 'match':
    case 'phrase':
      return equal(leaf.text, leaf.timeZone, place, kind);
    case 'term':
      return equal(leaf.value, undefined, place, kind);
    case 'range':
      return between(leaf, place, kind);
    default:
      return NONE;
  }
}

function equal(
  text: string,
  timeZone: string | undefined,
  place: string | null,
  kind: FieldKind,
): Plan {
  const bounds = { lower: text, upper: text, includeLower: true, includeUpper: true };
  return between({ ...bounds, ...(timeZone === undefined ? {} : { timeZone }) }, place, kind);
}

type Bounds = Pick<
  RangeLeaf,
  'lower' | 'upper' | 'includeLower' | 'includeUpper' | 'format' | 'timeZone'
>;

function between(range: Bounds, path: string | null, kind: FieldKind): Plan {
  const { lower, upper, includeLower, includeUpper } = range;
  const isMoving = [lower, upper].some((bound) => bound !== null && dependsOnNow(bound));
  // Whether texts are dates does not depend on the time; whether nanoseconds can tell them does.
  const resolved = resolveBounds(range, 0, isMoving ? { ...kind, type: 'date' } : kind);
  if (resolved === null) return NONE;
  if (isMoving) {
    const packed = (bound: string | null) => (bound === null ? null : packReading(bound, range));
    const texts = { lower: packed(lower), upper: packed(upper) };
    return { op: 'nowRange', path, termClass: FORM_NUMBER, ...texts, includeLower, includeUpper };
  }
  const [low, high] = resolved;
  if (low[0] > high[0] || (low[0] === high[0] && low[1] > high[1])) return NONE;
  const bounds = [low[0], low[1], high[0], high[1]] as const;
  return { op: 'range', path, termClass: FORM_NUMBER, bounds };
}

/**
 * The first and last instant of a range, both included; null where a bound is no date.
 * @param now epoch milliseconds
 */
export function resolveBounds(
  { lower, upper, includeLower, includeUpper, format, timeZone }: Bounds,
  now: number,
  kind: Pick<FieldKind, 'type' | 'format'>,
): readonly [DatePair, DatePair] | null {
  const reader = format === undefined ? formatOf(kind) : dateFormat(format);
  const zone: Zone | null = timeZone === undefined ? null : zoneOf(timeZone);
  const isNanos = kind.type === 'date_nanos';
  let low: DatePair = [Number.NEGATIVE_INFINITY, 0];
  let high: DatePair = [Number.POSITIVE_INFINITY, 0];
  if (lower !== null) {
    const bound = dateBound(lower, !includeLower, now, reader, zone);
    if (bound === null || (isNanos && instantNanos(bound) === null)) return null;
    low = pairOf(bound, isNanos, includeLower ? 0 : 1);
  }
  if (upper !== null) {
    const bound = dateBound(upper, includeUpper, now, reader, zone);
    if (bound === null || (isNanos && instantNanos(bound) === null)) return null;
    high = pairOf(bound, isNanos, includeUpper ? 0 : -1);
  }
  return [low, high];
}

/** Moved by so many of the smallest steps that the field tells apart. */
function pairOf({ ms, nanos }: Instant, isNanos: boolean, step: number): DatePair {
  return isNanos ? [ms, nanos + step] : [ms + step, 0];
}
