import { dateFormat, type DateFormat as Format } from './date-formats/date-format.ts';
import { offsetAt, type Zone, zonedInstant, zoneOf } from './date-formats/zones.ts';
import { dependsOnNow, resolveDateMath } from './date-math.ts';
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

/**
 * The instants that a query's value covers.
 * @param packed see {@link packReading}
 * @param now epoch milliseconds
 * @param field the format of the field
 */
export function resolvePacked(packed: string, now: number, field: DateFormat): DateRange | null {
  const [text = '', format = '', timeZone = ''] = packed.split(BETWEEN);
  return resolveReading(text, now, field, {
    ...(format !== '' && { format }),
    ...(timeZone !== '' && { timeZone }),
  });
}

/** The same of a value with its reading. */
export function resolveReading(
  text: string,
  now: number,
  field: DateFormat,
  { format, timeZone }: DateReading,
): DateRange | null {
  if (format === undefined && timeZone === undefined) return resolveDateMath(text, now, field);
  const zone = timeZone === undefined ? 0 : zoneOf(timeZone);
  if (zone === null) return null;
  const reader = dateFormat(format ?? FIELD_FORMATS[field]);
  const from = resolveIn(text, now, reader, zone, false);
  const to = resolveIn(text, now, reader, zone, true);
  return from === null || to === null ? null : { from, to };
}

/**
 * The first or (`up`) the last millisecond that a value with date math covers; null if it is none.
 * @param now epoch milliseconds
 */
export function resolveIn(
  text: string,
  now: number,
  format: Format,
  zone: Zone,
  up: boolean,
): number | null {
  if (dependsOnNow(text)) return calculate(now, text.slice(3), zone, up);
  const bars = text.indexOf('||');
  if (bars < 0) return format.bound(text, up, zone)?.ms ?? null;
  const start = format.bound(text.slice(0, bars), false, zone);
  return start === null ? null : calculate(start.ms, text.slice(bars + 2), zone, up);
}

const OPERATION = /(?:\/([yMwdhHms])|([+-])(\d*)([yMwdhHms]))/y;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OF_TIME: Readonly<Record<string, number>> = { h: HOUR, H: HOUR, m: 60_000, s: 1000 };

function calculate(start: number, math: string, zone: Zone, up: boolean): number | null {
  let at = start;
  OPERATION.lastIndex = 0;
  while (OPERATION.lastIndex < math.length) {
    const found = OPERATION.exec(math);
    if (found === null) return null;
    const [, rounding, sign, count, unit] = found;
    if (rounding === undefined) {
      const amount = count === '' ? 1 : Number(count);
      at = add(at, unit!, sign === '-' ? -amount : amount, zone);
    } else {
      at = floor(at, rounding, zone);
      if (up) at = add(at, rounding, 1, zone) - 1;
    }
    if (Number.isNaN(at)) return null;
  }
  return at;
}

/** Hours and less are added to the instant, days and more to what the calendar shows. */
function add(at: number, unit: string, amount: number, zone: Zone): number {
  const size = OF_TIME[unit];
  if (size !== undefined) return at + amount * size;
  return moved(at, zone, (local) => {
    if (unit === 'd' || unit === 'w') return local + amount * DAY * (unit === 'w' ? 7 : 1);
    const date = new Date(local);
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + (unit === 'y' ? 12 : 1) * amount);
    // The 31st of a shorter month is its last day.
    const last = new Date(date.getTime());
    last.setUTCMonth(last.getUTCMonth() + 1, 0);
    return date.setUTCDate(Math.min(day, last.getUTCDate()));
  });
}

/** The first Monday of the epoch, from which weeks are counted. */
const MONDAY = 4 * DAY;

function floor(at: number, unit: string, zone: Zone): number {
  return moved(at, zone, (local) => {
    const size = OF_TIME[unit] ?? (unit === 'd' ? DAY : unit === 'w' ? 7 * DAY : undefined);
    if (size !== undefined) {
      const origin = unit === 'w' ? MONDAY : 0;
      return Math.floor((local - origin) / size) * size + origin;
    }
    const date = new Date(local);
    if (unit === 'y') date.setUTCMonth(0, 1);
    else date.setUTCDate(1);
    return date.setUTCHours(0, 0, 0, 0);
  });
}

/** Changes the local time; where the clock shows it twice, the offset stays as it was if it can. */
function moved(at: number, zone: Zone, change: (local: number) => number): number {
  const offset = offsetAt(at, zone);
  const local = change(at + offset);
  if (Number.isNaN(local)) return local;
  return offsetAt(local - offset, zone) === offset ? local - offset : zonedInstant(local, zone);
}
