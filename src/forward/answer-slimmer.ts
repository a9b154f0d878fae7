const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const GET = Buffer.from('get');
/** Open braces and brackets inside the list of a bulk answer's items, and inside what one says. */
const IN_ITEMS = 2;
const IN_WRITE = 4;

/**
 * Empties each `get` of a bulk answer while the answer comes: what it says is `{}` then. Documents are
 * what makes answers long.
 */
export class AnswerSlimmer {
  readonly #keeps: (item: number) => boolean;
  #item = -1;
  #depth = 0;
  #isDropping = false;
  #isString = false;
  #isEscaped = false;
  #expectsKey = false;
  /** Bytes of the key that are as in `get`; -1: it is another one. */
  #key = -1;
  #isKey = false;
  #isGet = false;

  /** @param keeps whether the `get` of an item stays, by the item's number */
  constructor(keeps: (item: number) => boolean) {
    this.#keeps = keeps;
  }

  /** @returns a copy of what stays of the next piece of the answer */
  take(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#isString) {
        this.#inString(byte);
        continue;
      }
      if (byte === QUOTE) {
        this.#isString = true;
        this.#isKey = this.#expectsKey;
        this.#expectsKey = false;
        this.#key = 0;
      } else if (byte === COMMA) {
        if (this.#depth === IN_WRITE) this.#startMember();
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#opens(byte)) kept.push(chunk.subarray(from, at + 1));
      } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && this.#closes()) {
        from = at;
      }
    }
    if (!this.#isDropping) kept.push(chunk.subarray(from));
    return Buffer.concat(kept);
  }

  #inString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#isString = false;
      if (this.#isKey) this.#isGet = this.#key === GET.length;
      this.#isKey = false;
      return;
    }
    if (this.#isKey && this.#key >= 0) this.#key = byte === GET[this.#key] ? this.#key + 1 : -1;
  }

  #startMember(): void {
    this.#expectsKey = true;
    this.#isGet = false;
  }

  /** @returns whether what follows is dropped from here on */
  #opens(byte: number): boolean {
    const depth = this.#depth++;
    if (depth === IN_ITEMS) this.#item++;
    this.#expectsKey = false;
    if (depth === IN_WRITE - 1 && byte === OPEN_BRACE) this.#startMember();
    if (depth !== IN_WRITE || !this.#isGet || byte !== OPEN_BRACE) return false;
    this.#isDropping = !this.#keeps(this.#item);
    return this.#isDropping;
  }

  /** @returns whether what is dropped ends before this byte */
  #closes(): boolean {
    this.#depth--;
    this.#expectsKey = false;
    if (!this.#isDropping || this.#depth !== IN_WRITE) return false;
    this.#isDropping = false;
    return true;
  }
}
