import { type Day, dayOf, dayOfYear, fieldOfDay, firstMonday, validDay } from './calendar.ts';
import * as f from './fields.ts';
import type { Parsed } from './parsed.ts';
import { resolveDate, resolveWeeks, type Style } from './resolve-date.ts';
import { fieldOfTime, lacksBetween, resolveTime, simplifyTime, type Time } from './resolve-time.ts';
import { checkedOffset, type Zone } from './zones.ts';

/** A moment on a wall clock. */
export interface LocalMoment {
  /** Milliseconds since 1970-01-01, as if the clock were at UTC. */
  readonly local: number;
  /** Nanoseconds behind the millisecond. */
  readonly nanos: number;
  /** Where the clock is; null if the text does not say. */
  readonly zone: Zone | null;
  /** The offset that the text gives, maybe beside a zone: a query with a time zone prefers it. */
  readonly offset: number | null;
}

/** What Java's Parsed is once it is resolved: a day and a time if they are known, and what is left. */
export interface Resolved {
  readonly date: Day | null;
  readonly time: Time | null;
  readonly parsed: Parsed;
}

/** @throws REFUSED when fields contradict each other or the calendar */
export function resolve(parsed: Parsed, style: Style): Resolved {
  let date = resolveDate(parsed, style);
  simplifyTime(parsed, style);
  resolveEpoch(parsed);
  const ofWeeks = resolveWeeks(parsed, style);
  if (ofWeeks !== null) date = same(date, ofWeeks);
  const again = resolveDate(parsed, style);
  if (again !== null) date = same(date, again);
  simplifyTime(parsed, style);
  const time = resolveTime(parsed, style);
  check(parsed, date, time, style);
  if (date !== null && time !== null) {
    if (parsed.has(f.OFFSET_SECONDS)) checkedOffset(parsed.get(f.OFFSET_SECONDS));
    if (time.days > 0) date = dayOf(date.epochDay + time.days);
  }
  return { date, time, parsed };
}

function same(date: Day | null, other: Day): Day {
  if (date !== null && date.epochDay !== other.epochDay) throw f.REFUSED;
  return other;
}

/** Seconds and milliseconds of the epoch become an instant; those below 0 keep Elasticsearch's oddity. */
function resolveEpoch(parsed: Parsed): void {
  if (parsed.has(f.EPOCH_SECONDS)) {
    parsed.set(f.INSTANT_SECONDS, parsed.take(f.EPOCH_SECONDS));
    const nanos = parsed.take(f.EPOCH_NANOS_OF_SECOND);
    if (!Number.isNaN(nanos)) parsed.set(f.NANO_OF_SECOND, nanos);
  }
  if (parsed.has(f.EPOCH_MILLIS)) {
    const millis = parsed.take(f.EPOCH_MILLIS);
    const nanos = parsed.take(f.EPOCH_NANOS_OF_MILLI);
    parsed.set(f.INSTANT_SECONDS, Math.trunc(millis / 1000));
    parsed.set(f.NANO_OF_SECOND, (millis % 1000) * 1e6 + (nanos || 0));
  }
}

/** What is left must be so on that day and at that time, and goes then. */
function check(parsed: Parsed, date: Day | null, time: Time | null, style: Style): void {
  // Java does not look at the parts of a time that it does not read.
  const validates = time === null && style !== 'lenient' && !lacksBetween(parsed);
  for (let field = 0; field < f.FIELDS; field += 1) {
    const value = parsed.get(field);
    if (Number.isNaN(value)) continue;
    if (validates && f.isTimeField(field)) f.checked(field, value);
    const ofDate = date === null ? Number.NaN : fieldOfDay(date, field);
    const actual = time === null || !Number.isNaN(ofDate) ? ofDate : fieldOfTime(time, field);
    if (Number.isNaN(actual)) continue;
    if (actual !== value) throw f.REFUSED;
    parsed.take(field);
  }
}

const DAY_MS = 86_400_000;

