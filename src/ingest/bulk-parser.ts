import type { IndexTest } from '../caller.ts';
import { ActionReader } from './action-line.ts';
import type { DocumentSink, ItemError, LineParser } from './item.ts';
import { EMPTY_DOCUMENT, NO_SOURCE, tooLong } from './item-errors.ts';
import { upsertRange } from './upsert-range.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

const ACTION = 0;
const SOURCE = 1;
const AFTER_MALFORMED = 2;

/**
 * Splits a bulk body into items.
 *
 * A line that is no action cannot say whether a source line belongs to it. So the next line
 * decides: if it reads as an action, the malformed line stood alone; if not, that line is its
 * source and goes with it. Either way one item is refused, and every later line keeps its place.
 * Empty lines are skipped where an action is expected (rsyslog sends one after each document).
 */
export class BulkParser implements LineParser {
  readonly #sink: DocumentSink;
  readonly #actions: ActionReader;
  readonly #maxLine: number;
  #state = ACTION;
  #line = 0;

  /**
   * @param defaultIndex the index of the request's path
   * @param maxLine longest line in bytes
   * @param mayWrite which indices the sender may write to; null for all
   */
  constructor(
    sink: DocumentSink,
    defaultIndex: string | undefined,
    maxLine: number,
    mayWrite: IndexTest | null = null,
  ) {
    this.#sink = sink;
    this.#actions = new ActionReader(defaultIndex, mayWrite);
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
    if (this.#state !== SOURCE) return;
    this.#state = ACTION;
    this.#refuse(NO_SOURCE);
  }

  overlong(): void {
    this.#line++;
    this.#tooLong();
  }

  /** @returns whether the sink has room for more */
  #takeLine(window: Buffer, start: number, lineEnd: number): boolean {
    this.#line++;
    const end = lineEnd > start && window[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (end - start > this.#maxLine) return this.#tooLong();
    if (this.#state === SOURCE) {
      this.#state = ACTION;
      return this.#takeSource(window, start, end);
    }
    if (isBlank(window, start, end)) return true;
    if (this.#actions.read(window, start, end)) return this.#takeAction();
    if (this.#state === AFTER_MALFORMED) {
      this.#state = ACTION;
      return true;
    }
    this.#state = AFTER_MALFORMED;
    return this.#sink.aside('index', undefined, undefined, {
      status: 400,
      type: 'illegal_argument_exception',
      reason: `Malformed action/metadata line [${this.#line}], ${this.#actions.malformed}`,
    });
  }

  #takeAction(): boolean {
    const { action, id } = this.#actions;
    if (action.op !== 'delete') {
      this.#state = SOURCE;
      return true;
    }
    this.#state = ACTION;
    return this.#sink.aside('delete', action.index, id, action.error);
  }

  #takeSource(window: Buffer, start: number, end: number): boolean {
    const { action, id } = this.#actions;
    if (action.error !== null) return this.#refuse(action.error);
    if (isBlank(window, start, end)) return this.#refuse(EMPTY_DOCUMENT);
    // An index without an error is there: `indexError` saw to it.
    if (action.op !== 'update') {
      return this.#sink.document(action.op, action.index!, id, start, end);
    }
    const range = upsertRange(window, start, end, id!);
    if ('error' in range) return this.#refuse(range.error);
    return this.#sink.document('update', action.index!, id, range.start, range.end);
  }

  #tooLong(): boolean {
    if (this.#state === SOURCE) {
      this.#state = ACTION;
      return this.#refuse(tooLong(this.#line, this.#maxLine));
    }
    if (this.#state === AFTER_MALFORMED) {
      this.#state = ACTION;
      return true;
    }
    this.#state = AFTER_MALFORMED;
    return this.#sink.aside('index', undefined, undefined, tooLong(this.#line, this.#maxLine));
  }

  #refuse(error: ItemError): boolean {
    const { action, id } = this.#actions;
    return this.#sink.aside(action.op, action.index, id, error);
  }
}

/** Whether the line holds nothing but blanks; documents answer at their first byte. */
export function isBlank(window: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = window[i]!;
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
