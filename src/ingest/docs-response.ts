import type { DocumentFailure } from '../document.ts';
import type { ClosedBatch } from './batch-builder.ts';
import type { Collector } from './intake.ts';

/** Failures that an answer names; more are only counted. */
const NAMED_FAILURES = 100;

/** Why one line of an upload was not taken. */
export interface LineFailure {
  /** Number of the document in its upload, from 1; blank lines do not count. */
  readonly document: number;
  readonly status: number;
  readonly error: { readonly type: string; readonly reason: string };
}

interface Settled {
  readonly upTo: number;
  readonly failures: readonly LineFailure[];
}

/**
 * Counts an NDJSON upload. `onProgress` hears, in order, of how many documents from the first on
 * all are done: those, and only those, are promised.
 */
export class DocsResponse implements Collector {
  readonly #onProgress: ((done: number, failures: readonly LineFailure[]) => void) | undefined;
  readonly #open: ClosedBatch[] = [];
  readonly #settled = new Map<ClosedBatch, Settled>();
  readonly #named: LineFailure[] = [];
  #accepted = 0;
  #failed = 0;

  constructor(onProgress?: (done: number, failures: readonly LineFailure[]) => void) {
    this.#onProgress = onProgress;
  }

  open(closed: ClosedBatch): void {
    this.#open.push(closed);
  }

  settle(closed: ClosedBatch, failures: readonly DocumentFailure[]): void {
    const failed = lineFailures(closed, failures);
    const items = closed.batch.count + closed.asides.length;
    this.#accepted += items - failed.length;
    this.#failed += failed.length;
    this.#settled.set(closed, { upTo: closed.firstItem + items, failures: failed });
    for (let next = this.#open[0]; next !== undefined; next = this.#open[0]) {
      const done = this.#settled.get(next);
      if (done === undefined) return;
      this.#settled.delete(next);
      this.#open.shift();
      this.#named.push(...done.failures.slice(0, NAMED_FAILURES - this.#named.length));
      this.#onProgress?.(done.upTo, done.failures);
    }
  }

  /** @param took milliseconds; @param withItems name the failures that there is room for */
  body(took: number, withItems: boolean): string {
    return JSON.stringify({
      took,
      errors: this.#failed > 0,
      accepted: this.#accepted,
      failed: this.#failed,
      ...(withItems && this.#named.length > 0 ? { items: this.#named } : {}),
    });
  }
}

function lineFailures(
  closed: ClosedBatch,
  failures: readonly DocumentFailure[],
): readonly LineFailure[] {
  const { asides, firstItem } = closed;
  if (failures.length === 0 && asides.length === 0) return [];
  const lines: LineFailure[] = asides.map(({ before, error }, i) => ({
    document: firstItem + before + i + 1,
    status: error!.status, // An upload has no deletes, whose error alone is null.
    error: { type: error!.type, reason: error!.reason },
  }));
  for (const { slot, status, type, reason } of failures) {
    const asidesBefore = asides.filter(({ before }) => before <= slot).length;
    lines.push({
      document: firstItem + slot + asidesBefore + 1,
      status,
      error: { type, reason },
    });
  }
  return lines.sort((a, b) => a.document - b.document);
}
