import type { Batch, Matches, QueryId, QueryOrdinal } from '../document.ts';
import type { HeldBack } from '../query/registry/held-back.ts';
import type { RegisteredQuery } from '../query/registry/registered-query.ts';
import type { KeptField, KeptSegment } from '../store/store.ts';

/** Matches batches of documents against every registered query at once. */
export interface Engine {
  /** Resolves when every batch percolated from now on sees all of these queries. */
  register(queries: readonly RegisteredQuery[]): Promise<void>;
  /** Resolves when no answer that is still under way can name one of these ordinals: they may be recycled. */
  unregister(ordinals: readonly QueryOrdinal[]): Promise<void>;
  /**
   * Percolates one batch; calls may overlap, and answers come in the order of the calls.
   * The batch's memory must stay as it is until then. Bad documents are data in the answer;
   * a rejection means that the engine itself failed.
   */
  percolate(batch: Batch): Promise<Matches>;
  close(): Promise<void>;
}

/** An engine that can also match documents that nobody ingests: mappings stay as they are. */
export interface OnDemandEngine {
  percolateOnDemand(batch: Batch): Promise<Matches>;
}

/** An engine that has to leave some queries out for a while. */
export interface HoldingEngine {
  /**
   * Null for a query that is matched. One that waits for its fields is matched with the batch that brings
   * them already.
   */
  heldBack(query: RegisteredQuery): Promise<HeldBack | null>;
}

/** What a query costs for a document for which it has to be verified, by samples. */
export interface QueryCost {
  readonly ordinal: QueryOrdinal;
  readonly samples: number;
  readonly meanSeconds: number;
  readonly longestSeconds: number;
  /** Why it is not matched for a while; null when it is. */
  readonly paused: string | null;
}

/** An engine that knows which queries are expensive. */
export interface CostingEngine {
  /** Those that are paused, then the most expensive ones, which come first. */
  readonly slowest: readonly QueryCost[];
}

/** An engine that an earlier run's state can be given back to, before it gets queries or batches. */
export interface RestorableEngine {
  /** Fixes types as they were, in their order. */
  restoreFields(fields: readonly KeptField[]): void;
  /** Resolves when what can be used of the saved segments is in memory. */
  restoreSegments(segments: readonly KeptSegment[]): Promise<void>;
  /**
   * Matches from now on what the restored segments hold of the queries that there are.
   * @param serialOf serial of the query with that ordinal, 0 where there is none
   * @returns whether a query need not be registered
   */
  adopt(serialOf: (ordinal: QueryOrdinal) => number): (ordinal: QueryOrdinal) => boolean;
}

/** Where an engine whose answers are ids finds the ordinals of queries, registered here or on other nodes. */
export interface QueryNames {
  /** Undefined: not known here, or not yet. */
  ordinalOf(id: QueryId): QueryOrdinal | undefined;
  /** Whether the query's index expression, and its scope, cover a concrete index. */
  covers(ordinal: QueryOrdinal, index: string): boolean;
  /** Looks ids up that are not known here; afterwards `ordinalOf` knows those that there are. */
  lookUp(ids: readonly QueryId[]): Promise<void>;
}

/** Every registered query, for an engine that has to bring them to a new place. */
export interface QuerySupply {
  /** Those that were registered before the call, in groups; some may come twice. */
  all(): AsyncIterable<readonly Omit<RegisteredQuery, 'ordinal'>[]>;
}

export function holdsBack<E extends object>(engine: E): engine is E & HoldingEngine {
  return 'heldBack' in engine;
}

export function knowsCosts<E extends object>(engine: E): engine is E & CostingEngine {
  return 'slowest' in engine;
}

export function isRestorable<E extends object>(engine: E): engine is E & RestorableEngine {
  return 'restoreFields' in engine;
}
