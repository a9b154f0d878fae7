import { type Range, skipBlank, skipString, skipValue } from '../ingest/json-range.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Keys of a write's answer that tell what became of it. */
const KEYS = ['_index', '_id', '_seq_no', 'result', 'status', 'get'] as const;
type Key = (typeof KEYS)[number];
const KEY_BYTES = KEYS.map((key) => Buffer.from(`"${key}"`));

/**
 * Reads the answer to a write, one object at a time, without making values of it: the answers to
 * updates hold documents.
 */
export class WriteAnswer {
  readonly #bytes: Buffer;
  readonly #ranges: Record<Key, Range | null> = {
    _index: null,
    _id: null,
    _seq_no: null,
    result: null,
    status: null,
    get: null,
  };
  /** Where the comma is that stands before `get`. */
  #beforeGet = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * Reads the object at `start`.
   * @returns the byte after it, or -1 when there is none
   */
  read(start: number, end: number): number {
    const bytes = this.#bytes;
    for (const key of KEYS) this.#ranges[key] = null;
    if (bytes[start] !== OPEN_BRACE) return -1;
    let comma = start;
    let at = skipBlank(bytes, start + 1, end);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    while (at < end) {
      const keyEnd = skipString(bytes, at, end);
      if (keyEnd < 0) return -1;
      const colon = skipBlank(bytes, keyEnd, end);
      const valueStart = skipBlank(bytes, colon + 1, end);
      const valueEnd = skipValue(bytes, valueStart, end);
      if (valueEnd <= valueStart) return -1;
      const key = this.#keyAt(at, keyEnd);
      if (key !== null) {
        this.#ranges[key] = { start: valueStart, end: valueEnd };
        if (key === 'get') this.#beforeGet = comma;
      }
      comma = skipBlank(bytes, valueEnd, end);
      if (bytes[comma] === CLOSE_BRACE) return comma + 1;
      if (bytes[comma] !== COMMA) return -1;
      at = skipBlank(bytes, comma + 1, end);
    }
    return -1;
  }

  get index(): string {
    return this.#text('_index');
  }

  get id(): string {
    return this.#text('_id');
  }

  /** As text; empty for what was not written. */
  get seqNo(): string {
    return this.#text('_seq_no');
  }

  get result(): string {
    return this.#text('result');
  }

  get status(): number {
    return Number(this.#text('status'));
  }

  /** `get` with the comma before it: what to leave out so that it was never there. */
  get withGet(): Range | null {
    const range = this.#ranges.get;
    return range && { start: this.#beforeGet, end: range.end };
  }

  /** The value of `get`. */
  get got(): Range | null {
    return this.#ranges.get;
  }

  #text(key: Key): string {
    const range = this.#ranges[key];
    return range === null ? '' : scalarText(this.#bytes, range);
  }

  #keyAt(start: number, end: number): Key | null {
    const length = end - start;
    for (let i = 0; i < KEYS.length; i++) {
      const key = KEY_BYTES[i]!;
      if (key.length === length && key.compare(this.#bytes, start, end) === 0) return KEYS[i]!;
    }
    return null;
  }
}

/** A string's text, or a number's digits. */
export function scalarText(bytes: Buffer, { start, end }: Range): string {
  if (bytes[start] !== 0x22) return bytes.toString('latin1', start, end);
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === BACKSLASH) return JSON.parse(bytes.toString('utf8', start, end));
  }
  return bytes.toString('utf8', start + 1, end - 1);
}

/**
 * Calls `take` with the range of each element of the array at `start`.
 * @returns whether it is an array to its end
 */
export function eachElement(
  bytes: Buffer,
  { start, end }: Range,
  take: (start: number, end: number) => void,
): boolean {
  if (bytes[start] !== OPEN_BRACKET) return false;
  let at = skipBlank(bytes, start + 1, end);
  if (bytes[at] === 0x5d) return true;
  while (at < end) {
    const valueEnd = skipValue(bytes, at, end);
    if (valueEnd <= at) return false;
    take(at, valueEnd);
    at = skipBlank(bytes, valueEnd, end);
    if (bytes[at] === 0x5d) return true;
    if (bytes[at] !== COMMA) return false;
    at = skipBlank(bytes, at + 1, end);
  }
  return false;
}

/**
 * Where the only member's value of an object is: an item of a bulk answer is `{"index":{…}}`.
 * @returns -1 when the bytes are not that
 */
export function onlyValue(bytes: Buffer, start: number, end: number): number {
  const key = skipBlank(bytes, start + 1, end);
  const keyEnd = skipString(bytes, key, end);
  if (keyEnd < 0) return -1;
  return skipBlank(bytes, skipBlank(bytes, keyEnd, end) + 1, end);
}
