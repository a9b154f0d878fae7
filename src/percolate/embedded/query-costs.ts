import type { QueryOrdinal } from '../../document.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { QueryCost } from '../engine.ts';
import { PausedQueries } from '../paused-queries.ts';
import type { CostSample, Overrun } from './match/cost-samples.ts';

/** Queries of which costs are kept: the cheapest is forgotten first. */
const MOST_KNOWN = 1_000;
/** Samples before an average counts. */
const LEAST_SAMPLES = 20;
/** What one sample counts in a moving average. */
const WEIGHT = 1 / 16;

interface Known {
  samples: number;
  /** Milliseconds, moving average of the documents for which it was verified and timed. */
  mean: number;
  longest: number;
}

export interface QueryCostsParts {
  /** Milliseconds that a query may take for one document, and on average. */
  readonly budget: number;
  readonly averageBudget: number;
  /** A query is matched no more, because it takes too long. */
  readonly onPaused: (ordinal: QueryOrdinal) => void;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What queries cost, by samples of all workers, and which of them are paused for it. */
export class QueryCosts {
  readonly #parts: QueryCostsParts;
  readonly #paused = new PausedQueries<QueryOrdinal>();
  readonly #known = new Map<QueryOrdinal, Known>();
  #overruns = 0;

  constructor(parts: QueryCostsParts) {
    this.#parts = parts;
    const { metrics } = parts;
    metrics.gauge(
      'estrom_percolate_paused_queries',
      'Queries that take too long and are not matched for a while',
      () => this.paused.length,
    );
    metrics.observedCounter(
      'estrom_percolate_overruns_total',
      'Times that a query took longer than query-budget for one document',
      () => this.#overruns,
    );
  }

  /** Not to be matched now. */
  get paused(): readonly QueryOrdinal[] {
    return this.#paused.keys;
  }

  reasonOf(ordinal: QueryOrdinal): string | undefined {
    return this.#paused.reasonOf(ordinal);
  }

  take(samples: readonly CostSample[], overruns: readonly Overrun[]): void {
    for (const sample of samples) this.#add(sample);
    const { budget } = this.#parts;
    this.#overruns += overruns.length;
    for (const { ordinal } of overruns) {
      this.#pause(ordinal, `it took longer than query-budget, ${budget} ms, for one document`);
    }
  }

  /** The ordinals name no query any more. */
  forget(ordinals: readonly QueryOrdinal[]): void {
    for (const ordinal of ordinals) {
      this.#known.delete(ordinal);
      this.#paused.resume(ordinal);
    }
  }

  /** The most expensive first, after those that are paused. */
  get slowest(): readonly QueryCost[] {
    const paused = new Set(this.paused);
    const known = [...this.#known].filter(([ordinal]) => !paused.has(ordinal));
    const all = [
      ...[...paused].map((ordinal) => [ordinal, this.#known.get(ordinal)] as const),
      ...known.sort(([, a], [, b]) => b.mean - a.mean),
    ];
    return all.map(([ordinal, cost]) => ({
      ordinal,
      samples: cost?.samples ?? 0,
      meanSeconds: (cost?.mean ?? 0) / 1000,
      longestSeconds: (cost?.longest ?? 0) / 1000,
      paused: this.reasonOf(ordinal) ?? null,
    }));
  }

  #add({ ordinal, documents, total, longest }: CostSample): void {
    let cost = this.#known.get(ordinal);
    if (cost === undefined) {
      if (this.#known.size >= MOST_KNOWN) this.#forgetCheapest();
      cost = { samples: 0, mean: total / documents, longest: 0 };
      this.#known.set(ordinal, cost);
    }
    cost.samples += documents;
    cost.longest = Math.max(cost.longest, longest);
    const kept = (1 - WEIGHT) ** documents;
    cost.mean = cost.mean * kept + (total / documents) * (1 - kept);
    const { averageBudget } = this.#parts;
    if (cost.samples >= LEAST_SAMPLES && cost.mean > averageBudget) {
      this.#pause(ordinal, `it takes longer than query-average-budget, ${averageBudget} ms`);
    }
  }

  /** A tenth at once, so that it is not looked for at each sample. */
  #forgetCheapest(): void {
    const cheapest = [...this.#known].sort(([, a], [, b]) => a.mean - b.mean);
    for (const [ordinal] of cheapest.slice(0, MOST_KNOWN / 10)) this.#known.delete(ordinal);
  }

  #pause(ordinal: QueryOrdinal, reason: string): void {
    // Batches under way may report it once more.
    if (this.#paused.reasonOf(ordinal) !== undefined) return;
    this.#paused.pause(ordinal, reason);
    this.#parts.log.warn({ ordinal, reason }, 'a query is too expensive and is paused');
    this.#parts.onPaused(ordinal);
  }
}
