import { hashBytes, mix, termSalt } from '../memory/hash.ts';
import { ByteList, IntList } from '../memory/int-list.ts';

/** Words per term in {@link TermTable.meta}. */
export const TERM_WORDS = 4;
/** `field + 1` (0 is any field) times 32, plus the class. */
export const TERM_KEY = 0;
export const TERM_OFFSET = 1;
export const TERM_LENGTH = 2;
/** Hash with the salt of field and class mixed in: tables are rebuilt from it. */
export const TERM_HASH = 3;

export function termKey(field: number, termClass: number): number {
  return ((field + 1) << 5) | termClass;
}

/** Terms of a segment in the making: numbers them in order of first use. */
export class TermTable {
  readonly meta = new IntList(256);
  readonly bytes = new ByteList(4096);
  #slots = new Int32Array(256);

  get size(): number {
    return this.meta.length / TERM_WORDS;
  }

  /** Number of the term, which is added when it is new. */
  intern(
    field: number,
    pathHash: number,
    termClass: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): number {
    const hash = mix(hashBytes(source, from, to), termSalt(pathHash, termClass));
    return this.internHashed(termKey(field, termClass), hash, source, from, to);
  }

  /** Number of the term, or -1 when there is none. */
  find(key: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot]!;
      if (held === 0) return -1;
      if (this.#equals(held - 1, key, hash, source, from, to)) return held - 1;
    }
  }

  internHashed(key: number, hash: number, source: Uint8Array, from: number, to: number): number {
    if (this.size * 2 >= this.#slots.length) this.#rehash(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const held = this.#slots[slot]!;
      if (held === 0) break;
      if (this.#equals(held - 1, key, hash, source, from, to)) return held - 1;
      slot = (slot + 1) & mask;
    }
    const term = this.size;
    this.meta.push(key);
    this.meta.push(this.bytes.append(source, from, to));
    this.meta.push(to - from);
    this.meta.push(hash);
    this.#slots[slot] = term + 1;
    return term;
  }

  #equals(
    term: number,
    key: number,
    hash: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    const meta = this.meta.values;
    const at = term * TERM_WORDS;
    if (meta[at + TERM_HASH] !== hash || meta[at + TERM_KEY] !== key) return false;
    if (meta[at + TERM_LENGTH] !== to - from) return false;
    const offset = meta[at + TERM_OFFSET]!;
    for (let i = from, j = offset; i < to; i++, j++) {
      if (source[i] !== this.bytes.values[j]) return false;
    }
    return true;
  }

  #rehash(capacity: number): void {
    const slots = new Int32Array(capacity);
    const mask = capacity - 1;
    for (let term = 0; term < this.size; term++) {
      let slot = this.meta.values[term * TERM_WORDS + TERM_HASH]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = term + 1;
    }
    this.#slots = slots;
  }
}
