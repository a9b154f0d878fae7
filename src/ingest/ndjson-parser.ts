import { isBlank } from './bulk-parser.ts';
import type { DocumentSink, LineParser } from './item.ts';
import { tooLong } from './item-errors.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Splits NDJSON: every line that is not blank is a document of the one index. */
export class NdjsonParser implements LineParser {
  readonly #sink: DocumentSink;
  readonly #index: string;
  readonly #maxLine: number;
  #line = 0;

  /** @param maxLine longest line in bytes */
  constructor(sink: DocumentSink, index: string, maxLine: number) {
    this.#sink = sink;
    this.#index = index;
    this.#maxLine = maxLine;
  }

  scan(window: Buffer, start: number, searched: number, end: number): number {
    let from = start;
    let newline = window.indexOf(NEWLINE, searched);
    while (newline >= 0 && newline < end) {
      const room = this.#takeLine(window, from, newline);
      from = newline + 1;
      if (!room) break;
      newline = window.indexOf(NEWLINE, from);
    }
    return from;
  }

  finish(window: Buffer, start: number, end: number): void {
    if (end > start) this.#takeLine(window, start, end);
  }

  overlong(): void {
    this.#line++;
    this.#sink.aside('index', this.#index, undefined, tooLong(this.#line, this.#maxLine));
  }

  #takeLine(window: Buffer, start: number, lineEnd: number): boolean {
    this.#line++;
    const end = lineEnd > start && window[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (isBlank(window, start, end)) return true;
    if (end - start > this.#maxLine) {
      const error = tooLong(this.#line, this.#maxLine);
      return this.#sink.aside('index', this.#index, undefined, error);
    }
    return this.#sink.document('index', this.#index, undefined, start, end);
  }
}
