import * as f from './fields.ts';

/** A day: its number since 1970-01-01, and what it is in the calendar. */
export interface Day {
  readonly epochDay: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeap = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const lengthOfMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1]!;

/** Days since 1970-01-01 in the proleptic Gregorian calendar; the day may be outside the month. */
export function epochDayOf(year: number, month: number, day: number): number {
  // Years are counted from March, so that the leap day is the last of its year.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
  );
}

export function dayOf(epochDay: number): Day {
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { epochDay, year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** @throws REFUSED for a day that is not there */
export function validDay(year: number, month: number, day: number): Day {
  f.checked(f.YEAR, year);
  f.checked(f.MONTH_OF_YEAR, month);
  if (day < 1 || day > lengthOfMonth(year, month)) throw f.REFUSED;
  return { epochDay: epochDayOf(year, month, day), year, month, day };
}

/** @throws REFUSED for the 366th day of another year than a leap year */
export function dayOfYear(year: number, ofYear: number): Day {
  f.checked(f.YEAR, year);
  f.checked(f.DAY_OF_YEAR, ofYear);
  if (ofYear === 366 && !isLeap(year)) throw f.REFUSED;
  return dayOf(epochDayOf(year, 1, 1) + ofYear - 1);
}

/** 1 is Monday. */
export const weekdayOf = (epochDay: number): number => mod(epochDay + 3, 7) + 1;

export const mod = (value: number, by: number): number => value - Math.floor(value / by) * by;

/** The Monday of the first week of a week-based year, which has January 4. */
export function firstMonday(weekYear: number): number {
  const fourth = epochDayOf(weekYear, 1, 4);
  return fourth - weekdayOf(fourth) + 1;
}

export const weeksOf = (weekYear: number): number =>
  (firstMonday(weekYear + 1) - firstMonday(weekYear)) / 7;

function weekYearOf({ epochDay, year }: Day): number {
  if (epochDay < firstMonday(year)) return year - 1;
  return epochDay >= firstMonday(year + 1) ? year + 1 : year;
}

/** What a field is on that day; NaN for fields that a day does not have. */
export function fieldOfDay(date: Day, field: number): number {
  const { epochDay, year, month, day } = date;
  switch (field) {
    case f.ERA:
      return year >= 1 ? 1 : 0;
    case f.YEAR:
      return year;
    case f.YEAR_OF_ERA:
      return year >= 1 ? year : 1 - year;
    case f.QUARTER_OF_YEAR:
      return Math.floor((month + 2) / 3);
    case f.MONTH_OF_YEAR:
      return month;
    case f.DAY_OF_MONTH:
      return day;
    case f.DAY_OF_YEAR:
      return epochDay - epochDayOf(year, 1, 1) + 1;
    case f.DAY_OF_WEEK:
    case f.LOCAL_DAY_OF_WEEK:
      return weekdayOf(epochDay);
    case f.ALIGNED_DAY_OF_WEEK:
      return ((day - 1) % 7) + 1;
    case f.WEEK_BASED_YEAR:
    case f.LOCAL_WEEK_BASED_YEAR:
      return weekYearOf(date);
    case f.WEEK_OF_WEEK_BASED_YEAR:
    case f.LOCAL_WEEK_OF_YEAR:
      return Math.floor((epochDay - firstMonday(weekYearOf(date))) / 7) + 1;
    case f.LOCAL_WEEK_OF_MONTH:
      return weekOfMonth(date);
    case f.MODIFIED_JULIAN_DAY:
      return epochDay + 40_587;
    default:
      return Number.NaN;
  }
}

/** The first week of a month is the one that has its fourth day; days before it are of week 0. */
export function weekOfMonth({ year, month, epochDay }: Day): number {
  const fourth = epochDayOf(year, month, 4);
  const monday = fourth - weekdayOf(fourth) + 1;
  return Math.floor((epochDay - monday) / 7) + 1;
}
