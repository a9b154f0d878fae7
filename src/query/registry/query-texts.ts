/** Texts lie in chunks of so many bytes; a text that is longer has one of its own. */
const CHUNK = 1024 * 1024;
/** Positions count units of four bytes; so many are in a chunk. */
const UNIT = 4;
const UNITS_SHIFT = 18;
const UNITS_MASK = (1 << UNITS_SHIFT) - 1;
/** Before each text: its ordinal, then its length in bytes times two, plus one where it is UTF-16. */
const HEADER = 8;

interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** Bytes of texts that there still are. */
  live: number;
}

/** A text's place is told to who keeps it, when it was moved. */
export type Moved = (ordinal: number, from: number, to: number) => boolean;

/**
 * Texts of queries as bytes outside of the heap: a million small strings would take three times the room,
 * and the collector's time. Room of texts that are gone is used again when most of a chunk is free.
 */
export class QueryTexts {
  readonly #chunks: (Chunk | undefined)[] = [];
  readonly #free: number[] = [];
  /** Moves a text if it still is where it was; false when it is gone. */
  readonly #moved: Moved;
  #current = -1;
  /** Chunks to be emptied as soon as nobody holds the texts in place. */
  #sparse = new Set<number>();
  #holders = 0;

  constructor(moved: Moved) {
    this.#moved = moved;
  }

  /** @returns the text's position, greater than 0 */
  put(ordinal: number, text: string): number {
    // A lone surrogate has no UTF-8.
    const encoding = text.isWellFormed() ? 'utf8' : 'utf16le';
    const length = Buffer.byteLength(text, encoding);
    const { number, at } = this.#room(HEADER + length);
    const { bytes } = this.#chunks[number]!;
    bytes.writeUInt32LE(ordinal, at);
    bytes.writeUInt32LE(length * 2 + (encoding === 'utf8' ? 0 : 1), at + 4);
    bytes.write(text, at + HEADER, length, encoding);
    return position(number, at);
  }

  get(position: number): string {
    const { bytes } = this.#chunks[chunkOf(position)]!;
    const at = offsetOf(position);
    const word = bytes.readUInt32LE(at + 4);
    const from = at + HEADER;
    return bytes.toString(word & 1 ? 'utf16le' : 'utf8', from, from + (word >>> 1));
  }

  delete(position: number): void {
    const number = chunkOf(position);
    const chunk = this.#chunks[number]!;
    chunk.live -= sizeAt(chunk.bytes, offsetOf(position));
    if (number === this.#current || chunk.live * 2 > chunk.used) return;
    if (this.#holders > 0) this.#sparse.add(number);
    else this.#empty(number);
  }

  /** Until the last holder has gone no text moves, and no room of a text is used again. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    const sparse = this.#sparse;
    this.#sparse = new Set();
    for (const number of sparse) this.#empty(number);
  }

  /** The used bytes of each chunk, for somebody who holds them; empty for a number that is free. */
  get contents(): readonly Uint8Array[] {
    return Array.from(this.#chunks, (chunk) =>
      chunk === undefined ? new Uint8Array() : chunk.bytes.subarray(0, chunk.used),
    );
  }

  /** Takes chunks back; which texts of them there still are is told by {@link use}. */
  restore(contents: readonly Buffer[]): void {
    contents.forEach((bytes, number) => {
      if (bytes.length === 0) this.#free.push(number);
      this.#chunks[number] =
        bytes.length === 0 ? undefined : { bytes, used: bytes.length, live: 0 };
    });
  }

  use(position: number): void {
    const chunk = this.#chunks[chunkOf(position)]!;
    chunk.live += sizeAt(chunk.bytes, offsetOf(position));
  }

  #room(bytes: number): { number: number; at: number } {
    const size = padded(bytes);
    const chunk = this.#chunks[this.#current];
    if (chunk === undefined || chunk.used + size > chunk.bytes.length) {
      const fresh = Buffer.allocUnsafeSlow(Math.max(CHUNK, UNIT + size));
      this.#current = this.#free.pop() ?? this.#chunks.length;
      // Not from the very begin: position 0 is no text.
      this.#chunks[this.#current] = { bytes: fresh, used: UNIT, live: 0 };
      fresh.fill(0, 0, UNIT);
    }
    const taken = this.#chunks[this.#current]!;
    const at = taken.used;
    taken.used += size;
    taken.live += size;
    return { number: this.#current, at };
  }

  /** Moves what is left in a chunk elsewhere. */
  #empty(number: number): void {
    const chunk = this.#chunks[number];
    if (chunk === undefined || number === this.#current) return;
    for (let at = UNIT; at < chunk.used; at += sizeAt(chunk.bytes, at)) {
      const ordinal = chunk.bytes.readUInt32LE(at);
      const from = position(number, at);
      if (!this.#moved(ordinal, from, from)) continue;
      const size = sizeAt(chunk.bytes, at);
      const to = this.#room(size);
      chunk.bytes.copy(this.#chunks[to.number]!.bytes, to.at, at, at + size);
      this.#moved(ordinal, from, position(to.number, to.at));
    }
    this.#chunks[number] = undefined;
    this.#free.push(number);
  }
}

function position(chunk: number, at: number): number {
  return chunk * (UNITS_MASK + 1) + at / UNIT;
}

function chunkOf(position: number): number {
  return position >>> UNITS_SHIFT;
}

function offsetOf(position: number): number {
  return (position & UNITS_MASK) * UNIT;
}

function padded(bytes: number): number {
  return (bytes + UNIT - 1) & ~(UNIT - 1);
}

function sizeAt(bytes: Buffer, at: number): number {
  return padded(HEADER + (bytes.readUInt32LE(at + 4) >>> 1));
}
