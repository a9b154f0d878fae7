import type { DocumentFailure } from '../../../document.ts';

/** What every thread of the pool is started with. */
export interface WorkerOptions {
  /** URLs with commas between; name and password may stand in them. */
  readonly nodes: string;
  readonly apiKey: string;
  /** Milliseconds that a request may take. */
  readonly timeout: number;
  /** Setting elasticsearch-ca. */
  readonly ca?: string;
  /** Deepest nesting of a document. */
  readonly maxDepth: number;
}

/** Before anything is asked: are these documents, and do they only have paths that are known? */
export interface CheckTask {
  readonly bytes: SharedArrayBuffer;
  readonly slots: Uint32Array<SharedArrayBuffer>;
  readonly groups: readonly CheckGroup[];
}

export interface CheckGroup {
  readonly slots: Uint32Array;
  readonly known: SharedArrayBuffer;
  /** The same number for the same memory: a handle of it is another object in each message. */
  readonly knownKey: number;
}

export interface CheckAnswer {
  readonly unknown: Uint32Array;
  readonly failures: readonly DocumentFailure[];
  readonly seconds: number;
}

/** One search of a request. */
export interface Search {
  /** Index or alias. */
  readonly target: string;
  /** JSON of clauses that hits must fulfil, commas between. */
  readonly filter: string;
  /** JSON of clauses that hits must not fulfil. */
  readonly mustNot: string;
  /** Slots of the documents that are percolated; without any it is an ordinary search. */
  readonly documents: Uint32Array;
  /** Most hits that are answered; a search with as many as that was perhaps cut. */
  readonly size: number;
}

/** Searches that go out as one `_msearch`. */
export interface SearchTask {
  readonly bytes: SharedArrayBuffer;
  readonly slots: Uint32Array<SharedArrayBuffer>;
  readonly searches: readonly Search[];
}

export interface Found {
  readonly ids: readonly string[];
  /** (slot, position in `ids`), in no order. */
  readonly pairs: Uint32Array;
}

/** Elasticsearch's own words. */
export interface SearchError {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

export type SearchOutcome = { readonly found: Found } | { readonly error: SearchError };

/** `breaker`: the request, with all others, would take more memory than there is. */
export const RETRY_CAUSES = [
  'connection',
  'timeout',
  'rejected',
  'breaker',
  'unavailable',
] as const;
/** Why a request is sent again: what it failed of has nothing to do with what it asks. */
export type RetryCause = (typeof RETRY_CAUSES)[number];

export interface Timing {
  /** Making the request's body. */
  readonly building: number;
  /** From sending to the last byte of the answer. */
  readonly waiting: number;
  /** Reading the answer. */
  readonly parsing: number;
}

export type SearchAnswer =
  | { readonly outcomes: readonly SearchOutcome[]; readonly timing: Timing }
  | { readonly cause: RetryCause; readonly reason: string; readonly timing: Timing };
