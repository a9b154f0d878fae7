import type { Style } from './resolve-date.ts';

/** A day of which month and day may be missing, with four digits of the year or with one to nine. */
const DAY = "(u4,4+['-'M2['-'d2]])";
const LOOSE_DAY = "(u1,9-['-'M1,2['-'d1,2]])";
const TIME = "(H2':'m2':'s2)";
const LOOSE_TIME = "(H1,2':'m1,2':'s1,2)";
const LOOSE_MINUTES = "(H1,2':'m1,2)";
const BASIC_DAY = '(u4,4-M2d2)';
const BASIC_TIME = '(H2m2s2)';
const BASIC_MILLIS = '(H2m2s2.1,9)';
const BASIC_WEEK = "(Y'W'W1,2e)";
const WEEK = "(Y4,10+'-W'W1,2'-'e1)";
const STRICT_WEEK = "(~Y4,10+'-W'W2'-'e1)";
const ORDINAL = "(u4,10+'-'D1,3)";
const SMART_DAY = "u4,19+'-'M2'-'d2";
const STRICT_BASIC_WEEK = "(Y4'W'W1,2e)";

/**
 * Elasticsearch's named formats in the notation of `notation.ts`. `@` at the end: with each of the two
 * kinds of zones, `z` and `o`, tried one after the other. Styles that are not strict stand in {@link STYLES}.
 */
const NOTATIONS: Readonly<Record<string, string>> = {
  iso8601: `${DAY}['T'[H2[':'m2[':'s2[.1,9][','S1,9]]]][z][o]]`,
  basic_date: 'u1,4-M1,2d1,2',
  basic_date_time: `(${BASIC_DAY}'T'${BASIC_MILLIS})@`,
  basic_date_time_no_millis: `(${BASIC_DAY}'T')${BASIC_TIME}@`,
  basic_ordinal_date: 'u4,19+D3',
  basic_ordinal_date_time: `y4,19+D3'T'${BASIC_MILLIS}@`,
  basic_ordinal_date_time_no_millis: `u4,19+D3'T'${BASIC_TIME}@`,
  basic_time: `${BASIC_MILLIS}@`,
  basic_time_no_millis: `${BASIC_TIME}@`,
  basic_t_time: `'T'${BASIC_MILLIS}@`,
  basic_t_time_no_millis: `'T'${BASIC_TIME}@`,
  basic_week_date: BASIC_WEEK,
  basic_week_date_time: `${BASIC_WEEK}'T'${BASIC_MILLIS}@`,
  basic_week_date_time_no_millis: `${BASIC_WEEK}'T'${BASIC_TIME}@`,
  date: LOOSE_DAY,
  date_hour: `${LOOSE_DAY}'T'H1,2`,
  date_hour_minute: `${LOOSE_DAY}'T'${LOOSE_MINUTES}`,
  date_hour_minute_second: `${LOOSE_DAY}'T'${LOOSE_TIME}`,
  date_hour_minute_second_fraction: `${LOOSE_DAY}'T'${LOOSE_TIME}.1,9`,
  date_hour_minute_second_millis: `${LOOSE_DAY}'T'${LOOSE_TIME}.1,3`,
  date_optional_time: `${LOOSE_DAY}['T'[H1,2[':'m1,2[':'s1,2][.1,9][','S1,9][z][o]]]]`,
  date_time: `${LOOSE_DAY}'T'${LOOSE_MINUTES}[':'s1,2.1,9]O|${LOOSE_DAY}'T'${LOOSE_MINUTES}[':'s1,2.1,9]o`,
  date_time_no_millis: ['O', 'o', '[z]', '[o]']
    .map((zone) => `${LOOSE_DAY}'T'${LOOSE_MINUTES}[':'s1,2]${zone}`)
    .join('|'),
  hour: 'H1,2',
  hour_minute: LOOSE_MINUTES,
  hour_minute_second: LOOSE_TIME,
  hour_minute_second_fraction: `${LOOSE_TIME}.1,9`,
  hour_minute_second_millis: `${LOOSE_TIME}.1,3`,
  ordinal_date: ORDINAL,
  ordinal_date_time: `${ORDINAL}'T'${LOOSE_MINUTES}[':'s1,2.1,9]@`,
  ordinal_date_time_no_millis: `${ORDINAL}'T'${LOOSE_TIME}@`,
  time: `${LOOSE_TIME}.1,9@`,
  time_no_millis: `${LOOSE_TIME}@`,
  t_time: `'T'${LOOSE_TIME}.1,9@`,
  t_time_no_millis: `'T'${LOOSE_TIME}@`,
  week_date: WEEK,
  week_date_time: `${WEEK}'T'${LOOSE_TIME}.1,9@`,
  week_date_time_no_millis: `${WEEK}'T'${LOOSE_TIME}@`,
  week_year: 'J',
  weekyear: 'J',
  weekyear_week: "J'-W'K",
  weekyear_week_day: "J'-W'K'-'L",
  year: 'u',
  year_month: "u'-'M",
  year_month_day: "u'-'M'-'d",
  epoch_second: "E[N0,9]|E'.'",
  epoch_millis: "P[Q0,6]|(P[Q0,6])'.'",
  strict_basic_week_date: STRICT_BASIC_WEEK,
  strict_basic_week_date_time: `${STRICT_BASIC_WEEK}'T'${BASIC_MILLIS}@`,
  strict_basic_week_date_time_no_millis: `(Y4,10-'W'W2e)'T'${BASIC_TIME}@`,
  strict_date: "u4,10+'-'M2'-'d2",
  strict_date_hour: `${SMART_DAY}'T'H2`,
  strict_date_hour_minute: `${SMART_DAY}'T'H2':'m2`,
  strict_date_hour_minute_second: `${SMART_DAY}'T'${TIME}`,
  strict_date_hour_minute_second_fraction: `${DAY}'T'${TIME}.1,9`,
  strict_date_hour_minute_second_millis: `${DAY}'T'${TIME}.1,9`,
  strict_date_optional_time: `${DAY}['T'[H2[':'m2[':'s2[.1,9][','S1,9]]][z][o]]]`,
  strict_date_optional_time_nanos: `${DAY}['T'${TIME}[.1,9][','S1,9][z][o]]`,
  strict_date_time: `${DAY}'T'${TIME}[.1,9]@`,
  strict_date_time_no_millis: `${DAY}'T'${TIME}@`,
  strict_hour: 'H2',
  strict_hour_minute: "H2':'m2",
  strict_hour_minute_second: TIME,
  strict_hour_minute_second_fraction: `${TIME}.1,9`,
  strict_hour_minute_second_millis: `${TIME}.1,9`,
  strict_ordinal_date: "~u4,4+'-'D3",
  strict_ordinal_date_time: "u4,4+'-'D3'T'H2':'m2[':'s2.1,9]@",
  strict_ordinal_date_time_no_millis: `u4,4+'-'D3'T'${TIME}@`,
  strict_time: `${TIME}.1,9@`,
  strict_time_no_millis: `${TIME}@`,
  strict_t_time: `'T'${TIME}.1,9@`,
  strict_t_time_no_millis: `'T'${TIME}@`,
  strict_week_date: STRICT_WEEK,
  strict_week_date_time: `${STRICT_WEEK}'T'${TIME}.1,9@`,
  strict_week_date_time_no_millis: `${STRICT_WEEK}'T'${TIME}@`,
  strict_weekyear: 'J4,10+',
  strict_weekyear_week: "J4,10+'-W'K2",
  strict_weekyear_week_day: "(J4,10+'-W'K2)'-'L",
  strict_year: 'u4,4+',
  strict_year_month: "u4,4+'-'M2",
  strict_year_month_day: DAY,
};

