import { extendPart, mix, termSalt } from '../memory/hash.ts';
import { PLACES } from './pattern-parts.ts';

/** What tells parts of one field apart that have equal bytes: the place in the token, and the class of the value. */
export function partTag(place: number, termClass: number): number {
  return termClass * PLACES + place;
}

/** Salt of a part's hash, apart from those of terms. @param pathHash 0 is any field */
export function partSalt(pathHash: number, tag: number): number {
  return termSalt(pathHash, 32 + tag);
}

/** The hash by which dictionaries find a part. */
export function partHash(bytes: Uint8Array, pathHash: number, tag: number): number {
  let hash = 0;
  for (const byte of bytes) hash = extendPart(hash, byte);
  return mix(hash, partSalt(pathHash, tag));
}

/** A part as a term's bytes. */
export function partBytes(bytes: Uint8Array, tag: number): Uint8Array {
  const text = new Uint8Array(bytes.length + 1);
  text[0] = tag;
  text.set(bytes, 1);
  return text;
}
