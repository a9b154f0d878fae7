import type { QueryId, QueryOrdinal } from '../../document.ts';

/** Words of an id: 128 bits. */
const WORDS = 4;
const BYTES = 4 * WORDS;
const HEX_DIGITS = /^[0-9a-f]{32}$/;
const LEAST = 1024;

/**
 * Ordinals by id, and ids by ordinal, in flat tables: 16 bytes an id and 4 to 8 a slot. A `Map` of a million
 * ids takes 480 MB. Ids of another form, which no version has made so far, go into maps.
 */
export class IdSlots {
  /** Four words for each ordinal. */
  #words = new Int32Array(WORDS * LEAST);
  /** The same as bytes, in the order of an id's digits. */
  #bytes = bytesOf(this.#words);
  /** Ordinal + 1, or 0; linear probing from the id's first word. */
  #slots = new Int32Array(LEAST);
  #used = 0;
  readonly #others = new Map<QueryId, QueryOrdinal>();
  readonly #otherIds = new Map<QueryOrdinal, QueryId>();
  readonly #wanted = new Int32Array(WORDS);
  readonly #wantedBytes = bytesOf(this.#wanted);

  get size(): number {
    return this.#used + this.#others.size;
  }

  get(id: QueryId): QueryOrdinal | undefined {
    if (!HEX_DIGITS.test(id)) return this.#others.get(id);
    this.#parse(id);
    const slot = this.#find();
    return slot < 0 ? undefined : this.#slots[slot]! - 1;
  }

  idOf(ordinal: QueryOrdinal): QueryId {
    const other = this.#otherIds.get(ordinal);
    if (other !== undefined) return other;
    return this.#bytes.toString('hex', ordinal * BYTES, (ordinal + 1) * BYTES);
  }

  /** The id must not be there yet. */
  set(id: QueryId, ordinal: QueryOrdinal): void {
    if (!HEX_DIGITS.test(id)) {
      this.#others.set(id, ordinal);
      this.#otherIds.set(ordinal, id);
      return;
    }
    this.#parse(id);
    if ((ordinal + 1) * WORDS > this.#words.length) this.#growWords(ordinal + 1);
    this.#words.set(this.#wanted, ordinal * WORDS);
    this.#insert(ordinal);
  }

  delete(ordinal: QueryOrdinal): void {
    const other = this.#otherIds.get(ordinal);
    if (other !== undefined) {
      this.#others.delete(other);
      this.#otherIds.delete(ordinal);
      return;
    }
    this.#wanted.set(this.#words.subarray(ordinal * WORDS, (ordinal + 1) * WORDS));
    let hole = this.#find();
    if (hole < 0) return;
    this.#used -= 1;
    const mask = this.#slots.length - 1;
    // What stands behind moves up, unless it belongs behind the hole: so there are no marks of what is gone.
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#words[(this.#slots[slot]! - 1) * WORDS]! & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = this.#slots[slot]!;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  /** Whether there are ids that {@link words} does not have. */
  get hasOthers(): boolean {
    return this.#others.size > 0;
  }

  /** The words of all ids, by ordinal. */
  words(ordinals: number): Int32Array {
    return this.#words.subarray(0, Math.min(ordinals * WORDS, this.#words.length));
  }

  /** Takes words back; which of them are ids that there are is told by {@link use}. */
  restore(words: Int32Array<ArrayBuffer>, count: number): void {
    this.#words = words;
    this.#bytes = bytesOf(words);
    let slots = LEAST;
    while (slots * 3 < count * 4) slots *= 2;
    this.#slots = new Int32Array(slots);
  }

  use(ordinal: QueryOrdinal): void {
    this.#insert(ordinal);
  }

  #insert(ordinal: QueryOrdinal): void {
    if ((this.#used + 1) * 4 > this.#slots.length * 3) this.#growSlots();
    this.#used += 1;
    const mask = this.#slots.length - 1;
    let slot = this.#words[ordinal * WORDS]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = ordinal + 1;
  }

  #find(): number {
    const [words, slots, wanted] = [this.#words, this.#slots, this.#wanted];
    const mask = slots.length - 1;
    for (let slot = wanted[0]! & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot]!;
      if (held === 0) return -1;
      const at = (held - 1) * WORDS;
      if (
        words[at] === wanted[0] &&
        words[at + 1] === wanted[1] &&
        words[at + 2] === wanted[2] &&
        words[at + 3] === wanted[3]
      ) {
        return slot;
      }
    }
  }

  #parse(id: QueryId): void {
    this.#wantedBytes.write(id, 'hex');
  }

  #growWords(ordinals: number): void {
    const grown = new Int32Array(Math.max(ordinals * WORDS, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
    this.#bytes = bytesOf(grown);
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#used = 0;
    for (const held of old) if (held !== 0) this.#insert(held - 1);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