const STYLES: Readonly<Record<string, readonly Style[]>> = {
  basic_ordinal_date: ['smart'],
  basic_t_time: ['strict', 'smart'],
  epoch_second: ['smart', 'smart'],
  epoch_millis: ['smart', 'smart'],
  strict_date: ['lenient'],
  strict_date_hour: ['smart'],
  strict_date_hour_minute: ['smart'],
  strict_date_hour_minute_second: ['smart'],
  strict_hour: ['smart'],
  strict_hour_minute: ['smart'],
};

/** Their dates are of UTC, whatever a query's time zone is; but not what is filled up from above. */
const OF_UTC: ReadonlySet<string> = new Set(['basic_date']);

export interface NamedPart {
  readonly notation: string;
  readonly style: Style;
  /** The zone of dates without one, where it is not the query's. */
  readonly zone: 0 | null;
}

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const BY_CAMEL_CASE = new Map(Object.keys(NOTATIONS).map((name) => [camelCase(name), name]));

/** Names in small letters. */
export const FORMAT_NAMES: readonly string[] = Object.keys(NOTATIONS);

/** The parsers of a named format, in the order in which they are tried; null for another name. */
export function namedFormat(name: string): NamedPart[] | null {
  const known = Object.hasOwn(NOTATIONS, name) ? name : BY_CAMEL_CASE.get(name);
  if (known === undefined) return null;
  const whole = NOTATIONS[known]!;
  const start = whole.slice(0, -1);
  const notations = whole.endsWith('@') ? [`${start}z`, `${start}o`] : whole.split('|');
  const styles = STYLES[known];
  const zone = OF_UTC.has(known) ? 0 : null;
  return notations.map((notation, at) => ({ notation, style: styles?.[at] ?? 'strict', zone }));
}
