import type { QueryId } from '../document.ts';

/** Keeps the queries alive whose topics anybody listens to at Crossbar.io. */
export class WatchedTopics {
  readonly #watch: (id: QueryId) => (() => void) | undefined;
  readonly #releases = new Map<QueryId, () => void>();

  constructor(watch: (id: QueryId) => (() => void) | undefined) {
    this.#watch = watch;
  }

  add(id: QueryId): void {
    if (this.#releases.has(id)) return;
    const release = this.#watch(id);
    if (release !== undefined) this.#releases.set(id, release);
  }

  delete(id: QueryId): void {
    this.#releases.get(id)?.();
    this.#releases.delete(id);
  }

  close(): void {
    for (const release of this.#releases.values()) release();
    this.#releases.clear();
  }
}
