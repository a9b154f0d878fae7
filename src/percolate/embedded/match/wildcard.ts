import { lowerByte } from '../memory/lower-byte.ts';
import type { WorkMeter } from './work-meter.ts';

const STAR = 0x2a;
const QUESTION = 0x3f;
const BACKSLASH = 0x5c;

/**
 * Whether UTF-8 text[begin, end) matches the pattern[from, to) as a whole, in Lucene's wildcard syntax.
 * Only the last star is ever tried again, so the cost is at most length × length: never exponential.
 * @param caseless ASCII letters of the text are taken as lower case, but for those behind a backslash
 * @param meter told what trying again costs
 */
export function matchesWildcard(
  pattern: Uint8Array,
  from: number,
  to: number,
  text: Uint8Array,
  begin: number,
  end: number,
  caseless = false,
  meter?: WorkMeter,
): boolean {
  let p = from;
  let t = begin;
  // Behind the last star, and the place in the text from which it was tried.
  let star = -1;
  let retry = 0;
  /** What is to follow the star, where it is a byte as it stands. */
  let first = 0;
  let isPlain = false;
  for (;;) {
    if (p < to && pattern[p] === STAR) {
      star = ++p;
      if (p === to) return true;
      first = pattern[p]!;
      // Only a byte that begins a character is looked for, so that each place found begins one.
      isPlain =
        !caseless && first < 0x80 && first !== STAR && first !== QUESTION && first !== BACKSLASH;
      retry = t;
      if (isPlain) while (retry < end && text[retry] !== first) retry++;
      t = retry;
      continue;
    }
    if (t >= end) break;
    if (p < to && pattern[p] === QUESTION) {
      p++;
      t += characterLength(text[t]!);
      continue;
    }
    if (p < to) {
      // A backslash at the very end stands for itself.
      const escaped = pattern[p] === BACKSLASH && p + 1 < to ? 1 : 0;
      const byte = caseless && escaped === 0 ? lowerByte(text[t]!) : text[t]!;
      if (pattern[p + escaped] === byte) {
        p += escaped + 1;
        t++;
        continue;
      }
    }
    if (star < 0) return false;
    meter?.spend(t - retry);
    retry += characterLength(text[retry]!);
    if (retry > end) return false;
    if (isPlain) while (retry < end && text[retry] !== first) retry++;
    p = star;
    t = retry;
  }
  return p >= to;
}

/** Bytes of the UTF-8 character that begins so. */
function characterLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
