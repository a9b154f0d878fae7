import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { freeMemory, ownBytes } from './memory.ts';

/**
 * A long answer on its way out. Its pieces own their memory and lose it as soon as the socket has
 * taken them: left to the collector, tens of megabytes of them would pile up.
 */
export class AnswerStream extends Readable {
  readonly #pieces: Iterator<string | Buffer>;
  readonly #response: ServerResponse;
  #sent: Buffer[] = [];

  /** @param pieces each Buffer has its memory to itself; @param response what this is piped to */
  constructor(pieces: Iterable<string | Buffer>, response: ServerResponse) {
    super();
    this.#pieces = pieces[Symbol.iterator]();
    this.#response = response;
  }

  override _read(): void {
    // What left this stream is in the kernel then, so nobody reads those pieces any more.
    if (this.#response.writableLength === 0) this.#freeSent();
    const next = this.#pieces.next();
    if (next.done === true) {
      this.push(null);
      return;
    }
    const piece = typeof next.value === 'string' ? ownBytes([next.value]) : next.value;
    this.#sent.push(piece);
    this.push(piece);
  }

  #freeSent(): void {
    let waiting = this.readableLength;
    let kept = this.#sent.length;
    while (waiting > 0) waiting -= this.#sent[--kept]!.length;
    for (const piece of this.#sent.splice(0, kept)) freeMemory(piece);
  }
}
