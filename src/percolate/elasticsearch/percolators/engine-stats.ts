import type { Metrics } from '../../../metrics.ts';
import type { HeldBack } from '../../../query/registry/held-back.ts';
import type { SharedQuery } from './stored-query.ts';

/** Figures of the engine; plain fields that are read at scrape time. */
export class ElasticsearchEngineStats {
  registrationGroups = 0;
  learnCalls = 0;
  staleIds = 0;
  removed = 0;
  copied = 0;
  /** By percolator: roughly how many queries it stores. */
  readonly #stored = new Map<string, number>();
  /** By percolator: ids of queries that it does not store. */
  readonly #held = new Map<string, Set<string>>();

  constructor(metrics: Metrics, problem: () => string | undefined, percolators: () => number) {
    const counters: [name: string, help: string, read: () => number][] = [
      [
        'registration_groups',
        'Groups of queries that were registered with one refresh',
        () => this.registrationGroups,
      ],
      [
        'learn_calls',
        'Times that Elasticsearch was asked for the types of new fields',
        () => this.learnCalls,
      ],
      ['stale_ids', 'Queries in answers that nobody has registered', () => this.staleIds],
      [
        'copied_queries',
        'Queries read from the registry for a new or changed percolator',
        () => this.copied,
      ],
      ['removed_queries', 'Queries deleted from percolators', () => this.removed],
    ];
    for (const [name, help, read] of counters) {
      metrics.observedCounter(`estrom_elasticsearch_${name}_total`, help, read);
    }
    metrics.gauge(
      'estrom_elasticsearch_percolators',
      'Percolator indices that there are, of all nodes',
      percolators,
    );
    metrics.gauge(
      'estrom_elasticsearch_stored_queries',
      'Queries in the percolator indices, roughly',
      () => this.storedQueries,
    );
    metrics.gauge(
      'estrom_elasticsearch_held_back_queries',
      'Queries that a percolator does not hold, because no mapping has their fields yet',
      () => [...this.#held.values()].reduce((sum, { size }) => sum + size, 0),
    );
    metrics.gauge(
      'estrom_elasticsearch_waiting',
      'Whether something waits for Elasticsearch to answer again',
      () => (problem() === undefined ? 0 : 1),
    );
  }

  /** Of the fullest percolator. */
  get storedQueries(): number {
    return Math.max(0, ...this.#stored.values());
  }

  storedIn(percolator: string): number {
    return this.#stored.get(percolator) ?? 0;
  }

  counted(percolator: string, stored: number): void {
    this.#stored.set(percolator, stored);
  }

  wrote(
    percolator: string,
    stored: number,
    held: ReadonlyMap<string, HeldBack>,
    queries: readonly SharedQuery[],
  ): void {
    this.#stored.set(percolator, this.storedIn(percolator) + stored);
    const ids = this.#held.get(percolator) ?? new Set();
    this.#held.set(percolator, ids);
    for (const { id } of queries) {
      if (held.has(id)) ids.add(id);
      else ids.delete(id);
    }
  }

  forget(id: string): void {
    for (const ids of this.#held.values()) ids.delete(id);
  }
}
