import type { Batch, Matches, QueryOrdinal } from '../document.ts';
import type { RegisteredQuery } from '../query/registered-query.ts';
import type { KeptField } from '../store/store.ts';

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

/** An engine that an earlier run's state can be given back to, before it gets queries or batches. */
export interface RestorableEngine {
  restoreFields(fields: readonly KeptField[]): void;
}

export function isRestorable<E extends object>(engine: E): engine is E & RestorableEngine {
  return 'restoreFields' in engine;
}
