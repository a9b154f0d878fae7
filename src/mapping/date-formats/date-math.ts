import { dayOf, epochDayOf, lengthOfMonth, mod, weekdayOf } from './calendar.ts';
import type { DateFormat, Instant } from './date-format.ts';
import { offsetAt, type Zone, zonedInstant } from './zones.ts';

const OPERATION = /^(?:\/1?([yMwdhHms])|([+-])(\d*)([yMwdhHms]))/;
const DAY_MS = 86_400_000;
/** Units that clocks skip nothing of. */
const EXACT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  H: 3_600_000,
  m: 60_000,
  s: 1000,
};
const MAX_AMOUNT = 2 ** 31;

/** The instants that a query's value covers, both ends included. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The instants that a query's value covers on a field of that format, with date math: `now-1h/h`,
 * `2024-01-01||+1M/d`, or a date alone. `now` is in epoch milliseconds. Values without a zone of their
 * own, and rounding, are in `zone`. `gte` starts at `from`, `lte` ends at `to`, `gt` starts behind `to`,
 * `lt` ends before `from`, `term` uses both. Null if the text is not such a value.
 */
export function dateSpan(
  text: string,
  now: number,
  format: DateFormat,
  zone: Zone | null = null,
): Span | null {
  const from = dateBound(text, false, now, format, zone);
  const to = dateBound(text, true, now, format, zone);
  return from === null || to === null ? null : { from, to };
}

/** One end of a {@link dateSpan}; some values have only one. */
export function dateBound(
  text: string,
  up: boolean,
  now: number,
  format: DateFormat,
  zone: Zone | null = null,
): Instant | null {
  if (text.startsWith('now')) return calculate({ ms: now, nanos: 0 }, text.slice(3), up, zone ?? 0);
  const bars = text.indexOf('||');
  if (bars < 0) return format.bound(text, up, zone);
  const start = format.bound(text.slice(0, bars), false, zone);
  return start && calculate(start, text.slice(bars + 2), up, zone ?? 0);
}

function calculate(start: Instant, math: string, up: boolean, zone: Zone): Instant | null {
  let { ms, nanos } = start;
  for (let rest = math; rest !== ''; ) {
    const found = OPERATION.exec(rest);
    if (!found) return null;
    rest = rest.slice(found[0].length);
    const [, rounding, sign, count, unit] = found;
    if (rounding === undefined) {
      const amount = count === '' ? 1 : Number(count);
      if (amount >= MAX_AMOUNT) return null;
      ms = add(ms, unit!, sign === '-' ? -amount : amount, zone);
    } else {
      ms = floor(ms, rounding, zone);
      nanos = 0;
      if (up) ms = add(ms, rounding, 1, zone) - 1;
    }
    if (!(Math.abs(ms) < 2 ** 63)) return null;
  }
  return { ms, nanos };
}

function floor(ms: number, unit: string, zone: Zone): number {
  const local = ms + offsetAt(ms, zone);
  const exact = EXACT_MS[unit];
  if (exact !== undefined) return backTo(local - mod(local, exact), ms, zone);
  const today = Math.floor(local / DAY_MS);
  const { year, month } = dayOf(today);
  if (unit === 'd') return backTo(today * DAY_MS, ms, zone);
  if (unit === 'w') return backTo((today - weekdayOf(today) + 1) * DAY_MS, ms, zone);
  return backTo(epochDayOf(year, unit === 'y' ? 1 : month, 1) * DAY_MS, ms, zone);
}

function add(ms: number, unit: string, amount: number, zone: Zone): number {
  const exact = EXACT_MS[unit];
  if (exact !== undefined) return ms + amount * exact;
  const local = ms + offsetAt(ms, zone);
  if (unit === 'd' || unit === 'w')
    return backTo(local + amount * (unit === 'd' ? 1 : 7) * DAY_MS, ms, zone);
  const today = Math.floor(local / DAY_MS);
  const { year, month, day } = dayOf(today);
  const months = year * 12 + month - 1 + amount * (unit === 'y' ? 12 : 1);
  const [toYear, toMonth] = [Math.floor(months / 12), mod(months, 12) + 1];
  // The 31st of a shorter month is its last day.
  const to = epochDayOf(toYear, toMonth, Math.min(day, lengthOfMonth(toYear, toMonth)));
  return backTo(local + (to - today) * DAY_MS, ms, zone);
}

/** The instant of a local time: of two, the one with the offset that was there before. */
function backTo(local: number, before: number, zone: Zone): number {
  const same = local - offsetAt(before, zone);
  return offsetAt(same, zone) === offsetAt(before, zone) ? same : zonedInstant(local, zone);
}
