import type { DocumentFailure } from '../../../document.ts';

/** Documents of a batch that go into the same concrete index. */
export interface PercolateGroup {
  /** Percolator index or alias that is asked. */
  readonly percolator: string;
  /** Concrete target index of these slots. */
  readonly index: string;
  /** Slots of the batch, ascending. */
  readonly slots: Uint32Array;
  /** `KnownPaths.encode()`: the same memory for the same set, so that it is decoded once. */
  readonly known: SharedArrayBuffer;
}

/** A batch as Elasticsearch is asked about it. */
export interface PercolateTask {
  readonly bytes: SharedArrayBuffer;
  /** As in `Batch.slots`. */
  readonly slots: Uint32Array<SharedArrayBuffer>;
  readonly groups: readonly PercolateGroup[];
}

/** A stored query that makes Elasticsearch fail by itself, and so is no longer asked. */
export interface PausedQuery {
  readonly id: string;
  readonly reason: string;
}

export interface PercolateAnswer {
  /** Slots with a path that is not known; when there are any, nothing was asked of Elasticsearch. */
  readonly unknown: Uint32Array;
  readonly failures: readonly DocumentFailure[];
  /** Distinct `_id`s of stored queries. */
  readonly ids: readonly string[];
  /** (slot, position in `ids`), slots ascending. */
  readonly pairs: Uint32Array;
  /** Those that were found while this task was percolated. */
  readonly paused: readonly PausedQuery[];
}