/** The moment that Elasticsearch takes for what the text gave, the rest filled up from below. */
export function momentOf({ date, time, parsed }: Resolved): LocalMoment {
  const day = date ?? dayOfFields(parsed);
  if (parsed.has(f.INSTANT_SECONDS) && (day === null || time === null)) {
    const nano = f.checked(f.NANO_OF_SECOND, parsed.get(f.NANO_OF_SECOND) || 0);
    return moment(parsed.get(f.INSTANT_SECONDS) * 1000, nano, parsed);
  }
  const epochDay = (day ?? (time === null ? knownDay(parsed) : filledDay(parsed))).epochDay;
  const { hour, minute, second, nano } = time ?? MIDNIGHT;
  const clock = hour * 3_600_000 + minute * 60_000 + second * 1000;
  return moment(epochDay * DAY_MS + clock, nano, parsed);
}

const MIDNIGHT: Time = { hour: 0, minute: 0, second: 0, nano: 0, days: 0 };

function moment(seconds: number, nano: number, { zone, fields }: Parsed): LocalMoment {
  const local = seconds + Math.floor(nano / 1e6);
  const given = fields[f.OFFSET_SECONDS]!;
  const offset = Number.isNaN(given) ? null : given;
  if (zone === null && offset !== null) checkedOffset(offset);
  return { local, nanos: nano % 1e6, zone: zone ?? offset, offset };
}

/** The value of a field, if it can be. */
const valid = (parsed: Parsed, field: number): number => f.checked(field, parsed.get(field));

const hasYear = (parsed: Parsed): boolean => parsed.has(f.YEAR) || parsed.has(f.YEAR_OF_ERA);

function yearOf(parsed: Parsed): number {
  if (parsed.has(f.YEAR)) return valid(parsed, f.YEAR);
  return parsed.has(f.YEAR_OF_ERA) ? valid(parsed, f.YEAR_OF_ERA) : 1970;
}

/** A day of an era that the text did not name. */
function dayOfFields(parsed: Parsed): Day | null {
  if (!hasYear(parsed)) return null;
  if (parsed.has(f.MONTH_OF_YEAR) && parsed.has(f.DAY_OF_MONTH)) return filledMonth(parsed);
  return parsed.has(f.DAY_OF_YEAR) ? dayOfYear(yearOf(parsed), parsed.get(f.DAY_OF_YEAR)) : null;
}

function filledMonth(parsed: Parsed): Day {
  const day = parsed.has(f.DAY_OF_MONTH) ? valid(parsed, f.DAY_OF_MONTH) : 1;
  return validDay(yearOf(parsed), valid(parsed, f.MONTH_OF_YEAR), day);
}

/** The first day of what is known, without a time. */
function knownDay(parsed: Parsed): Day {
  if (hasYear(parsed)) {
    const month = parsed.has(f.MONTH_OF_YEAR) ? valid(parsed, f.MONTH_OF_YEAR) : 1;
    return validDay(yearOf(parsed), month, 1);
  }
  if (!parsed.has(f.MONTH_OF_YEAR) && !parsed.has(f.LOCAL_WEEK_BASED_YEAR)) throw f.REFUSED;
  return parsed.has(f.MONTH_OF_YEAR) ? filledDay(parsed) : weekDay(parsed);
}

/** The day of a time: 1970-01-01 if nothing else is known, also when the year is. */
function filledDay(parsed: Parsed): Day {
  if (parsed.has(f.LOCAL_WEEK_BASED_YEAR)) return weekDay(parsed);
  return parsed.has(f.MONTH_OF_YEAR) ? filledMonth(parsed) : dayOf(0);
}

/** The Monday of the week. */
function weekDay(parsed: Parsed): Day {
  const year = valid(parsed, f.LOCAL_WEEK_BASED_YEAR);
  const week = parsed.has(f.LOCAL_WEEK_OF_YEAR) ? valid(parsed, f.LOCAL_WEEK_OF_YEAR) : 1;
  return dayOf(firstMonday(year) + (week - 1) * 7);
}
