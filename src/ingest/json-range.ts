/** A range of bytes, `end` excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Where the values of an object's own members are, without making them. The values themselves are
 * only skipped over, not checked: whoever reads one parses it. Of equal keys the last one counts.
 * @returns null when the bytes are no object
 */
export function memberRanges(
  window: Buffer,
  start: number,
  end: number,
): Map<string, Range> | null {
  const members = new Map<string, Range>();
  let at = skipBlank(window, start, end);
  if (window[at] !== OPEN_BRACE) return null;
  at = skipBlank(window, at + 1, end);
  if (window[at] === CLOSE_BRACE) return ended(window, at + 1, end) ? members : null;
  while (at < end) {
    const keyEnd = skipString(window, at, end);
    if (keyEnd < 0) return null;
    const key = window.toString('utf8', at + 1, keyEnd - 1);
    at = skipBlank(window, keyEnd, end);
    if (window[at] !== COLON) return null;
    const valueStart = skipBlank(window, at + 1, end);
    const valueEnd = skipValue(window, valueStart, end);
    if (valueEnd <= valueStart) return null;
    members.set(key, { start: valueStart, end: valueEnd });
    at = skipBlank(window, valueEnd, end);
    if (at >= end) return null;
    if (window[at] === CLOSE_BRACE) return ended(window, at + 1, end) ? members : null;
    if (window[at] !== COMMA) return null;
    at = skipBlank(window, at + 1, end);
  }
  return null;
}

function ended(window: Buffer, at: number, end: number): boolean {
  return skipBlank(window, at, end) === end;
}

/** @returns the first byte that is no blank */
export function skipBlank(window: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && window[at]! <= 0x20) at++;
  return at;
}

/** @returns the byte after the closing quote, or -1 */
export function skipString(window: Buffer, from: number, end: number): number {
  if (window[from] !== QUOTE) return -1;
  for (let at = from + 1; at < end; at++) {
    const byte = window[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return -1;
}

/** @returns the byte after the value, or -1 */
export function skipValue(window: Buffer, from: number, end: number): number {
  let depth = 0;
  let at = from;
  while (at < end) {
    const byte = window[at]!;
    if (byte === QUOTE) {
      at = skipString(window, at, end);
      if (at < 0 || depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) return at;
    at++;
  }
  return -1;
}
