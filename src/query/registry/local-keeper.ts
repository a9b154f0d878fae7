import type { Keeper, RegistryCore } from './keeper.ts';
import type { KeptEntries } from './kept-entries.ts';
import type { Entry } from './query-entry.ts';

const NOTHING: Promise<void> = Promise.resolve();

/** Keeps queries for this node alone: memory is the truth, and the store follows it. */
export class LocalKeeper implements Keeper {
  readonly keepsFirst = false;
  readonly #core: RegistryCore;
  readonly #kept: KeptEntries;

  constructor(core: RegistryCore, kept: KeptEntries) {
    this.#core = core;
    this.#kept = kept;
  }

  claim(entry: Entry, owner: string, until: number, created: boolean): Promise<void> {
    entry.claim(owner, until);
    this.#core.expiry.schedule(entry);
    return this.#kept.put(entry, created);
  }

  watch(entry: Entry, created: boolean): Promise<void> {
    // Not waited for: who comes back after a crash can ask for the same query once more.
    if (created) this.#kept.put(entry, true).catch(() => {});
    else if (entry.watchers === 1 && entry.live) this.#kept.noteWatchers(entry);
    return NOTHING;
  }

  release(entry: Entry): void {
    const { now, queryIdle, expiry } = this.#core;
    const time = now();
    entry.idleUntil = time + queryIdle;
    if (entry.deadline <= time) void this.#end(entry);
    else {
      expiry.schedule(entry);
      this.#kept.noteWatchers(entry);
    }
  }

  async withdraw(entry: Entry, owner: string): Promise<void> {
    entry.unclaim(owner);
    if (entry.ended) return;
    const isKept = entry.keptUntil > this.#core.now();
    if (!isKept) entry.idleUntil = 0;
    await (isKept || entry.watchers > 0 ? this.#kept.put(entry, false) : this.#end(entry));
  }

  expire(entry: Entry): void {
    void this.#end(entry);
  }

  abandon(entry: Entry): void {
    void this.#end(entry);
  }

  everywhere(): Promise<void> {
    return NOTHING;
  }

  /** @returns when a restart does not bring it back; nobody need wait, what could not be written is owed */
  #end(entry: Entry): Promise<void> {
    this.#core.forget(entry);
    return this.#kept.drop(entry);
  }
}
