import { type DateFormat, type DateRange, parseDate, parseDateRange } from './dates.ts';

const OPERATION = /^(?:\/([yMwdhHms])|([+-])(\d*)([yMwdhHms]))/;

const UNIT_MS: Record<string, number> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  H: 3_600_000,
  m: 60_000,
  s: 1000,
};

/** The first Monday of the epoch, from which weeks are counted. */
const MONDAY = 4 * 86_400_000;

/** Whether the meaning of a text depends on the time at which it is read. */
export function dependsOnNow(text: string): boolean {
  return text.startsWith('now');
}

/**
 * The instants that a query's value covers, with date math: `now-1h/h`, `2024-01-01||+1M/d`, or a date
 * alone. `now` is given in epoch milliseconds. Null if the text is not such a value.
 */
export function resolveDateMath(
  text: string,
  now: number,
  format: DateFormat = 'iso',
): DateRange | null {
  let start: number | null = now;
  let math = text.slice(3);
  if (!dependsOnNow(text)) {
    const bars = text.indexOf('||');
    if (bars < 0) return parseDateRange(text, format);
    start = parseDate(text.slice(0, bars), format);
    math = text.slice(bars + 2);
  }
  if (start === null) return null;
  const from = calculate(start, math, false);
  const to = calculate(start, math, true);
  return from === null || to === null ? null : { from, to };
}

function calculate(start: number, math: string, roundUp: boolean): number | null {
  let at = start;
  let rest = math;
  while (rest !== '') {
    const found = OPERATION.exec(rest);
    if (!found) return null;
    rest = rest.slice(found[0].length);
    const [, rounding, sign, count, unit] = found;
    if (rounding !== undefined) {
      at = floor(at, rounding);
      if (roundUp) at = add(at, rounding, 1) - 1;
    } else {
      const amount = count === '' ? 1 : Number(count);
      at = add(at, unit!, sign === '-' ? -amount : amount);
    }
    if (Number.isNaN(at)) return null;
  }
  return at;
}

function floor(at: number, unit: string): number {
  const size = UNIT_MS[unit];
  if (size === undefined) {
    const date = new Date(at);
    if (unit === 'y') date.setUTCMonth(0);
    date.setUTCDate(1);
    return date.setUTCHours(0, 0, 0, 0);
  }
  const origin = unit === 'w' ? MONDAY : 0;
  return Math.floor((at - origin) / size) * size + origin;
}

function add(at: number, unit: string, amount: number): number {
  const size = UNIT_MS[unit];
  if (size !== undefined) return at + amount * size;
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + (unit === 'y' ? 12 : 1) * amount);
  // The 31st of a shorter month is its last day.
  const last = new Date(date.getTime());
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  return date.setUTCDate(Math.min(day, last.getUTCDate()));
}
