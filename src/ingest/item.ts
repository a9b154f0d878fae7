/** What a sender asks for one document; the key of its item in the answer. */
export type BulkOp = 'index' | 'create' | 'update' | 'delete';

export const BULK_OPS: readonly BulkOp[] = ['index', 'create', 'update', 'delete'];

/** Why one item was refused, in the words of Elasticsearch's bulk answer. */
export interface ItemError {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** An item of the answer that is not percolated. */
export interface Aside {
  /** It stands before the document in this slot (the number of documents: after the last one). */
  readonly before: number;
  readonly op: BulkOp;
  readonly index: string | undefined;
  readonly id: string | undefined;
  /** Null: a `delete` of what was never there, which Elasticsearch calls `not_found` and no error. */
  readonly error: ItemError | null;
}

/** Takes what a parser finds, in order. Both answer whether the batch has room for another item. */
export interface DocumentSink {
  /** A document: bytes `start` to `end` of the window. */
  document(op: BulkOp, index: string, id: string | undefined, start: number, end: number): boolean;
  aside(
    op: BulkOp,
    index: string | undefined,
    id: string | undefined,
    error: ItemError | null,
  ): boolean;
}

/**
 * Splits a window of bytes into documents. The window's owner keeps what was not consumed and
 * shows it again, longer, at any offset of any window.
 */
export interface LineParser {
  /**
   * @param start the first byte that was not consumed
   * @param searched no newline is in `start` to `searched`: where looking for one goes on
   * @returns the first byte not consumed: the start of an unfinished line, or of the line after
   *   the item at which the sink said that it is full
   */
  scan(window: Buffer, start: number, searched: number, end: number): number;
  /** The body is over: `start` to `end` is a last line without a newline, or empty. */
  finish(window: Buffer, start: number, end: number): void;
  /** The unfinished line is longer than a line may be; its owner drops it, up to its newline. */
  overlong(): void;
}

/** Items that a body without a final newline can still end in: its last line, and a missing source. */
export const FINISH_ITEMS = 2;
