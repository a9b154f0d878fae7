import type { QueryOrdinal } from '../../../document.ts';
import { OVER_BUDGET, WorkMeter } from './work-meter.ts';

/** Documents of which one is timed. */
const ONE_IN = 64;
/** Samples of a batch that the main thread is told of: the most expensive ones. */
const MOST_SAMPLES = 32;

/** What a query cost for the documents of a batch that were timed. Milliseconds. */
export interface CostSample {
  readonly ordinal: QueryOrdinal;
  readonly documents: number;
  readonly total: number;
  readonly longest: number;
}

/** A query took longer than its budget for one document, and was not decided for it. */
export interface Overrun {
  readonly ordinal: QueryOrdinal;
  readonly slot: number;
}

/** What queries cost in one worker: times some documents, and stops what takes too long. */
export class CostSamples {
  readonly meter: WorkMeter;
  #documents = 0;
  #isTimed = false;
  #began = 0;
  readonly #samples = new Map<
    QueryOrdinal,
    { documents: number; total: number; longest: number }
  >();
  #overruns: Overrun[] = [];
  /** Queries that are not asked. */
  readonly #paused = new Set<QueryOrdinal>();

  /** @param budget milliseconds that one query may take for one document */
  constructor(budget: number) {
    this.meter = new WorkMeter(budget);
  }

  beginBatch(paused: readonly QueryOrdinal[]): void {
    this.#samples.clear();
    this.#overruns = [];
    this.#paused.clear();
    for (const ordinal of paused) this.#paused.add(ordinal);
  }

  beginDocument(): void {
    this.#documents = (this.#documents + 1) % ONE_IN;
    this.#isTimed = this.#documents === 0;
  }

  /** The query is verified next; false: it is paused, and not to be asked. */
  begin(ordinal: QueryOrdinal): boolean {
    if (this.#paused.size > 0 && this.#paused.has(ordinal)) return false;
    this.meter.begin();
    if (this.#isTimed) this.#began = performance.now();
    return true;
  }

  end(ordinal: QueryOrdinal): void {
    if (this.#isTimed) this.#add(ordinal, performance.now() - this.#began);
  }

  /** It failed with `error`, which is thrown on unless it only took too long. */
  failed(ordinal: QueryOrdinal, slot: number, error: unknown): void {
    if (error !== OVER_BUDGET) throw error;
    this.#overruns.push({ ordinal, slot });
    // The other documents of the batch need not be tried.
    this.#paused.add(ordinal);
  }

  #add(ordinal: QueryOrdinal, took: number): void {
    const known = this.#samples.get(ordinal);
    if (known === undefined)
      this.#samples.set(ordinal, { documents: 1, total: took, longest: took });
    else {
      known.documents++;
      known.total += took;
      known.longest = Math.max(known.longest, took);
    }
  }

  get overruns(): readonly Overrun[] {
    return this.#overruns;
  }

  /** The most expensive queries of the batch's timed documents. */
  get dearest(): readonly CostSample[] {
    if (this.#samples.size === 0) return [];
    return [...this.#samples]
      .map(([ordinal, sample]) => ({ ordinal, ...sample }))
      .sort((a, b) => b.total - a.total)
      .slice(0, MOST_SAMPLES);
  }
}
