import { setTimeout as wait } from 'node:timers/promises';
import type { QueryId } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Change, QueryIndex, Write } from './query-index.ts';
import type { Edit, SharedQuery, Versioned } from './shared-query.ts';

const MAX_GROUP = 1000;
const MAX_GROUP_BYTES = 8 * 1024 * 1024;
/** How often a change is made over those of others before its caller is told to come back. */
const MAX_ATTEMPTS = 20;
/** How often owed changes are tried; milliseconds. */
const RETRY = 1000;
/** Most queries with owed changes: what is beyond is forgotten, and their lives end by time. */
const MAX_OWED = 100_000;

/** The last version that is known here; null when there is believed to be none. */
export type Known = () => Versioned | null | undefined;

interface Waiter {
  readonly edit: Edit;
  readonly done: PromiseWithResolvers<void>;
}

interface Pending {
  readonly id: QueryId;
  /** Undefined: it has to be read first. */
  known: Known;
  readonly waiters: Waiter[];
  attempts: number;
}

export interface EditQueueParts {
  readonly index: Pick<QueryIndex, 'read' | 'write'>;
  /** Told of every version that this node wrote, or found that it need not write. */
  readonly onSeen: (change: Change) => void;
  /** Told that there is none, and need be none. */
  readonly onMissing: (id: QueryId) => void;
  /** Told after each group that changed anything. */
  readonly onWritten?: () => void;
}

/**
 * Changes of shared documents. All that come while one group is written share the next; changes of one
 * document become one write. A write names the version it replaces: when another node was faster, the
 * changes are made anew over what is there now, so that those of both survive.
 */
export class EditQueue {
  readonly #parts: EditQueueParts;
  #waiting = new Map<QueryId, Pending>();
  readonly #inFlight = new Set<QueryId>();
  #writing: Promise<void> | undefined;
  /** By what they are about: of two equal ones only the later matters, however long nothing can be written. */
  readonly #owed = new Map<QueryId, Map<string, Edit>>();
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Writes that another node's came before. */
  conflicts = 0;
  writes = 0;
  failures = 0;

  constructor(parts: EditQueueParts) {
    this.#parts = parts;
  }

  get owed(): number {
    return this.#owed.size;
  }

  /** Whether a change of it waits or is under way. */
  has(id: QueryId): boolean {
    return this.#waiting.has(id) || this.#inFlight.has(id);
  }

  /**
   * Resolves when the change is durable.
   * @throws EstromError what the edit throws; UNAVAILABLE when it was perhaps not written
   */
  edit(id: QueryId, known: Known, edit: Edit): Promise<void> {
    let pending = this.#waiting.get(id);
    if (pending === undefined) {
      pending = { id, known, waiters: [], attempts: 0 };
      this.#waiting.set(id, pending);
    }
    const done = Promise.withResolvers<void>();
    done.promise.catch(() => {});
    pending.waiters.push({ edit, done });
    this.#start();
    return done.promise;
  }

