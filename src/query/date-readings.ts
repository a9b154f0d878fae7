import { dateFormat } from '../mapping/date-formats/date-format.ts';
import { BadDateFormat } from '../mapping/date-formats/pattern.ts';
import { zoneOf } from '../mapping/date-formats/zones.ts';
import { syntax, textAt } from './dsl/dsl-reader.ts';
import { used } from './parameters.ts';

/** Formats of dates with `||` between them. */
export const dateFormats = used((value: unknown, path: string) => {
  const text = textAt(value, path);
  try {
    return dateFormat(text).text;
  } catch (error) {
    if (error instanceof BadDateFormat) throw syntax(path, error.message);
    throw error;
  }
}, 'of the bounds, where the field is a date: names or Java patterns with `||` between them');

/** `Europe/Berlin`, `+02:00`, `UTC`. */
export const timeZone = used((value: unknown, path: string) => {
  // Of the offsets behind a name, only whole ones are read elsewhere.
  const text = textAt(value, path).replace(/^(UTC|GMT|UT)([+-])(\d)$/, '$1$20$3:00');
  if (zoneOf(text) === null) throw syntax(path, `unknown time zone [${text}]`);
  return text;
}, 'of dates that name none, and of the days that date math rounds to');

/** Whether a text could be a date in some format. */
export function mayBeDate(text: string): boolean {
  return /\d/.test(text) || text.startsWith('now');
}
