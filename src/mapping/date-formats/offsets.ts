import type { OffsetPattern } from './elements.ts';
import { REFUSED } from './fields.ts';

export interface FoundOffset {
  readonly seconds: number;
  readonly end: number;
}

/** The value of two digits below 60, -1 for anything else. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * An offset like `+01:30`; null if there is none.
 * @throws REFUSED for one of more than 23 hours, which other formats could not read either
 */
export function parseOffset(text: string, at: number, pattern: OffsetPattern): FoundOffset | null {
  const sign = text[at];
  if (sign !== '+' && sign !== '-') return null;
  const hours = twoDigits(text, at + 1);
  if (hours < 0) return null;
  let end = at + 3;
  const part = (letters: 'M' | 'S'): number => {
    const wanted = new RegExp(`(:?)(${letters}{2})`, 'i').exec(pattern);
    if (wanted === null) return 0;
    const colon = wanted[1]!.length;
    const value = colon === 0 || text[end] === ':' ? twoDigits(text, end + colon) : -1;
    if (value < 0) return wanted[2] === letters + letters ? -1 : 0;
    end += 2 + colon;
    return value;
  };
  const minutes = part('M');
  const seconds = minutes < 0 ? -1 : part('S');
  if (seconds < 0) return null;
  if (hours > 23) throw REFUSED;
  const total = hours * 3600 + minutes * 60 + seconds;
  return { seconds: sign === '-' ? -total : total, end };
}

const SHORT = /(?:([+-])(\d\d?)(?::(\d\d)(?::(\d\d))?)?)?/y;
const FULL = /(?:([+-])(\d\d):(\d\d)(?::(\d\d))?|(?![+-]))/y;

/** What follows `GMT`: nothing, or an offset. */
export function parseLocalizedOffset(text: string, at: number, full: boolean): FoundOffset | null {
  const form = full ? FULL : SHORT;
  form.lastIndex = at;
  const found = form.exec(text);
  if (found === null || (found[0] === '' && /[+-]/.test(text.charAt(at)))) return null;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { seconds: sign === '-' ? -total : total, end: at + found[0].length };
}
