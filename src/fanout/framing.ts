import type { Hit } from './broker.ts';
import { CountedMemory } from './counted-memory.ts';

/** Small hits share a slab: what a kept hit can pin besides itself is bounded by this. */
const SLAB_BYTES = 16 * 1024;
const SLAB_HIT_BYTES = 2 * 1024;
/** Free slabs that are kept: what one turn of the event loop frames under load. */
const MAX_FREE_SLABS = 64;
const MAX_PREFIXES = 4096;

const LF = 10;
const CR = 13;
const SPACE = 32;
const CLOSE = 125;

/** Printable ASCII without quote and backslash: nearly every id, and nothing to escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

const SOURCE_KEY = Buffer.from('","_source":');

/**
 * Copies matched documents once into memory of their own:
 * `{"_index":"…","_id":"…","_seq":"<epoch>-<n>","_source":<raw bytes>}`, on one line, no newline.
 * Bytes are put together from parts: as strings, heads would be most of the garbage of a hit.
 */
export class Framer {
  /** `","_seq":"<epoch>-` */
  readonly #seqKey: Buffer;
  /** `{"_index":"…","_id":"` per index name; cleared when full, since names are the senders'. */
  readonly #prefixes = new Map<string, Buffer>();
  readonly #freeSlabs: Buffer[] = [];
  #slab = new CountedMemory(Buffer.alloc(0));
  #slabUsed = 0;

  /** @param epoch this node's: the first part of `_seq` */
  constructor(epoch: string) {
    this.#seqKey = Buffer.from(`","_seq":"${epoch}-`);
  }

  /**
   * The hit's memory is retained for the caller.
   * @param seq admission number
   * @param source holds the document, valid JSON, from `start` to `end`; may be recycled afterwards
   * @param names of the clauses that hold, told as `"matched_queries":[…]` before the document
   */
  frame(
    index: string,
    id: string,
    seq: number,
    source: Buffer,
    start: number,
    end: number,
    names?: readonly string[],
  ): Hit {
    const sourceKey = names === undefined ? SOURCE_KEY : sourceKeyWith(names);
    const prefix = this.#prefixOf(index);
    const isPlain = PLAIN.test(id);
    const idText = isPlain ? id : JSON.stringify(id).slice(1, -1);
    const idBytes = isPlain ? id.length : Buffer.byteLength(idText);
    const number = digitsOf(seq);
    const seqKey = this.#seqKey;
    const head = prefix.length + idBytes + seqKey.length + number + sourceKey.length;
    const size = head + end - start + 1;

    const memory = this.#allocate(size);
    const { bytes } = memory;
    const from = memory === this.#slab ? this.#slabUsed - size : 0;
    let at = from;
    prefix.copy(bytes, at);
    at += prefix.length;
    if (isPlain) for (let k = 0; k < idBytes; k++) bytes[at + k] = id.charCodeAt(k);
    else bytes.write(idText, at);
    at += idBytes;
    seqKey.copy(bytes, at);
    at += seqKey.length + number;
    for (let rest = seq, k = at - 1; k >= at - number; k--) {
      const tens = Math.floor(rest / 10);
      bytes[k] = 48 + rest - tens * 10;
      rest = tens;
    }
    sourceKey.copy(bytes, at);
    at += sourceKey.length;
    // Not `set`: it takes a view of the range, which costs more than the copy and is garbage.
    source.copy(bytes, at, start, end);
    const close = at + end - start;
    blank(bytes, LF, at, close);
    blank(bytes, CR, at, close);
    bytes[close] = CLOSE;
    return { seq, memory, start: from, end: close + 1 };
  }

  #prefixOf(index: string): Buffer {
    let prefix = this.#prefixes.get(index);
    if (prefix === undefined) {
      if (this.#prefixes.size >= MAX_PREFIXES) this.#prefixes.clear();
      prefix = Buffer.from(`{"_index":${JSON.stringify(index)},"_id":"`);
      this.#prefixes.set(index, prefix);
    }
    return prefix;
  }

  /** Retained for its hit; in a slab it is the last part that is used. */
  #allocate(size: number): CountedMemory {
    if (size > SLAB_HIT_BYTES) return new CountedMemory(Buffer.allocUnsafeSlow(size));
    if (this.#slabUsed + size > this.#slab.bytes.length) {
      this.#slab.release();
      const bytes = this.#freeSlabs.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#slab = new CountedMemory(bytes, this.#recycle);
      this.#slabUsed = 0;
    }
    this.#slab.retain();
    this.#slabUsed += size;
    return this.#slab;
  }

  readonly #recycle = (bytes: Buffer): void => {
    if (this.#freeSlabs.length < MAX_FREE_SLABS) this.#freeSlabs.push(bytes);
  };
}

function sourceKeyWith(names: readonly string[]): Buffer {
  return Buffer.from(`","matched_queries":${JSON.stringify(names)},"_source":`);
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits++;
  return digits;
}

/** In valid JSON a raw control character stands between tokens only, where a space means the same. */
function blank(bytes: Buffer, byte: number, from: number, to: number): void {
  // A sentinel, so that the search ends here and not at the end of the slab.
  bytes[to] = byte;
  for (let at = bytes.indexOf(byte, from); at < to; at = bytes.indexOf(byte, at + 1)) {
    bytes[at] = SPACE;
  }
}
