/** Deeper than any document that estrom takes, and far from the end of the stack. */
const MAX_DEPTH = 2000;

/**
 * Writes MessagePack as JSON without an object between: keys keep their order, long integers their
 * digits, and doubles that are whole their point.
 */
class Transcoder {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  value(depth: number): string {
    if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH} levels`);
    const type = this.#uint(1);
    if (type < 0x80) return String(type);
    if (type < 0x90) return this.#map(type & 0x0f, depth);
    if (type < 0xa0) return this.#list(type & 0x0f, depth);
    if (type < 0xc0) return this.#string(type & 0x1f);
    if (type >= 0xe0) return String(type - 0x100);
    switch (type) {
      case 0xc0:
        return 'null';
      case 0xc2:
        return 'false';
      case 0xc3:
        return 'true';
      case 0xca:
        return decimal(this.#bytes.readFloatBE(this.#skip(4)));
      case 0xcb:
        return decimal(this.#bytes.readDoubleBE(this.#skip(8)));
      case 0xcc:
        return String(this.#uint(1));
      case 0xcd:
        return String(this.#uint(2));
      case 0xce:
        return String(this.#uint(4));
      case 0xcf:
        return this.#bytes.readBigUInt64BE(this.#skip(8)).toString();
      case 0xd0:
        return String(this.#bytes.readInt8(this.#skip(1)));
      case 0xd1:
        return String(this.#bytes.readInt16BE(this.#skip(2)));
      case 0xd2:
        return String(this.#bytes.readInt32BE(this.#skip(4)));
      case 0xd3:
        return this.#bytes.readBigInt64BE(this.#skip(8)).toString();
      case 0xd9:
        return this.#string(this.#uint(1));
      case 0xda:
        return this.#string(this.#uint(2));
      case 0xdb:
        return this.#string(this.#uint(4));
      case 0xdc:
        return this.#list(this.#uint(2), depth);
      case 0xdd:
        return this.#list(this.#uint(4), depth);
      case 0xde:
        return this.#map(this.#uint(2), depth);
      case 0xdf:
        return this.#map(this.#uint(4), depth);
    }
    throw new SyntaxError(`type 0x${type.toString(16)} has no counterpart in JSON`);
  }

  /** @returns the number of elements of the list that begins here */
  listHead(): number {
    const type = this.#uint(1);
    if (type >= 0x90 && type < 0xa0) return type & 0x0f;
    if (type === 0xdc) return this.#uint(2);
    if (type === 0xdd) return this.#uint(4);
    throw new SyntaxError('a message is a list');
  }

  #list(length: number, depth: number): string {
    let text = '[';
    for (let k = 0; k < length; k++) text += `${k > 0 ? ',' : ''}${this.value(depth + 1)}`;
    return `${text}]`;
  }

  #map(length: number, depth: number): string {
    let text = '{';
    for (let k = 0; k < length; k++) {
      const key = this.value(depth + 1);
      if (!key.startsWith('"')) throw new SyntaxError('a key is a string');
      text += `${k > 0 ? ',' : ''}${key}:${this.value(depth + 1)}`;
    }
    return `${text}}`;
  }

  #string(length: number): string {
    const start = this.#skip(length);
    return JSON.stringify(this.#bytes.toString('utf8', start, start + length));
  }

  #uint(size: number): number {
    return this.#bytes.readUIntBE(this.#skip(size), size);
  }

  /** @returns the place before */
  #skip(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new SyntaxError('it ends too soon');
    return start;
  }
}

function decimal(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * The elements of a list, each as JSON text.
 * @throws SyntaxError or RangeError for what is no list, or has no counterpart in JSON
 */
export function msgpackElements(bytes: Buffer): string[] {
  const transcoder = new Transcoder(bytes);
  const count = transcoder.listHead();
  const elements: string[] = [];
  for (let k = 0; k < count; k++) elements.push(transcoder.value(0));
  if (transcoder.at !== bytes.length) throw new SyntaxError('something follows the message');
  return elements;
}
