import { MappingProblem } from './json.ts';

/** Letters of Java's date patterns. */
const LETTERS = 'GuyDMLdQqYwWEecFahKkHmsSAnNVzOXxZpvB';

/** Named formats; each also with `strict_` before it, and in camel case. */
const NAMES: ReadonlySet<string> = new Set([
  ...['iso8601', 'epoch_millis', 'epoch_second', 'date_optional_time', 'date_optional_time_nanos'],
  ...['basic_date', 'basic_date_time', 'basic_date_time_no_millis', 'basic_ordinal_date'],
  ...['basic_ordinal_date_time', 'basic_ordinal_date_time_no_millis', 'basic_time'],
  ...['basic_time_no_millis', 'basic_t_time', 'basic_t_time_no_millis', 'basic_week_date'],
  ...['basic_week_date_time', 'basic_week_date_time_no_millis', 'date', 'date_hour'],
  ...['date_hour_minute', 'date_hour_minute_second', 'date_hour_minute_second_fraction'],
  ...['date_hour_minute_second_millis', 'date_time', 'date_time_no_millis', 'hour', 'hour_minute'],
  ...['hour_minute_second', 'hour_minute_second_fraction', 'hour_minute_second_millis'],
  ...['ordinal_date', 'ordinal_date_time', 'ordinal_date_time_no_millis', 'time', 'time_no_millis'],
  ...['t_time', 't_time_no_millis', 'week_date', 'week_date_time', 'week_date_time_no_millis'],
  ...['week_year', 'weekyear', 'weekyear_week', 'weekyear_week_day', 'year', 'year_month'],
  ...['year_month_day'],
]);

/** @throws MappingProblem unless each of the formats, with `||` between them, can be one */
export function checkDateFormat(format: string): string {
  if (format === '') throw new MappingProblem('No date pattern provided');
  for (const part of format.split('||')) {
    if (part === '') {
      throw new MappingProblem(`Cannot have empty element in multi date format pattern: ${format}`);
    }
    if (!isNamed(part)) checkPattern(part);
  }
  return format;
}

function isNamed(format: string): boolean {
  const snake = format.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return NAMES.has(snake) || NAMES.has(snake.replace(/^strict_/, ''));
}

function checkPattern(format: string): void {
  // Sevens wrote an 8 before patterns of the new kind.
  const pattern = format.replace(/^8/, '');
  const invalid = (why: string) => new MappingProblem(`Invalid format: [${pattern}]: ${why}`);
  const bare = pattern.replace(/'[^']*'/g, '');
  if (bare.includes("'")) {
    throw invalid(`Pattern ends with an incomplete string literal: ${pattern}`);
  }
  for (const sign of bare) {
    if (/[a-zA-Z]/.test(sign) && !LETTERS.includes(sign)) {
      throw invalid(`Unknown pattern letter: ${sign}`);
    }
    if (/[{}#]/.test(sign)) {
      throw invalid(`Pattern includes reserved character: '${sign}'`);
    }
  }
}
