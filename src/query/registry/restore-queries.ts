import type { QueryId, QueryOrdinal } from '../../document.ts';
import type { FoundQuery } from '../../store/store.ts';
import { type EngineLink, MAX_GROUP } from './engine-link.ts';
import type { ExpiryQueue } from './expiry-queue.ts';
import { type KeptEntries, registeredQuery } from './kept-entries.ts';
import type { Entry } from './query-entry.ts';
import type { QueryTable } from './query-table.ts';
import { type LoadedImage, restoreTable } from './table-image.ts';

/** A kept query that this version does not read any more: it stays on disk and does not match. */
export interface Unreadable {
  readonly id: QueryId;
  readonly reason: string;
}

interface Parts {
  readonly table: QueryTable;
  readonly link: EngineLink;
  readonly kept: KeptEntries;
  readonly expiry: ExpiryQueue;
  readonly now: () => number;
  readonly queryIdle: number;
}

/** Brings the queries of an earlier run back, before any other is registered. */
export class QueryRestoration {
  readonly #parts: Parts;
  /** Ordinals that nobody else may get, although no entry has them. */
  readonly #reserved = new Set<QueryOrdinal>();
  #ordinals = 0;
  readonly unreadable: Unreadable[] = [];

  get table(): QueryTable {
    return this.#parts.table;
  }

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Takes back an image, but for the queries that have changed since.
   * @throws what is wrong with it; then nothing was taken
   */
  takeImage(image: LoadedImage, changed: readonly QueryOrdinal[]): void {
    const { table, kept, expiry, queryIdle } = this.#parts;
    restoreTable(table, image, (audience) => kept.audienceOf(audience), changed);
    this.#ordinals = Math.max(this.#ordinals, table.ordinals);
    const now = this.#parts.now();
    const { claimedUntil } = table.records.columns;
    for (let ordinal = 0; ordinal < table.ordinals; ordinal += 1) {
      // Most never end by themselves: those need not be looked at.
      if (claimedUntil[ordinal] === Number.POSITIVE_INFINITY) continue;
      const entry = table.at(ordinal);
      if (entry === undefined) continue;
      entry.idleUntil = Math.min(entry.idleUntil, now + queryIdle);
      if (entry.deadline > now) expiry.schedule(entry);
      else {
        table.delete(entry);
        kept.drop(entry).catch(() => {});
      }
    }
  }

  /**
   * Takes back one group; those that have ended meanwhile are dropped.
   * @returns those that are there again
   */
  take(found: readonly FoundQuery[]): FoundQuery[] {
    const { table, kept, expiry, queryIdle } = this.#parts;
    const now = this.#parts.now();
    return found.filter((query) => {
      this.#ordinals = Math.max(this.#ordinals, query.ordinal + 1);
      let entry: Entry;
      try {
        entry = table.add(kept.queryOf(query));
      } catch (error) {
        this.#giveUp(query, error);
        return false;
      }
      entry.claims = query.claims;
      // Its watchers have a whole grace to come back.
      entry.idleUntil = Math.min(query.idleUntil, now + queryIdle);
      if (entry.deadline <= now) {
        table.delete(entry);
        kept.drop(entry).catch(() => {});
        return false;
      }
      expiry.schedule(entry);
      return true;
    });
  }

  /**
   * Has the engine compile what it has not got from elsewhere.
   * @returns how many those were
   */
  async finish(inEngine: (ordinal: QueryOrdinal) => boolean): Promise<number> {
    const { table, link } = this.#parts;
    const inUse = (ordinal: number) => table.has(ordinal) || this.#reserved.has(ordinal);
    const registering: Promise<void>[] = [];
    let compiled = 0;
    for (let ordinal = 0; ordinal < this.#ordinals; ordinal += 1) {
      if (inEngine(ordinal)) continue;
      const entry = table.at(ordinal);
      if (entry === undefined) continue;
      try {
        registering.push(link.register(registeredQuery(entry)));
        compiled += 1;
      } catch (error) {
        table.delete(entry);
        this.#giveUp(entry, error);
      }
      if (registering.length >= MAX_GROUP) {
        await Promise.all(registering.splice(0));
        // The event loop has requests about readiness to answer.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await Promise.all(registering);
    link.restoreOrdinals(this.#ordinals, inUse);
    return compiled;
  }

  #giveUp({ id, ordinal }: { id: QueryId; ordinal: QueryOrdinal }, error: unknown): void {
    this.#reserved.add(ordinal);
    this.unreadable.push({ id, reason: (error as Error).message });
  }
}
