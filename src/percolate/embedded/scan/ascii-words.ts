import { MAX_TOKEN_LENGTH } from '../../../mapping/standard-analyzer.ts';
import {
  ASCII_CLASS,
  ASCII_LETTER,
  ASCII_MID_BOTH,
  ASCII_MID_LETTER,
  ASCII_MID_NUMBER,
  ASCII_NUMBER,
  ASCII_UNDERSCORE,
} from '../../../mapping/word-break-classes.ts';
import { TEXT } from '../compile/term-class.ts';
import { HASH_PRIME, HASH_SEED } from '../memory/hash.ts';
import type { Atoms } from './atoms.ts';

/** The string has an escape, a byte beyond ASCII, or a token of unusual length. */
export const NOT_ASCII = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Class of each byte; what ends the fast path is STOP. */
const STOP = 7;
const CLASS = new Uint8Array(256).fill(STOP);
const LOWER = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  LOWER[byte] = byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
  if (byte >= 0x20 && byte < 0x80) CLASS[byte] = ASCII_CLASS[byte]!;
}
CLASS[QUOTE] = STOP;
CLASS[BACKSLASH] = STOP;

/**
 * The standard analyzer for JSON strings of plain ASCII, in one pass over the raw bytes: each token
 * is lowered, hashed and added to the atoms as it is scanned. Gives up, leaving the atoms as they
 * were, where the general analyzer is needed.
 * @param from first byte behind the opening quote
 * @returns place of the closing quote, or {@link NOT_ASCII}
 */
export function appendAsciiWords(
  buffer: Uint8Array,
  from: number,
  end: number,
  atoms: Atoms,
  node: number,
  position: number,
): number {
  const firstAtom = atoms.count;
  const firstByte = atoms.used;
  let at = from;
  let next = position;
  let write = atoms.used;
  // Room for 512 bytes at a time: at most one token per byte.
  let checked = from;
  for (;;) {
    if (at + MAX_TOKEN_LENGTH >= checked) {
      atoms.used = write;
      atoms.reserve(1024, 1024);
      checked = at + 1000;
    }
    let kind = CLASS[buffer[at]!]!;
    // Between tokens.
    while (kind === 0 || (kind > ASCII_UNDERSCORE && kind < STOP)) kind = CLASS[buffer[++at]!]!;
    if (kind === STOP) break;
    const { scratch } = atoms;
    const start = write;
    let hash = HASH_SEED;
    let solid = false;
    for (;;) {
      if (kind <= ASCII_UNDERSCORE) {
        if (kind === 0) break;
        if (kind !== ASCII_UNDERSCORE) solid = true;
      } else if (kind === STOP || !joins(kind, buffer, at)) break;
      const byte = LOWER[buffer[at]!]!;
      scratch[write++] = byte;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
      kind = CLASS[buffer[++at]!]!;
      if (write - start === MAX_TOKEN_LENGTH) return undo(atoms, firstAtom, firstByte);
    }
    if (solid) atoms.add(TEXT, node, hash, start, write - start, next++);
    else write = start;
    if (at >= end) return undo(atoms, firstAtom, firstByte);
    if (kind === STOP) break;
  }
  if (at >= end || buffer[at] !== QUOTE) return undo(atoms, firstAtom, firstByte);
  atoms.used = write;
  return at;
}

/** Place of the quote that closes a string of plain ASCII, or {@link NOT_ASCII}. */
export function endOfAscii(buffer: Uint8Array, from: number, end: number): number {
  let at = from;
  while (CLASS[buffer[at]!]! < STOP) at++;
  return at < end && buffer[at] === QUOTE ? at : NOT_ASCII;
}

/** Whether a joiner stands between two characters of the kind that it joins. */
function joins(kind: number, buffer: Uint8Array, at: number): boolean {
  const before = CLASS[buffer[at - 1]!]!;
  if (CLASS[buffer[at + 1]!] !== before) return false;
  if (before === ASCII_LETTER) return kind === ASCII_MID_LETTER || kind === ASCII_MID_BOTH;
  if (before === ASCII_NUMBER) return kind === ASCII_MID_NUMBER || kind === ASCII_MID_BOTH;
  return false;
}

function undo(atoms: Atoms, firstAtom: number, firstByte: number): number {
  atoms.count = firstAtom;
  atoms.used = firstByte;
  return NOT_ASCII;
}
