import * as calendar from './calendar.ts';
import * as f from './fields.ts';
import type { Parsed } from './parsed.ts';

/** How far values may contradict the calendar: Java's resolver styles. */
export type Style = 'strict' | 'smart' | 'lenient';

/** The day that the fields give; null if they do not give one. What made it is taken from them. */
export function resolveDate(parsed: Parsed, style: Style): calendar.Day | null {
  resolveEra(parsed, style);
  if (!parsed.has(f.YEAR)) return null;
  if (parsed.has(f.MONTH_OF_YEAR) && parsed.has(f.DAY_OF_MONTH)) return ofMonth(parsed, style);
  if (!parsed.has(f.DAY_OF_YEAR)) return null;
  return calendar.dayOfYear(parsed.take(f.YEAR), parsed.take(f.DAY_OF_YEAR));
}

function resolveEra(parsed: Parsed, style: Style): void {
  if (!parsed.has(f.YEAR_OF_ERA)) {
    if (parsed.has(f.ERA)) f.checked(f.ERA, parsed.get(f.ERA));
    return;
  }
  const ofEra = parsed.take(f.YEAR_OF_ERA);
  if (style !== 'lenient') f.checked(f.YEAR_OF_ERA, ofEra);
  const era = parsed.take(f.ERA);
  const year = parsed.get(f.YEAR);
  if (Number.isNaN(era)) {
    if (Number.isNaN(year) && style === 'strict') parsed.set(f.YEAR_OF_ERA, ofEra);
    else setYear(parsed, year <= 0 ? 1 - ofEra : ofEra);
    return;
  }
  setYear(parsed, era === 1 ? ofEra : 1 - ofEra);
}

function setYear(parsed: Parsed, year: number): void {
  if (parsed.has(f.YEAR) && parsed.get(f.YEAR) !== year) throw f.REFUSED;
  parsed.set(f.YEAR, year);
}

function ofMonth(parsed: Parsed, style: Style): calendar.Day {
  const year = f.checked(f.YEAR, parsed.take(f.YEAR));
  const month = parsed.take(f.MONTH_OF_YEAR);
  const day = parsed.take(f.DAY_OF_MONTH);
  if (style === 'lenient') {
    const months = year * 12 + month - 1;
    const first = calendar.epochDayOf(Math.floor(months / 12), calendar.mod(months, 12) + 1, 1);
    return calendar.dayOf(first + day - 1);
  }
  f.checked(f.MONTH_OF_YEAR, month);
  f.checked(f.DAY_OF_MONTH, day);
  const last = style === 'smart' ? calendar.lengthOfMonth(year, month) : day;
  return calendar.validDay(year, month, Math.min(day, last));
}

/** Weeks, quarters and counted days: a day from them, or null. */
export function resolveWeeks(parsed: Parsed, style: Style): calendar.Day | null {
  if (parsed.has(f.MODIFIED_JULIAN_DAY))
    return calendar.dayOf(parsed.take(f.MODIFIED_JULIAN_DAY) - 40_587);
  if (parsed.has(f.LOCAL_DAY_OF_WEEK)) {
    const weekday = f.checked(f.LOCAL_DAY_OF_WEEK, parsed.take(f.LOCAL_DAY_OF_WEEK));
    parsed.set(f.DAY_OF_WEEK, weekday);
  }
  if (!parsed.has(f.DAY_OF_WEEK)) return null;
  if (parsed.has(f.WEEK_BASED_YEAR) && parsed.has(f.WEEK_OF_WEEK_BASED_YEAR))
    return ofWeek(parsed, f.WEEK_BASED_YEAR, f.WEEK_OF_WEEK_BASED_YEAR, style);
  if (parsed.has(f.YEAR)) {
    return parsed.has(f.LOCAL_WEEK_OF_MONTH) && parsed.has(f.MONTH_OF_YEAR)
      ? ofWeekOfMonth(parsed, style)
      : null;
  }
  if (parsed.has(f.LOCAL_WEEK_BASED_YEAR) && parsed.has(f.LOCAL_WEEK_OF_YEAR))
    return ofWeek(parsed, f.LOCAL_WEEK_BASED_YEAR, f.LOCAL_WEEK_OF_YEAR, style);
  return null;
}

function ofWeek(parsed: Parsed, yearField: number, weekField: number, style: Style): calendar.Day {
  const year = f.checked(yearField, parsed.take(yearField));
  const week = f.checked(weekField, parsed.take(weekField));
  const weekday = f.checked(f.DAY_OF_WEEK, parsed.take(f.DAY_OF_WEEK));
  const local = weekField === f.LOCAL_WEEK_OF_YEAR;
  if (!local && style === 'strict' && week > calendar.weeksOf(year)) throw f.REFUSED;
  // Java cuts weeks of the locale to the last one of the year.
  const count = local ? Math.min(week, calendar.weeksOf(year)) : week;
  return calendar.dayOf(calendar.firstMonday(year) + (count - 1) * 7 + weekday - 1);
}

function ofWeekOfMonth(parsed: Parsed, style: Style): calendar.Day {
  const year = f.checked(f.YEAR, parsed.take(f.YEAR));
  const month = f.checked(f.MONTH_OF_YEAR, parsed.take(f.MONTH_OF_YEAR));
  const week = f.checked(f.LOCAL_WEEK_OF_MONTH, parsed.take(f.LOCAL_WEEK_OF_MONTH));
  const weekday = f.checked(f.DAY_OF_WEEK, parsed.take(f.DAY_OF_WEEK));
  const first = calendar.validDay(year, month, 1);
  const weeks = week - calendar.weekOfMonth(first);
  const days = weekday - calendar.weekdayOf(first.epochDay);
  const found = calendar.dayOf(first.epochDay + weeks * 7 + days);
  if (style === 'strict' && found.month !== month) throw f.REFUSED;
  return found;
}
