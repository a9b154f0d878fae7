/**
 * The types that cross the borders between stages: ingest makes batches, percolate answers with
 * matches, fan-out turns both into hits. A document is never an object here: it is a range of the
 * bytes that came in, and the bytes that came in are the bytes that go out.
 */

/** Words per slot in {@link Batch.slots}. */
export const SLOT_WORDS = 3;
/** First byte of the source line. */
export const SLOT_START = 0;
/** The byte after the last one of the source line. */
export const SLOT_END = 1;
/** Position of the index name in {@link Batch.indices}. */
export const SLOT_INDEX = 2;

/** A group of admitted documents that is percolated as one task. */
export interface Batch {
  /** Raw request bytes in shared memory: workers read them in place, nothing is cloned. */
  readonly bytes: SharedArrayBuffer;
  /** {@link SLOT_WORDS} words per slot, in shared memory, at least `count` slots long. */
  readonly slots: Uint32Array<SharedArrayBuffer>;
  /** Number of documents. */
  readonly count: number;
  /** Index names that the slots refer to: those that index expressions see. */
  readonly indices: readonly string[];
  /** Where that is another one: the index that each of them is stored in, which hits show. */
  readonly storedIn?: readonly string[];
  /** `_id` of each slot: the client's, or one made by this node. */
  readonly ids: Ids;
}

/** A string for each slot; a plain array of them is one. */
export interface Ids {
  at(slot: number): string | undefined;
}

/** What percolating a batch found. */
export interface Matches {
  /** `pairs[2k]` is a slot, `pairs[2k+1]` the ordinal of a query that matches it; slots ascend. */
  readonly pairs: Uint32Array;
  /** Documents that could not be percolated; the others are not affected. */
  readonly failures: readonly DocumentFailure[];
  /** What is told besides of queries with named clauses; absent where no such query matches. */
  readonly named?: readonly NamedMatch[];
}

/** Names of the clauses that hold of a query that matches. */
export interface NamedMatch {
  readonly slot: number;
  readonly ordinal: QueryOrdinal;
  readonly names: readonly string[];
}

/** Why one document of a batch was refused, in the words of Elasticsearch's bulk answer. */
export interface DocumentFailure {
  readonly slot: number;
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** A query as the engine and the fan-out know it: a dense number, recycled only when no batch can still report it. */
export type QueryOrdinal = number;

/** 32 hexadecimal digits; a name, never a permission. */
export type QueryId = string;

/** The next stage, as ingest sees it: resolves once the batch's matches are in every live outbox. */
export type Percolate = (batch: Batch) => Promise<readonly DocumentFailure[]>;
