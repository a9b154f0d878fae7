import type { QueryId } from '../../document.ts';
import type { HeldBack } from '../engine.ts';
import type { Patience } from './patience.ts';
import type { PercolatorDirectory } from './percolators/percolator-directory.ts';
import { type SharedQuery, storable } from './percolators/stored-query.ts';

export interface HeldBackParts {
  readonly directory: PercolatorDirectory;
  readonly patience: Patience;
  /** Queries that Elasticsearch does not store, and why. */
  readonly refused: ReadonlyMap<QueryId, string>;
}

/** Tells why nothing matches a query that is registered. */
export class HeldBackQueries {
  readonly #directory: PercolatorDirectory;
  readonly #patience: Patience;
  readonly #refused: ReadonlyMap<QueryId, string>;
  /** Queries that make Elasticsearch fail by themselves, and why. */
  readonly #paused = new Map<QueryId, string>();

  constructor({ directory, patience, refused }: HeldBackParts) {
    this.#directory = directory;
    this.#patience = patience;
    this.#refused = refused;
  }

  pause(id: QueryId, reason: string): void {
    this.#paused.set(id, reason);
  }

  /** @returns whether it was paused */
  resume(id: QueryId): boolean {
    return this.#paused.delete(id);
  }

  /** Null when a percolator holds the query, or when there is no percolator yet. */
  async why(query: SharedQuery): Promise<HeldBack | null> {
    const paused = this.#paused.get(query.id);
    const wrong = paused === undefined ? this.#refused.get(query.id) : `paused: ${paused}`;
    if (wrong !== undefined) return { reason: wrong, unmapped: [] };
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
