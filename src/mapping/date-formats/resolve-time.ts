import * as f from './fields.ts';
import type { Parsed } from './parsed.ts';
import type { Style } from './resolve-date.ts';

/** A time of day, and whole days behind it (24:00). */
export interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  readonly days: number;
}

/** Turns hours of other counts into hours of the day. */
export function simplifyTime(parsed: Parsed, style: Style): void {
  const lenient = style === 'lenient';
  const put = (field: number, value: number): void => {
    if (parsed.has(field) && parsed.get(field) !== value) throw f.REFUSED;
    parsed.set(field, value);
  };
  for (const [clock, hour, whole] of CLOCKS) {
    if (!parsed.has(clock)) continue;
    const value = parsed.take(clock);
    if (style === 'strict' || (!lenient && value !== 0)) f.checked(clock, value);
    put(hour, value === whole ? 0 : value);
  }
  if (parsed.has(f.AMPM_OF_DAY) && parsed.has(f.HOUR_OF_AMPM)) {
    const half = f.checked(f.AMPM_OF_DAY, parsed.take(f.AMPM_OF_DAY));
    put(f.HOUR_OF_DAY, half * 12 + f.checked(f.HOUR_OF_AMPM, parsed.take(f.HOUR_OF_AMPM)));
  }
  if (parsed.has(f.NANO_OF_DAY)) {
    const nanos = f.checked(f.NANO_OF_DAY, parsed.take(f.NANO_OF_DAY));
    putSeconds(put, Math.floor(nanos / 1e9));
    put(f.NANO_OF_SECOND, nanos % 1e9);
  }
  if (parsed.has(f.MILLI_OF_DAY)) {
    const millis = f.checked(f.MILLI_OF_DAY, parsed.take(f.MILLI_OF_DAY));
    putSeconds(put, Math.floor(millis / 1000));
    // Milliseconds replace those of the nanoseconds, which must then be the same.
    const nanos = parsed.has(f.NANO_OF_SECOND) ? parsed.get(f.NANO_OF_SECOND) % 1e6 : 0;
    put(f.NANO_OF_SECOND, (millis % 1000) * 1e6 + nanos);
  }
  if (!lenient && parsed.has(f.NANO_OF_SECOND))
    f.checked(f.NANO_OF_SECOND, parsed.get(f.NANO_OF_SECOND));
}

const CLOCKS = [
  [f.CLOCK_HOUR_OF_DAY, f.HOUR_OF_DAY, 24],
  [f.CLOCK_HOUR_OF_AMPM, f.HOUR_OF_AMPM, 12],
] as const;

function putSeconds(put: (field: number, value: number) => void, seconds: number): void {
  put(f.HOUR_OF_DAY, Math.floor(seconds / 3600));
  put(f.MINUTE_OF_HOUR, Math.floor(seconds / 60) % 60);
  put(f.SECOND_OF_MINUTE, seconds % 60);
}

/** The time that the fields give; null if they do not give one. */
export function resolveTime(parsed: Parsed, style: Style): Time | null {
  const hour = parsed.get(f.HOUR_OF_DAY);
  const minute = parsed.get(f.MINUTE_OF_HOUR);
  const second = parsed.get(f.SECOND_OF_MINUTE);
  const nano = parsed.get(f.NANO_OF_SECOND);
  if (Number.isNaN(hour)) {
    const alone = Number.isNaN(minute) && Number.isNaN(second) && Number.isNaN(nano);
    if (!alone || style === 'strict' || !parsed.has(f.AMPM_OF_DAY)) return null;
    // Noon's and midnight's halves of the day: their middle.
    const half = f.checked(f.AMPM_OF_DAY, parsed.take(f.AMPM_OF_DAY));
    return { hour: half * 12 + 6, minute: 0, second: 0, nano: 0, days: 0 };
  }
  if (lacksBetween(parsed)) return null;
  for (const field of [f.HOUR_OF_DAY, f.MINUTE_OF_HOUR, f.SECOND_OF_MINUTE, f.NANO_OF_SECOND])
    parsed.take(field);
  return validTime(hour, minute || 0, second || 0, nano || 0, style);
}

/** Whether the hour is there and something smaller, but not what is between: such a time is not read. */
export function lacksBetween(parsed: Parsed): boolean {
  if (!parsed.has(f.HOUR_OF_DAY)) return false;
  const second = parsed.has(f.SECOND_OF_MINUTE);
  const nano = parsed.has(f.NANO_OF_SECOND);
  return parsed.has(f.MINUTE_OF_HOUR) ? nano && !second : nano || second;
}

function validTime(hour: number, minute: number, second: number, nano: number, style: Style): Time {
  if (style === 'smart' && hour === 24 && minute === 0 && second === 0 && nano === 0)
    return { hour: 0, minute, second, nano, days: 1 };
  f.checked(f.HOUR_OF_DAY, hour);
  f.checked(f.MINUTE_OF_HOUR, minute);
  f.checked(f.SECOND_OF_MINUTE, second);
  f.checked(f.NANO_OF_SECOND, nano);
  return { hour, minute, second, nano, days: 0 };
}

/** What a field is at that time; NaN for fields that a time does not have. */
export function fieldOfTime({ hour, minute, second, nano }: Time, field: number): number {
  switch (field) {
    case f.AMPM_OF_DAY:
      return hour < 12 ? 0 : 1;
    case f.HOUR_OF_DAY:
      return hour;
    case f.CLOCK_HOUR_OF_DAY:
      return hour === 0 ? 24 : hour;
    case f.HOUR_OF_AMPM:
      return hour % 12;
    case f.CLOCK_HOUR_OF_AMPM:
      return hour % 12 === 0 ? 12 : hour % 12;
    case f.MINUTE_OF_HOUR:
      return minute;
    case f.SECOND_OF_MINUTE:
      return second;
    case f.NANO_OF_SECOND:
      return nano;
    default:
      return Number.NaN;
  }
}
