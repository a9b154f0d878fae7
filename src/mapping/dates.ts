import { localToInstant } from './date-zones.ts';

/**
 * The formats that dynamic mapping gives to date fields: `iso` is
 * `strict_date_optional_time||epoch_millis`, `slashes` is
 * `yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis`.
 */
export type DateFormat = 'iso' | 'slashes';

/** Epoch milliseconds, both ends included. */
export interface DateRange {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
/** Java's farthest year whose milliseconds fit in 64 bits, less one. */
const MAX_YEAR = 292_278_993;

/** Fields that the text did not give are below 0; `year` is then NaN. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  milli: number;
  zone: string;
}

/** One scratch record: documents' dates are parsed without allocating. */
const fields: Fields = {
  year: 0,
  month: -1,
  day: -1,
  hour: -1,
  minute: -1,
  second: -1,
  milli: -1,
  zone: '',
};

/**
 * The instant that a document's value stands for, in epoch milliseconds; null if the field's format
 * refuses it. A JSON number is given as its source text, because Elasticsearch reads that text: `2024`
 * is a year for `iso`, `1700000000000` are epoch milliseconds, `1e3` is refused.
 */
export function parseDate(text: string, format: DateFormat = 'iso'): number | null {
  if (scan(text, format)) return instant(false);
  return parseEpochMillis(text);
}

/**
 * The instants that a query's value covers. `term` and both ends of `[a TO b]` use the range as it is:
 * `gte` starts at `from`, `lte` ends at `to`, `gt` starts behind `to`, `lt` ends before `from`. A month
 * or a year covers only its first day, as in Elasticsearch. No date math (see `date-math.ts`).
 */
export function parseDateRange(text: string, format: DateFormat = 'iso'): DateRange | null {
  if (scan(text, format)) {
    const from = instant(false);
    const to = instant(true);
    return from === null || to === null ? null : { from, to };
  }
  const millis = parseEpochMillis(text);
  return millis === null ? null : { from: millis, to: millis };
}

/**
 * The date format that a new field gets from its first value, null for a text field. Numbers are never
 * dates. For a date with slashes that is not in the calendar Elasticsearch refuses the document; here
 * the field becomes a date that this value cannot match.
 */
export function detectDate(text: string): DateFormat | null {
  // The shortest are `2024-01` and `2024T`.
  if (text.length < 5) return null;
  if (scanIso(text)) return instant(false) === null || /^-\d+$/.test(text) ? null : 'iso';
  return scanSlashes(text) ? 'slashes' : null;
}

function scan(text: string, format: DateFormat): boolean {
  return format === 'iso' ? scanIso(text) : scanSlashes(text);
}

/** The value of two digits, -1 if there are not two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function reset(): void {
  fields.month = -1;
  fields.day = -1;
  fields.hour = -1;
  fields.minute = -1;
  fields.second = -1;
  fields.milli = -1;
  fields.zone = '';
}

/** Whether the text has the form of `strict_date_optional_time`; the calendar is checked later. */
function scanIso(text: string): boolean {
  reset();
  const negative = text.charCodeAt(0) === 45;
  let at = negative ? 1 : 0;
  const century = twoDigits(text, at);
  const years = twoDigits(text, at + 2);
  if (century < 0 || years < 0) return false;
  const year = century * 100 + years;
  if (negative && year === 0) return false;
  fields.year = negative ? -year : year;
  at += 4;
  if (text[at] === '-') {
    fields.month = twoDigits(text, at + 1);
    if (fields.month < 0) return false;
    at += 3;
    if (text[at] === '-') {
      fields.day = twoDigits(text, at + 1);
      if (fields.day < 0) return false;
      at += 3;
    }
  }
  if (at === text.length) return true;
  if (text[at] !== 'T') return false;
  at += 1;
  return at === text.length || scanTime(text, at);
}

/** `HH[:mm[:ss[.SSS]]][zone]` to the end of the text. */
function scanTime(text: string, from: number): boolean {
  let at = from;
  fields.hour = twoDigits(text, at);
  if (fields.hour < 0) return false;
  at += 2;
  if (text[at] === ':') {
    fields.minute = twoDigits(text, at + 1);
    if (fields.minute < 0) return false;
    at += 3;
    if (text[at] === ':') {
      fields.second = twoDigits(text, at + 1);
      if (fields.second < 0) return false;
      at += 3;
      if (text[at] === '.' || text[at] === ',') {
        const digits = scanFraction(text, at + 1);
        if (digits === 0) return false;
        at += 1 + digits;
      }
    }
  }
  fields.zone = at === text.length ? 'Z' : text.slice(at);
  return true;
}

/** Reads up to nine digits, of which three count; answers how many there are, 0 if none. */
function scanFraction(text: string, from: number): number {
  let digits = 0;
  let millis = 0;
  for (; digits < 9; digits += 1) {
    const digit = text.charCodeAt(from + digits) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    if (digits < 3) millis += digit * (digits === 0 ? 100 : digits === 1 ? 10 : 1);
  }
  fields.milli = millis;
  return digits;
}

const SLASHES = /^(\d{4}|\+[1-9]\d{4,8})\/(\d\d)\/(\d\d)(?: ([01]\d|2[0-3]):([0-5]\d):([0-5]\d))?$/;

function scanSlashes(text: string): boolean {
  const found = SLASHES.exec(text);
  if (!found) return false;
  reset();
  fields.year = Number(found[1]);
  // The years of an era begin with 1.
  if (fields.year === 0) return false;
  fields.month = Number(found[2]);
  fields.day = Number(found[3]);
  if (found[4] !== undefined) {
    fields.hour = Number(found[4]);
    fields.minute = Number(found[5]);
    fields.second = Number(found[6]);
    fields.zone = 'Z';
  }
  return true;
}

/** The instant of the scanned fields, what is missing filled up to the first or the last of the day. */
function instant(last: boolean): number | null {
  const { month, day, hour, minute, second, milli, zone } = fields;
  // A time of day right behind a year: Elasticsearch forgets the year, but not in an upper bound.
  const year = month < 0 && hour >= 0 && !last ? 1970 : fields.year;
  const days = daysFromEpoch(year, month < 0 ? 1 : month, day < 0 ? 1 : day);
  if (days === null || hour > 23 || minute > 59 || second > 59) return null;
  const local =
    days * DAY_MS +
    (hour < 0 ? (last ? 23 : 0) : hour) * 3_600_000 +
    (minute < 0 ? (last ? 59 : 0) : minute) * 60_000 +
    (second < 0 ? (last ? 59 : 0) : second) * 1000 +
    (milli < 0 ? (last ? 999 : 0) : milli);
  return zone === '' || zone === 'Z' ? local : localToInstant(local, zone);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970-01-01 in the proleptic Gregorian calendar; null for a day that does not exist. */
function daysFromEpoch(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || year > MAX_YEAR) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > MONTH_DAYS[month - 1]! && !(leap && month === 2 && day === 29)) return null;
  // Years are counted from March, so that the leap day is the last of its year.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
  );
}

const EPOCH_MILLIS = /^(-?)(\d{1,19})(?:\.\d{0,6})?$/;

/** Below 0 only whole seconds are taken: an oddity of Elasticsearch 7. */
function parseEpochMillis(text: string): number | null {
  const found = EPOCH_MILLIS.exec(text);
  if (!found) return null;
  const digits = found[2]!;
  if (digits.length === 19 && digits > '9223372036854775807') return null;
  const millis = Number(digits);
  if (found[1] === '') return millis;
  return millis === 0 || !digits.endsWith('000') ? null : -millis;
}
