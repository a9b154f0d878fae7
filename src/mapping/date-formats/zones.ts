import { localToInstant, regionOffsetAt } from '../date-zones.ts';
import { REFUSED } from './fields.ts';
import { parseOffset } from './offsets.ts';
import { LONGEST_ZONE_ID, zoneId } from './zone-ids.ts';

/** An offset in seconds, or the name of a region. */
export type Zone = number | string;

const MAX_OFFSET = 18 * 3600;

/** @throws REFUSED for more than 18 hours */
export function checkedOffset(seconds: number): number {
  if (Math.abs(seconds) > MAX_OFFSET) throw REFUSED;
  return seconds;
}

interface FoundZone {
  readonly zone: Zone;
  readonly end: number;
}

const FIXED = /UTC|UT|GMT/y;
const FIXED_ANY_CASE = /UTC|UT|GMT/iy;

/** A zone as Java's `appendZoneOrOffsetId` reads it; null if there is none. */
export function parseZone(text: string, at: number, anyCase = false): FoundZone | null {
  const first = text[at];
  if (first === undefined) return null;
  if (first === '+' || first === '-') return offsetBased(text, at, '');
  const fixed = anyCase ? FIXED_ANY_CASE : FIXED;
  fixed.lastIndex = at;
  const prefix = fixed.exec(text)?.[0];
  if (prefix !== undefined) {
    if (prefix.length === 3 && /G/i.test(prefix) && text[at + 3] === '0')
      return { zone: 0, end: at + 4 };
    return offsetBased(text, at + prefix.length, prefix);
  }
  for (let end = Math.min(text.length, at + LONGEST_ZONE_ID); end > at + 1; end -= 1) {
    const id = zoneId(text.slice(at, end), anyCase);
    if (id !== null) return { zone: id, end };
  }
  return first === 'Z' || (anyCase && first === 'z') ? { zone: 0, end: at + 1 } : null;
}

function offsetBased(text: string, at: number, prefix: string): FoundZone | null {
  const next = text[at];
  if (prefix !== '' && (next === undefined || next === '0' || next === 'Z'))
    return { zone: 0, end: at };
  const found = parseOffset(text, at, '+HH:MM:ss');
  if (found === null) return prefix === '' ? null : { zone: 0, end: at };
  return Math.abs(found.seconds) > MAX_OFFSET ? null : { zone: found.seconds, end: found.end };
}

/** The zone of a query's `time_zone`; null for one that does not exist. */
export function zoneOf(text: string): Zone | null {
  const short = /^([+-])(\d)$/.exec(text);
  if (short !== null) return Number(text) * 3600;
  const digits = /^[+-]\d\d(\d\d(\d\d)?)?$/.test(text);
  const colons = digits ? `${text.slice(0, 3)}${text.slice(3).replaceAll(/\d\d/g, ':$&')}` : text;
  const whole = digits && text.length === 3 ? `${text}:00` : colons;
  try {
    const found = parseZone(whole, 0);
    return found !== null && found.end === whole.length ? found.zone : null;
  } catch {
    return null;
  }
}

/**
 * Epoch milliseconds of a local time, given in milliseconds as if it were of UTC.
 * @throws REFUSED for a region that this runtime does not know
 */
export function zonedInstant(local: number, zone: Zone): number {
  if (typeof zone === 'number') return local - zone * 1000;
  const instant = localToInstant(local, zone);
  if (instant === null) throw REFUSED;
  return instant;
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
export function offsetAt(instant: number, zone: Zone): number {
  return typeof zone === 'number' ? zone * 1000 : regionOffsetAt(instant, zone);
}
