import { resolveDateMath } from '../mapping/date-math.ts';

/** `now` with its math, then perhaps a format and a time zone: `now/d{yyyy.MM.dd|+01:00}`. */
const EXPRESSION = /\{(now[^{}]*)(?:\{([^{}|]*)(?:\|([^{}]*))?\})?\}/g;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;
const FIELDS = /yyyy|uuuu|yy|uu|MM|dd|HH|mm|ss/g;
const MINUTE = 60_000;

/**
 * The concrete name that a name with date math stands for, as `<logs-{now/d}-000001>` does for
 * `logs-2024.05.01-000001`; any other name is returned as it is. Formats are made of yyyy, yy, MM,
 * dd, HH, mm, ss; time zones are offsets.
 *
 * @param now milliseconds since the epoch
 * @returns null when it cannot be understood
 */
export function resolveIndexMath(name: string, now: number): string | null {
  if (!name.startsWith('<') || !name.endsWith('>')) return name;
  let understood = true;
  const resolved = name.slice(1, -1).replace(EXPRESSION, (_all, math, format, zone) => {
    const text = textOf(math, format ?? 'yyyy.MM.dd', zone ?? '+00:00', now);
    if (text === null) understood = false;
    return text ?? '';
  });
  return understood && !/[{}]/.test(resolved) ? resolved : null;
}

function textOf(math: string, format: string, zone: string, now: number): string | null {
  const shift = zone === 'UTC' || zone === 'Z' ? 0 : offsetOf(zone);
  if (shift === null) return null;
  // Days begin where the zone says: the clock is moved, rounded, and read as if it were UTC.
  const range = resolveDateMath(math, now + shift);
  if (range === null || /[a-zA-Z]/.test(format.replace(FIELDS, ''))) return null;
  const iso = new Date(range.from).toISOString();
  return format.replace(FIELDS, (field) => {
    switch (field) {
      case 'yy':
      case 'uu':
        return iso.slice(2, 4);
      case 'MM':
        return iso.slice(5, 7);
      case 'dd':
        return iso.slice(8, 10);
      case 'HH':
        return iso.slice(11, 13);
      case 'mm':
        return iso.slice(14, 16);
      case 'ss':
        return iso.slice(17, 19);
      default:
        return iso.slice(0, 4);
    }
  });
}

function offsetOf(zone: string): number | null {
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign === undefined) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE;
  return sign === '-' ? -offset : offset;
}
