import { isBlank } from './bulk-parser.ts';
import type { BulkOp, DocumentSink, ItemError, LineParser } from './item.ts';
import { EMPTY_DOCUMENT, tooLong } from './item-errors.ts';
import { upsertRange } from './upsert-range.ts';

/** What a request about one document says in its method and address; checked. */
export interface SingleAction {
  readonly op: BulkOp;
  readonly index: string;
  /** Undefined: one is made. */
  readonly id: string | undefined;
}

/** Hands one document to the sink: the whole text, or what an update would create. */
export function takeDocument(
  sink: DocumentSink,
  { op, index, id }: SingleAction,
  window: Buffer,
  start: number,
  end: number,
): void {
  if (isBlank(window, start, end)) {
    sink.aside(op, index, id, EMPTY_DOCUMENT);
  } else if (op === 'update') {
    const range = upsertRange(window, start, end, id!);
    if ('error' in range) sink.aside(op, index, id, range.error);
    else sink.document(op, index, id, range.start, range.end);
  } else {
    sink.document(op, index, id, start, end);
  }
}

/** Takes a body as one document, however many lines it is written on. */
export class DocumentParser implements LineParser {
  readonly #sink: DocumentSink;
  readonly #action: SingleAction;
  readonly #limit: number;
  #error: ItemError | null = null;

  /** @param limit bytes of the document */
  constructor(sink: DocumentSink, action: SingleAction, limit: number) {
    this.#sink = sink;
    this.#action = action;
    this.#limit = limit;
  }

  scan(_window: Buffer, start: number): number {
    return start;
  }

  finish(window: Buffer, start: number, end: number): void {
    const { op, index, id } = this.#action;
    const error = end - start > this.#limit ? tooLong(1, this.#limit) : this.#error;
    if (error !== null) this.#sink.aside(op, index, id, error);
    else takeDocument(this.#sink, this.#action, window, start, end);
  }

  overlong(): void {
    this.#error = tooLong(1, this.#limit);
  }
}