  /**
   * Makes a change that nobody waits for, now or when Elasticsearch is back.
   * @param about takes the place of an owed change of the query that is about the same
   */
  owe(id: QueryId, known: Known, about: string, edit: Edit): void {
    this.edit(id, known, edit).catch(() => {
      if (this.#isClosed) return;
      let owed = this.#owed.get(id);
      if (owed === undefined) {
        if (this.#owed.size >= MAX_OWED) return;
        owed = new Map();
        this.#owed.set(id, owed);
      }
      owed.delete(about);
      owed.set(about, edit);
      this.#retry ??= setTimeout(() => this.#payBack(), RETRY).unref();
    });
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    while (this.#writing !== undefined) await this.#writing;
  }

  #payBack(): void {
    this.#retry = undefined;
    const owed = [...this.#owed];
    this.#owed.clear();
    for (const [id, edits] of owed) {
      for (const [about, edit] of edits) this.owe(id, () => undefined, about, edit);
    }
  }

  #start(): void {
    // A microtask later, so that all changes of this turn share the first group.
    this.#writing ??= Promise.resolve().then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const group = [...this.#waiting.values()].slice(0, MAX_GROUP);
      for (const { id } of group) {
        this.#waiting.delete(id);
        this.#inFlight.add(id);
      }
      const { writes } = this;
      try {
        await this.#writeGroup(group);
      } catch (error) {
        this.failures++;
        for (const pending of group) settle(pending, error);
      }
      this.#inFlight.clear();
      if (this.writes > writes) this.#parts.onWritten?.();
    }
    this.#writing = undefined;
  }

  async #writeGroup(group: Pending[]): Promise<void> {
    let bases = new Map<Pending, Versioned | null | undefined>();
    for (const pending of group) bases.set(pending, pending.known());
    while (bases.size > 0) {
      const unread = [...bases.keys()].filter((one) => bases.get(one) === undefined);
      if (unread.length > 0) {
        const read = await this.#parts.index.read(unread.map(({ id }) => id));
        for (const one of unread) bases.set(one, read.get(one.id) ?? null);
      }
      bases = await this.#attempt(bases, new Set(unread));
    }
  }

  /** @returns those that have to be read and tried again */
  async #attempt(
    bases: ReadonlyMap<Pending, Versioned | null | undefined>,
    fresh: ReadonlySet<Pending>,
  ): Promise<Map<Pending, Versioned | null | undefined>> {
    const again = new Map<Pending, Versioned | null | undefined>();
    const writes: (Write & { readonly pending: Pending })[] = [];
    let bytes = 0;
    for (const [pending, base = null] of bases) {
      if (bytes > MAX_GROUP_BYTES) {
        again.set(pending, base);
        continue;
      }
      const query = this.#edited(pending, base?.query ?? null);
      if (pending.waiters.length === 0) continue;
      if (query === (base?.query ?? null) || query === null) {
        // Nothing to do, if that is still how it is.
        if (fresh.has(pending)) this.#unchanged(pending, base);
        else again.set(pending, undefined);
        continue;
      }
      bytes += query.source.length + 500;
      writes.push({ id: pending.id, query, over: base, pending });
    }
    if (writes.length === 0) return again;
    let results: Awaited<ReturnType<QueryIndex['write']>>;
    try {
      results = await this.#parts.index.write(writes);
    } catch (error) {
      // Perhaps written, perhaps not.
      this.failures++;
      for (const { pending } of writes) settle(pending, error);
      return again;
    }
    for (const [at, { id, query, pending }] of writes.entries()) {
      const result = results[at]!;
      if (result === 'conflict') {
        this.conflicts++;
        pending.attempts++;
        if (pending.attempts < MAX_ATTEMPTS) again.set(pending, undefined);
        else settle(pending, tooBusy(id));
      } else if (result instanceof EstromError) {
        this.failures++;
        settle(pending, result);
      } else {
        this.writes++;
        this.#inFlight.delete(id);
        this.#parts.onSeen({ id, query, ...result });
        settle(pending);
      }
    }
    if (again.size > 0) await wait(Math.random() * 5);
    return again;
  }

  #unchanged(pending: Pending, base: Versioned | null): void {
    const { id } = pending;
    this.#inFlight.delete(id);
    if (base === null) this.#parts.onMissing(id);
    else this.#parts.onSeen({ id, ...base });
    settle(pending);
  }

  #edited(pending: Pending, base: SharedQuery | null): SharedQuery | null {
    let query = base;
    const { waiters } = pending;
    for (const waiter of waiters.splice(0)) {
      try {
        query = waiter.edit(query);
        waiters.push(waiter);
      } catch (error) {
        waiter.done.reject(error);
      }
    }
    return query;
  }
}

function settle({ waiters }: Pending, error?: unknown): void {
  for (const { done } of waiters) {
    if (error === undefined) done.resolve();
    else done.reject(error);
  }
}

function tooBusy(id: QueryId): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    `other nodes change query [${id}] all the time; try again in a moment`,
  );
}
