/** FNV-1a: one multiplication a byte, computed while the bytes are scanned anyway. */
export const HASH_SEED = 0x811c9dc5 | 0;
export const HASH_PRIME = 0x01000193;

/** Hash of bytes[from, to), unmixed: a scanner that goes on byte by byte gets the same. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = HASH_SEED;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, HASH_PRIME);
  return hash;
}

/** Spreads a hash and a salt over 32 bits, so that the low bits can address a table. */
export function mix(hash: number, salt: number): number {
  let h = hash ^ salt;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** What distinguishes equal bytes in different fields and classes; `pathHash` 0 is any field. */
export function termSalt(pathHash: number, termClass: number): number {
  return Math.imul(pathHash, 0x9e3779b1) ^ Math.imul(termClass, 0x27d4eb2f);
}

const PART_PRIME = 0x2c1b3c6d;
/** Powers of the prime, by which the hash of a part comes from those of two beginnings. */
export const PART_POWERS = Int32Array.from({ length: 32 }, (_, n) => power(n));

function power(n: number): number {
  let value = 1;
  for (let i = 0; i < n; i++) value = Math.imul(value, PART_PRIME);
  return value;
}

/** Hash of a run of bytes that goes on from that of the bytes before: see {@link PART_POWERS}. */
export function extendPart(hash: number, byte: number): number {
  return (Math.imul(hash, PART_PRIME) + byte + 1) | 0;
}
