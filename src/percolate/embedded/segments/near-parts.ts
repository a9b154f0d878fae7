import { editsOf, PREFIX_SHIFT } from './near-programs.ts';
import { NEARLY } from './pattern-parts.ts';

/** Longer texts stand under pieces of them, which tell enough. */
const MAX_NEARLY = 20;
const COST = 2e6;
const SHORT_COST = 2e7;
const SHORT = 3;

interface NearPart {
  readonly place: number;
  readonly bytes: Uint8Array;
  readonly cost: number;
}

/**
 * Whether terms within `edits` of a text are found by what is left of both without one character. One
 * edit takes a character of either away, or makes both the same where each lacks one: a swap, too.
 */
export function isFoundNearly(text: string, edits: number): boolean {
  return edits === 1 && Buffer.byteLength(text) <= MAX_NEARLY;
}

/**
 * The text, and the text without each of its characters that an edit may touch.
 * @param bytes UTF-8
 * @param prefixLength characters that no edit touches
 */
export function nearParts(bytes: Uint8Array, prefixLength: number): NearPart[] {
  const cost = bytes.length <= SHORT ? SHORT_COST : COST;
  const parts: NearPart[] = [{ place: NEARLY, bytes, cost }];
  const known = new Set<string>();
  let characters = 0;
  for (let at = 0; at < bytes.length; ) {
    const next = endOfCharacter(bytes, at, bytes.length);
    if (characters++ >= prefixLength) {
      const rest = new Uint8Array(bytes.length - (next - at));
      rest.set(bytes.subarray(0, at));
      rest.set(bytes.subarray(next), at);
      const key = rest.join();
      // Of a letter that stands twice in a row either may go.
      if (!known.has(key)) parts.push({ place: NEARLY, bytes: rest, cost });
      known.add(key);
    }
    at = next;
  }
  return parts;
}

/** Place behind the character of UTF-8 that begins at `at`. */
export function endOfCharacter(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end && (bytes[next]! & 0xc0) === 0x80) next++;
  return next;
}

/** The same of an OP_FUZZY without outlines, by its word about edits; null of others. */
export function nearPartsOf(bytes: Uint8Array, how: number): NearPart[] | null {
  return editsOf(how) === 1 ? nearParts(bytes, how >>> PREFIX_SHIFT) : null;
}
