/** Nesting that a message may have; a query of the deepest kind needs less. */
const MAX_DEPTH = 300;

const BAD = (reason: string): Error => new Error(`not MessagePack that can be read: ${reason}`);

/**
 * Reads one MessagePack value, as strangers send it: no extension types, bounded depth, and nothing
 * is allocated for a size that the bytes do not hold. Maps are objects without a prototype,
 * binaries Buffers, integers beyond 2^53 bigints.
 * @throws Error that says what is wrong
 */
export function readMsgpack(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.isAtEnd) throw BAD('something follows the message');
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw BAD(`nested deeper than ${MAX_DEPTH} levels`);
    const head = this.#unsigned(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#list(head & 0x0f, depth);
    if (head < 0xc0) return this.#string(head & 0x1f);
    if (head >= 0xe0) return head - 256;
    return this.#headed(head, depth);
  }

  #headed(head: number, depth: number): unknown {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#unsigned(1 << (head - 0xc4)));
      case 0xca:
        return this.#take(4).readFloatBE(0);
      case 0xcb:
        return this.#take(8).readDoubleBE(0);
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (head - 0xcc));
      case 0xcf:
        return narrow(this.#take(8).readBigUInt64BE(0));
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (head - 0xd0);
        return this.#take(size).readIntBE(0, size);
      }
      case 0xd3:
        return narrow(this.#take(8).readBigInt64BE(0));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#unsigned(2 << (head - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (head - 0xde)), depth);
      default:
        throw BAD(`type 0x${head.toString(16)} is not taken`);
    }
  }

  #list(length: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let k = 0; k < length; k++) list.push(this.value(depth + 1));
    return list;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = Object.create(null);
    for (let k = 0; k < length; k++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw BAD('a key is not a string');
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  #string(length: number): string {
    return this.#take(length).toString('utf8');
  }

  #unsigned(size: number): number {
    return this.#take(size).readUIntBE(0, size);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw BAD('it ends in the middle');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
