import { dateFormat } from './date-formats/date-format.ts';
import { dateSpan } from './date-formats/date-math.ts';
import { zoneOf } from './date-formats/zones.ts';
import { resolveDateMath } from './date-math.ts';
import type { DateFormat, DateRange } from './dates.ts';

/** How a query says that its dates are to be read; what is left out, the field says. */
export interface DateReading {
  /** Formats with `||` between them. */
  readonly format?: string;
  /** Of dates that name none, and of the days that date math rounds to. */
  readonly timeZone?: string;
}

/** The formats of dynamic mapping, in words. */
const FIELD_FORMATS: Readonly<Record<DateFormat, string>> = {
  iso: 'strict_date_optional_time||epoch_millis',
  slashes: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis',
};

const BETWEEN = '\u0000';

/** A value and its reading in one text. */
export function packReading(text: string, { format, timeZone }: DateReading): string {
  if (format === undefined && timeZone === undefined) return text;
  return [text, format ?? '', timeZone ?? ''].join(BETWEEN);
}

/** What {@link packReading} was given. */
export function unpackReading(packed: string): {
  readonly text: string;
  readonly reading: DateReading;
} {
  const [text = '', format = '', timeZone = ''] = packed.split(BETWEEN);
  return {
    text,
    reading: { ...(format !== '' && { format }), ...(timeZone !== '' && { timeZone }) },
  };
}

/**
 * The instants that a query's value covers.
 * @param packed see {@link packReading}
 * @param now epoch milliseconds
 * @param field the format of the field
 */
export function resolvePacked(packed: string, now: number, field: DateFormat): DateRange | null {
  const { text, reading } = unpackReading(packed);
  return resolveReading(text, now, field, reading);
}

/** The same of a value with its reading. */
export function resolveReading(
  text: string,
  now: number,
  field: DateFormat,
  { format, timeZone }: DateReading,
): DateRange | null {
  if (format === undefined && timeZone === undefined) return resolveDateMath(text, now, field);
  const zone = timeZone === undefined ? null : zoneOf(timeZone);
  if (timeZone !== undefined && zone === null) return null;
  const span = dateSpan(text, now, dateFormat(format ?? FIELD_FORMATS[field]), zone);
  return span && { from: span.from.ms, to: span.to.ms };
}
