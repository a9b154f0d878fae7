/** JSON text as bytes that is written into a message as it is, never parsed. */
export class RawJson {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;

  /** @param bytes hold one JSON value in UTF-8 from `start` to `end` */
  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  toString(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }

  /** For messages that are written by `JSON.stringify` after all. */
  toJSON(): unknown {
    return JSON.parse(this.toString());
  }
}
