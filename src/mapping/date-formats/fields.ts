/** Fields that a date's text can give, by java.time's names; numbers are places in an array. */
export const ERA = 0;
export const YEAR = 1;
export const YEAR_OF_ERA = 2;
export const QUARTER_OF_YEAR = 3;
export const MONTH_OF_YEAR = 4;
export const DAY_OF_MONTH = 5;
export const DAY_OF_YEAR = 6;
export const DAY_OF_WEEK = 7;
/** As a weekday, if weeks began with the month. */
export const ALIGNED_DAY_OF_WEEK = 8;
/** Of ISO 8601. */
export const WEEK_BASED_YEAR = 9;
export const WEEK_OF_WEEK_BASED_YEAR = 10;
/** The same by the locale, whose weeks are those of ISO 8601 in Elasticsearch. */
export const LOCAL_WEEK_BASED_YEAR = 11;
export const LOCAL_WEEK_OF_YEAR = 12;
export const LOCAL_WEEK_OF_MONTH = 13;
export const LOCAL_DAY_OF_WEEK = 14;
export const MODIFIED_JULIAN_DAY = 15;
/** Those below are of a day, up to {@link AMPM_OF_DAY}. */
export const AMPM_OF_DAY = 16;
export const CLOCK_HOUR_OF_DAY = 17;
export const HOUR_OF_AMPM = 18;
export const CLOCK_HOUR_OF_AMPM = 19;
export const HOUR_OF_DAY = 20;
export const MINUTE_OF_HOUR = 21;
export const SECOND_OF_MINUTE = 22;
export const NANO_OF_SECOND = 23;
export const MILLI_OF_DAY = 24;
export const NANO_OF_DAY = 25;
/** Of neither a date nor a time. */
export const OFFSET_SECONDS = 26;
export const INSTANT_SECONDS = 27;
export const EPOCH_SECONDS = 28;
export const EPOCH_NANOS_OF_SECOND = 29;
export const EPOCH_MILLIS = 30;
export const EPOCH_NANOS_OF_MILLI = 31;
export const FIELDS = 32;

export const isTimeField = (field: number): boolean => field >= AMPM_OF_DAY && field <= NANO_OF_DAY;

const MAX_YEAR = 999_999_999;

const RANGES: Readonly<Record<number, readonly [number, number]>> = {
  [ERA]: [0, 1],
  [YEAR]: [-MAX_YEAR, MAX_YEAR],
  [YEAR_OF_ERA]: [1, MAX_YEAR + 1],
  [MONTH_OF_YEAR]: [1, 12],
  [DAY_OF_MONTH]: [1, 31],
  [DAY_OF_YEAR]: [1, 366],
  [DAY_OF_WEEK]: [1, 7],
  [ALIGNED_DAY_OF_WEEK]: [1, 7],
  [WEEK_BASED_YEAR]: [-MAX_YEAR, MAX_YEAR],
  [WEEK_OF_WEEK_BASED_YEAR]: [1, 53],
  [LOCAL_WEEK_BASED_YEAR]: [-MAX_YEAR, MAX_YEAR],
  [LOCAL_WEEK_OF_YEAR]: [1, 53],
  [LOCAL_WEEK_OF_MONTH]: [0, 6],
  [LOCAL_DAY_OF_WEEK]: [1, 7],
  [AMPM_OF_DAY]: [0, 1],
  [CLOCK_HOUR_OF_DAY]: [1, 24],
  [HOUR_OF_AMPM]: [0, 11],
  [CLOCK_HOUR_OF_AMPM]: [1, 12],
  [HOUR_OF_DAY]: [0, 23],
  [MINUTE_OF_HOUR]: [0, 59],
  [SECOND_OF_MINUTE]: [0, 59],
  [NANO_OF_SECOND]: [0, 999_999_999],
  [MILLI_OF_DAY]: [0, 86_399_999],
  [NANO_OF_DAY]: [0, 86_399_999_999_999],
};

/** Thrown, and caught in this folder, when a text is no date of its format: without a stack's cost. */
export const REFUSED = new Error('the text does not fit the date format');

/** The value, if the field can have it. */
export function checked(field: number, value: number): number {
  const range = RANGES[field];
  if (range !== undefined && !(value >= range[0] && value <= range[1])) throw REFUSED;
  return value;
}
