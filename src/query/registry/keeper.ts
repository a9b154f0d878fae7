import type { EngineLink } from './engine-link.ts';
import type { ExpiryQueue } from './expiry-queue.ts';
import type { Entry } from './query-entry.ts';
import type { QueryTable } from './query-table.ts';

/** What the registry lends to its keeper. */
export interface RegistryCore {
  readonly table: QueryTable;
  readonly link: EngineLink;
  readonly expiry: ExpiryQueue;
  readonly now: () => number;
  /** Milliseconds. */
  readonly queryIdle: number;
  /** Ends an entry here: it leaves the table and the engine, and its topic ends. */
  readonly forget: (entry: Entry) => void;
}

/**
 * Decides how long queries live, and where that is written down: for this node alone, or for all that
 * share a registry. Its promises resolve when a kill of the process cannot undo the change any more, and
 * reject with an EstromError when it could not be written.
 */
export interface Keeper {
  /** Whether a new query has to be kept before the engine gets it. */
  readonly keepsFirst: boolean;
  /** @param until Infinity: until it is withdrawn. @param created the query is new here */
  claim(entry: Entry, owner: string, until: number, created: boolean): Promise<void>;
  /** A tail watches the entry: counted in it already. */
  watch(entry: Entry, created: boolean): Promise<void>;
  /** The last tail has left. */
  release(entry: Entry): void;
  /** Withdraws a claim; the query ends unless somebody else claims or watches it. */
  withdraw(entry: Entry, owner: string): Promise<void>;
  /** Its time has come, unless somebody else holds it. */
  expire(entry: Entry): void;
  /**
   * Its registration failed.
   * @param owner whose claim that was; null for a watcher
   * @param isMatched false when the engine has not got it, whoever holds it
   */
  abandon(entry: Entry, owner: string | null, error: unknown, isMatched: boolean): void;
  /** Resolves when every node that counts matches it. */
  everywhere(entry: Entry): Promise<void>;
}

/** A keeper that also knows of tails on nodes without a registry. */
export interface RemoteWatchers {
  watchFor(entry: Entry, node: string): Promise<void>;
  /** Those are gone. */
  releaseFor(entry: Entry, node: string): void;
}

export function hasRemoteWatchers(keeper: Keeper): keeper is Keeper & RemoteWatchers {
  return 'watchFor' in keeper;
}
