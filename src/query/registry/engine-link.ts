import type { QueryOrdinal } from '../../document.ts';
import type { RegisteredQuery } from './registered-query.ts';

/** Most queries that one call of the engine takes. */
export const MAX_GROUP = 1000;

/** What the registry needs of an engine. */
export interface QuerySink {
  /** Resolves when every batch percolated from now on sees all of these queries. */
  register(queries: readonly RegisteredQuery[]): Promise<void>;
  /** Resolves when no answer under way can name one of these ordinals. */
  unregister(ordinals: readonly QueryOrdinal[]): Promise<void>;
}

interface Group {
  readonly queries: RegisteredQuery[];
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Takes changes of queries to the engine in groups: one call at a time of each kind, and what comes
 * meanwhile travels together in the next. Ordinals are given out here, and recycled only when the
 * engine says that nothing can name them any more, and what it said before is published.
 */
export class EngineLink {
  readonly #engine: QuerySink;
  readonly #published: () => Promise<unknown>;
  readonly #groups: Group[] = [];
  #registering = false;
  #removed: QueryOrdinal[] = [];
  #removing: Promise<void> | null = null;
  readonly #free: QueryOrdinal[] = [];
  #ordinals = 0;
  /** Calls of `unregister` that failed: their ordinals stay out of use. */
  failures = 0;

  /** @param published resolves when the answers that the engine has given so far are published */
  constructor(engine: QuerySink, published: () => Promise<unknown> = async () => {}) {
    this.#engine = engine;
    this.#published = published;
  }

  takeOrdinal(): QueryOrdinal {
    const recycled = this.#free.pop();
    if (recycled !== undefined) return recycled;
    this.#ordinals += 1;
    return this.#ordinals - 1;
  }

  /** Takes back the ordinals of an earlier run; to be called before any other is given out. */
  restoreOrdinals(count: number, inUse: (ordinal: QueryOrdinal) => boolean): void {
    this.#ordinals = count;
    for (let ordinal = count - 1; ordinal >= 0; ordinal -= 1) {
      if (!inUse(ordinal)) this.#free.push(ordinal);
    }
  }

  /** @returns a promise shared by the whole group: it resolves when the engine sees the query */
  register(query: RegisteredQuery): Promise<void> {
    let group = this.#groups.at(-1);
    if (group === undefined || group.queries.length >= MAX_GROUP) {
      group = { queries: [], done: Promise.withResolvers() };
      // Waiters see a failure through their own await; nobody need be waiting.
      group.done.promise.catch(() => {});
      this.#groups.push(group);
    }
    group.queries.push(query);
    if (!this.#registering) {
      this.#registering = true;
      // A microtask later, so that all registrations of this turn share the first call.
      queueMicrotask(() => void this.#registerGroups());
    }
    return group.done.promise;
  }

  async #registerGroups(): Promise<void> {
    for (let group = this.#groups.shift(); group !== undefined; group = this.#groups.shift()) {
      try {
        await this.#engine.register(group.queries);
        group.done.resolve();
      } catch (error) {
        group.done.reject(error);
      }
    }
    this.#registering = false;
  }

  /** Tells the engine that a query has ended; its ordinal comes back when that is safe. */
  unregister(ordinal: QueryOrdinal): void {
    this.#removed.push(ordinal);
    this.#removing ??= this.#unregisterAll();
  }

  async #unregisterAll(): Promise<void> {
    await Promise.resolve();
    while (this.#removed.length > 0) {
      const ordinals = this.#removed.splice(0, MAX_GROUP);
      try {
        await this.#engine.unregister(ordinals);
        // Publishing may wait for a slow tail: other removals need not.
        void this.#published().then(() => this.#free.push(...ordinals));
      } catch {
        this.failures += 1;
      }
    }
    this.#removing = null;
  }

  /** Resolves when no removal is under way. */
  async settled(): Promise<void> {
    await this.#removing;
  }
}
