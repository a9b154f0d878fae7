import type { Metrics } from '../../metrics.ts';
import type { QueryStore } from '../../store/store.ts';
import type { QuerySink } from './engine-link.ts';
import type { Keeper, RegistryCore } from './keeper.ts';
import type { QueryEntry } from './query-entry.ts';
import type { queryId } from './query-id.ts';

export interface RegistryDeps {
  readonly engine: QuerySink;
  /** Resolves when the answers that the engine has given so far are published. */
  readonly published?: () => Promise<unknown>;
  /** `queryIdle` in milliseconds. */
  readonly settings: {
    readonly queryIdle: number;
    readonly maxQueries: number;
    readonly registrationsPerSecond: number;
  };
  readonly metrics: Metrics;
  /** Where queries outlive the process; without it they don't. */
  readonly store?: QueryStore | undefined;
  /** Keeps the queries instead of `store`. */
  readonly makeKeeper?: ((core: RegistryCore) => Keeper) | undefined;
  readonly now?: () => number;
  /** Told when a query has ended, before its ordinal can name another one. */
  readonly onEnd?: (entry: QueryEntry) => void;
  /** Names queries; for tests. */
  readonly nameQuery?: typeof queryId;
}
