import type { Batch, Matches } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Canonical } from '../../query/canonical.ts';
import { CANDIDATES, type SharedFilter } from './filter-book.ts';
import { batchOf } from './match-engine.ts';
import { type EventDocument, withMember } from './matcher.ts';

/** A filter on documents and the index expression that bounds it. */
export interface ScopedFilter {
  readonly filter: Canonical;
  readonly scope: string;
}

export interface TrialParts {
  /** Where filters stand while the work is under way; null is every document. */
  readonly holdFilters: <T>(
    filters: readonly ScopedFilter[],
    work: (held: readonly (SharedFilter | null)[]) => Promise<T>,
  ) => Promise<T>;
  readonly engine: { percolateOnDemand(batch: Batch): Promise<Matches> };
}

/** Trials that run side by side, and those that may wait for one. */
const AT_ONCE = 2;
const MOST_WAITING = 30;

/**
 * Tries filters on single documents, in the engine that matches those of subscriptions: a document means
 * the same there. It is only read; nobody learns from it, and no query is paused for it.
 */
export class FilterTrials {
  readonly #parts: TrialParts;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(parts: TrialParts) {
    this.#parts = parts;
  }

  /**
   * @returns for each filter whether the document matches
   * @throws EstromError BAD_DOCUMENT, OVERLOADED when too many are tried at once
   */
  async match(document: EventDocument, filters: readonly ScopedFilter[]): Promise<boolean[]> {
    await this.#turn();
    try {
      return await this.#parts.holdFilters(filters, (held) => this.#ask(document, held));
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #ask(
    { index, id, source }: EventDocument,
    held: readonly (SharedFilter | null)[],
  ): Promise<boolean[]> {
    const words = held.flatMap((filter) => filter?.word ?? []).join(' ');
    const asked = withMember(source, CANDIDATES, words);
    const { engine } = this.#parts;
    const { pairs, failures } = await engine.percolateOnDemand(batchOf([asked], () => index, [id]));
    const [failure] = failures;
    if (failure !== undefined) {
      throw new EstromError('BAD_DOCUMENT', `[document]: ${failure.reason}`);
    }
    const matched = new Set<number>();
    for (let k = 0; k < pairs.length; k += 2) matched.add(pairs[k + 1]!);
    return held.map((filter) => filter === null || matched.has(filter.ordinal));
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) {
        throw new EstromError('OVERLOADED', 'too many subscriptions are tried; try again');
      }
      await new Promise<void>((go) => this.#waiting.push(go));
    }
    this.#running++;
  }
}
