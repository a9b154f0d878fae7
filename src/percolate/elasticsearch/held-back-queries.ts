import type { QueryId } from '../../document.ts';
import type { HeldBack } from '../../query/registry/held-back.ts';
import type { Patience } from './patience.ts';
import type { PercolatorDirectory } from './percolators/percolator-directory.ts';
import { type SharedQuery, storable } from './percolators/stored-query.ts';

export interface HeldBackParts {
  readonly directory: PercolatorDirectory;
  readonly patience: Patience;
  /** Why Elasticsearch does not store a query. */
  readonly refusedFor: (id: QueryId) => string | undefined;
  /** Why a query is not asked, although it is stored. */
  readonly pausedFor: (id: QueryId) => string | undefined;
}

/** Tells why nothing matches a query that is registered. */
export class HeldBackQueries {
  readonly #directory: PercolatorDirectory;
  readonly #patience: Patience;
  readonly #refusedFor: HeldBackParts['refusedFor'];
  readonly #pausedFor: HeldBackParts['pausedFor'];

  constructor({ directory, patience, refusedFor, pausedFor }: HeldBackParts) {
    this.#directory = directory;
    this.#patience = patience;
    this.#refusedFor = refusedFor;
    this.#pausedFor = pausedFor;
  }

  /** Null when a percolator holds the query, or when there is no percolator yet. */
  async why(query: SharedQuery): Promise<HeldBack | null> {
    const paused = this.#pausedFor(query.id);
    if (paused !== undefined) {
      return { reason: `paused: ${paused}`, unmapped: [], paused: 'failure' };
    }
    const refused = this.#refusedFor(query.id);
    if (refused !== undefined) return { reason: refused, unmapped: [] };
    const held = this.#unstored(query);
    if (held === null || this.#patience.problem !== undefined) return held ?? null;
    // Another node may have brought its fields.
    await this.#directory.list();
    return this.#unstored(query) ?? null;
  }

  /** Null: some percolator holds it; undefined: none is known. */
  #unstored(query: SharedQuery): HeldBack | null | undefined {
    let first: HeldBack | undefined;
    for (const { shape } of this.#directory.last.values()) {
      const stored = storable(query, shape.mapping);
      if (!('held' in stored)) return null;
      first ??= stored.held;
    }
    return first;
  }
}
