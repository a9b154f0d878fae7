import type { DocumentFailure, Percolate } from '../document.ts';
import { BatchBuilder, type ClosedBatch } from './batch-builder.ts';
import { type SingleAction, takeDocument } from './document-parser.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import type { ItemError } from './item.ts';
import type { Slab, SlabPool } from './slab-pool.ts';
import type { Stamps } from './stamps.ts';

/** Largest body that goes into a shared batch; others have slabs of their own. */
export const SHARED_BYTES = 16 * 1024;
/** Slab of a shared batch. */
const SLAB_BYTES = 64 * 1024;
/** Batches that are percolated at the same time; what comes meanwhile is collected in the next. */
const MAX_IN_FLIGHT = 2;

/** What became of one document. */
export interface SingleOutcome {
  readonly id: string | undefined;
  readonly seqNo: number;
  /** Null: it was percolated, or it was a delete. */
  readonly error: ItemError | null;
}

interface Waiter {
  /** Place among the batch's documents, or among those that are not percolated. */
  readonly slot: number;
  readonly isAside: boolean;
  readonly seqNo: number;
  readonly resolve: (outcome: SingleOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharedBatchParts {
  readonly pool: SlabPool;
  readonly stamps: Stamps;
  readonly percolate: Percolate;
  readonly metrics: IngestMetrics;
  /** Milliseconds that a document may wait for room. */
  readonly hold: number;
}

/**
 * Puts small documents of requests that come at the same time into one batch, so that a thousand
 * senders of one document each cost a slab and a task together, and not each. A batch leaves at the
 * end of the turn of the event loop in which it began, or when one before it is done.
 */
export class SharedBatch {
  readonly #parts: SharedBatchParts;
  readonly #builder: BatchBuilder;
  #slab: Slab | null = null;
  #opening: Promise<boolean> | null = null;
  #filled = 0;
  #waiters: Waiter[] = [];
  #documents = 0;
  #asides = 0;
  #inFlight = 0;
  #scheduled = false;

  constructor(parts: SharedBatchParts) {
    this.#parts = parts;
    this.#builder = new BatchBuilder(parts.stamps);
  }

  /**
   * @returns whether there is room for documents now; false when there was none within the hold.
   * A request asks before it reads its body, so that bodies wait in their senders' sockets.
   */
  ready(): Promise<boolean> | boolean {
    if (this.#slab !== null) return true;
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** @returns null when there is no room for the body: ask {@link ready} again */
  take(action: SingleAction, body: Buffer): Promise<SingleOutcome> | null {
    const slab = this.#slab;
    if (slab === null) return null;
    if (!this.#builder.hasRoom || this.#filled + body.length > slab.view.length) {
      this.#flush();
      return null;
    }
    const start = this.#filled;
    slab.view.set(body, start);
    this.#filled += body.length;
    const before = this.#builder.items;
    takeDocument(this.#builder, action, slab.view, start, this.#filled);
    const isAside = this.#builder.documents === this.#documents;
    const slot = isAside ? this.#asides++ : this.#documents++;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ slot, isAside, seqNo: before, resolve, reject });
      this.#schedule();
    });
  }

  async #open(): Promise<boolean> {
    const { pool, hold } = this.#parts;
    const slab = await pool.admit(SLAB_BYTES, hold);
    this.#opening = null;
    if (slab === null) return false;
    this.#slab = slab;
    this.#filled = 0;
    this.#builder.use(slab);
    // Whoever asked for it may be gone by now.
    this.#schedule();
    return true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#inFlight < MAX_IN_FLIGHT) this.#flush();
    });
  }

  #flush(): void {
    const slab = this.#slab;
    if (slab === null) return;
    this.#slab = null;
    if (this.#builder.items === 0) {
      this.#parts.pool.release(slab);
      return;
    }
    const closed = this.#builder.close();
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#documents = 0;
    this.#asides = 0;
    void this.#percolate(closed, waiters);
  }

  async #percolate(closed: ClosedBatch, waiters: readonly Waiter[]): Promise<void> {
    const { percolate, metrics, pool } = this.#parts;
    this.#inFlight++;
    try {
      const failures = closed.batch.count === 0 ? [] : await percolate(closed.batch);
      metrics.batch(closed, failures);
      for (const waiter of waiters) waiter.resolve(outcomeOf(closed, failures, waiter));
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    } finally {
      this.#inFlight--;
      pool.release(closed.slab);
      this.#schedule();
    }
  }
}

function outcomeOf(
  closed: ClosedBatch,
  failures: readonly DocumentFailure[],
  { slot, isAside, seqNo }: Waiter,
): SingleOutcome {
  const number = closed.firstSeqNo + seqNo;
  if (isAside) {
    const { id, error } = closed.asides[slot]!;
    return { id, seqNo: number, error };
  }
  const error = failures.find((failure) => failure.slot === slot) ?? null;
  return { id: closed.batch.ids.at(slot)!, seqNo: number, error };
}
