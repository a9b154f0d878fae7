import { PART } from '../compile/term-class.ts';
import { extendPart } from '../memory/hash.ts';
import { partSalt } from '../segments/part-terms.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_KEY, TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';

/** At least so many bits of the filter for each part: one in fifty of what is no part passes. */
const FILTER_BITS = 16;
/** What stands above in the spread hash tells the filter's word, what is below two of its bits. */
export const FILTER_SHIFT = 10;

/** Spreads the unsalted hash of a part: one multiplication, for nearly all end here. */
export function filterPlace(hash: number, salt: number): number {
  const product = Math.imul(hash ^ salt, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** The two bits that are set in a word. */
export function filterBits(place: number): number {
  return (1 << place) | (1 << (place >>> 5));
}

/** A filter of the parts of a segment, a power of two long. */
export function partFilter({ termMeta, termBytes, fields }: Segment): Int32Array {
  let parts = 0;
  for (let at = 0; at < termMeta.length; at += TERM_WORDS) {
    if ((termMeta[at + TERM_KEY]! & 31) === PART) parts++;
  }
  let words = 1;
  while (words * 32 < parts * FILTER_BITS) words *= 2;
  const filter = new Int32Array(words);
  for (let at = 0; at < termMeta.length; at += TERM_WORDS) {
    const key = termMeta[at + TERM_KEY]!;
    if ((key & 31) !== PART) continue;
    const from = termMeta[at + TERM_OFFSET]!;
    let hash = 0;
    for (let i = 1; i < termMeta[at + TERM_LENGTH]!; i++)
      hash = extendPart(hash, termBytes[from + i]!);
    const field = (key >>> 5) - 1;
    const pathHash = field < 0 ? 0 : fields[field * FIELD_WORDS + 1]!;
    const place = filterPlace(hash, partSalt(pathHash, termBytes[from]!));
    filter[(place >>> FILTER_SHIFT) & (words - 1)]! |= filterBits(place);
  }
  return filter;
}
