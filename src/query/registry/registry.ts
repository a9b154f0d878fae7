import type { QueryId, QueryOrdinal } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { audienceOf } from '../audience.ts';
import { EngineLink, MAX_GROUP } from './engine-link.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import {
  hasRemoteWatchers,
  type Keeper,
  type RegistryCore,
  type RemoteWatchers,
} from './keeper.ts';
import { KeptEntries, registeredQuery } from './kept-entries.ts';
import { LocalKeeper } from './local-keeper.ts';
import type { Entry, QueryEntry } from './query-entry.ts';
import { type Found, mayAttach, QueryFinder } from './query-finder.ts';
import { queryId } from './query-id.ts';
import { QueryTable } from './query-table.ts';
import type { RegisteredQuery } from './registered-query.ts';
import type {
  QueryRequest,
  RegisterRequest,
  Registration,
  RegistrationResult,
} from './registration.ts';
import { RegistrationRate } from './registration-rate.ts';
import type { RegistryDeps } from './registry-deps.ts';
import { type CountRegistration, collectRegistryMetrics } from './registry-metrics.ts';
import { QueryRestoration } from './restore-queries.ts';
import { parseTtl } from './ttl.ts';
import { Watch, type Watched } from './watch.ts';

interface Claim {
  readonly entry: Entry;
  readonly created: boolean;
  /** Who made it; null for a watcher. */
  readonly owner: string | null;
  /** Resolves when a restart cannot undo the claim. */
  readonly kept: Promise<void>;
}

/**
 * The Tailor: knows every standing query by its canonical form, so that equal ones are evaluated
 * once, and ends them when nobody claims or watches them any more.
 *
 * A query lives as long as its kept claim (until withdrawn, or its ttl), its watchers, and a grace
 * of `queryIdle` after the last watcher left.
 *
 * Who asks sees the queries of its own audience and no others: these do not exist for it.
 */
export class QueryRegistry {
  readonly #link: EngineLink;
  readonly #core: RegistryCore;
  readonly #kept: KeptEntries;
  readonly #keeper: Keeper;
  readonly #finder: QueryFinder;
  readonly #rate: RegistrationRate;
  readonly #now: () => number;
  readonly #onEnd: ((entry: QueryEntry) => void) | undefined;
  readonly #table = new QueryTable();
  readonly #expiry: ExpiryQueue;
  readonly #count: CountRegistration;
  #ended = 0;
  #watchers = 0;

  constructor({
    engine,
    published,
    settings,
    metrics,
    store,
    makeKeeper,
    now = Date.now,
    onEnd,
    nameQuery = queryId,
  }: RegistryDeps) {
    this.#link = new EngineLink(engine, published);
    this.#kept = new KeptEntries(store);
    this.#rate = new RegistrationRate(settings.registrationsPerSecond);
    this.#now = now;
    this.#onEnd = onEnd;
    this.#expiry = new ExpiryQueue(this.#table, now, (entry) => this.#keeper.expire(entry));
    const [table, link] = [this.#table, this.#link];
    this.#finder = new QueryFinder({
      table,
      link,
      maxQueries: settings.maxQueries,
      nameQuery,
      now,
    });
    this.#core = {
      table,
      link,
      expiry: this.#expiry,
      now,
      queryIdle: settings.queryIdle,
      forget: (entry) => this.#forget(entry),
    };
    this.#keeper = makeKeeper?.(this.#core) ?? new LocalKeeper(this.#core, this.#kept);
    this.#count = collectRegistryMetrics(metrics, {
      size: () => this.#table.size,
      watchers: () => this.#watchers,
      ended: () => this.#ended,
      failures: () => this.#link.failures,
    });
  }

  get size(): number {
    return this.#table.size;
  }

  /** Queries that the caller may attach to. */
  sizeFor(caller: Principal): number {
    return this.#table.sizeFor(audienceOf(caller).key);
  }

  /**
   * Makes the caller's kept claim on a query; resolves when the engine matches it and the store has it.
   * Of two claims the one that lasts longer counts.
   * @throws EstromError what is wrong with the request, QUERY_LIMIT, QUERY_CONFLICT, UNAVAILABLE,
   * OVERLOADED when the caller registers too fast
   */
  async register(request: RegisterRequest, caller: Principal): Promise<Registration> {
    this.#rate.take(caller);
    return await this.#made(this.#keep(request, caller));
  }

  /** Like {@link register} for many at once; what is wrong with one is data in its place. */
  async registerMany(
    requests: readonly RegisterRequest[],
    caller: Principal,
  ): Promise<RegistrationResult[]> {
    const results: RegistrationResult[] = [];
    for (let from = 0; from < requests.length; from += MAX_GROUP) {
      const group = requests.slice(from, from + MAX_GROUP);
      await this.#rate.pace(caller, group.length);
      const claims = group.map((request) => {
        try {
          return this.#keep(request, caller);
        } catch (error) {
          if (error instanceof EstromError) return { error };
          throw error;
        }
      });
      // At once: what they wait for, they wait for together.
      const made = claims.map((claim) => ('error' in claim ? claim : this.#madeOrError(claim)));
      for (const result of await Promise.all(made)) results.push(result);
    }
    return results;
  }

  /** Claims a query for a live tail; resolves when the engine matches it. Errors as {@link register}. */
  async watch(request: QueryRequest, caller: Principal): Promise<Watched> {
    this.#rate.take(caller);
    const { entry, created, query } = this.#finder.find(request, audienceOf(caller));
    const { watched, kept } = this.#watch(entry, created);
    if (query !== undefined) this.#start(entry, query, kept);
    return await this.#watching(watched, { entry, created, owner: null, kept });
  }

  /**
   * At once, or when all who share the registry know that it is watched.
   * @throws EstromError QUERY_UNKNOWN, UNAVAILABLE
   */
  watchId(id: QueryId, caller: Principal): Watched | Promise<Watched> {
    const entry = this.#known(id, caller);
    const { watched, kept } = this.#watch(entry, false);
    if (!this.#keeper.keepsFirst) return watched;
    return this.#watching(watched, { entry, created: false, owner: null, kept });
  }

  /**
   * Claims a query for tails of a node that has no registry. Resolves as {@link watch}.
   * @param asked a request, or an id
   * @throws EstromError as {@link watch} and {@link watchId}
   */
  async watchFor(
    node: string,
    asked: QueryRequest | QueryId,
    caller: Principal,
  ): Promise<QueryEntry> {
    this.#rate.take(caller);
    const keeper = this.#remoteWatchers();
    const { entry, created, query }: Found =
      typeof asked === 'string'
        ? { entry: this.#known(asked, caller), created: false }
        : this.#finder.find(asked, audienceOf(caller));
    const kept = keeper.watchFor(entry, node);
    kept.catch(() => {});
    if (query !== undefined) this.#start(entry, query, kept);
    try {
      await this.#made({ entry, created, owner: null, kept });
      return entry;
    } catch (error) {
      keeper.releaseFor(entry, node);
      throw error;
    }
  }

  /** Ends such a claim. */
  releaseFor(node: string, id: QueryId): void {
    const entry = this.#table.get(id);
    if (entry !== undefined) this.#remoteWatchers().releaseFor(entry, node);
  }

  #remoteWatchers(): RemoteWatchers {
    if (hasRemoteWatchers(this.#keeper)) return this.#keeper;
    throw new EstromError('NOT_FOUND', 'there is no registry here that several nodes share');
  }

  async #watching(watched: Watched, claim: Claim): Promise<Watched> {
    try {
      await this.#made(claim);
      return watched;
    } catch (error) {
      watched.release();
      throw error;
    }
  }

  /**
   * Withdraws the caller's kept claim. The query ends now unless somebody else claims or watches it.
   * @throws EstromError QUERY_UNKNOWN; UNAVAILABLE when it is withdrawn now, but may be back after a restart
   */
  async withdraw(id: QueryId, caller: Principal): Promise<void> {
    const entry = this.#known(id, caller);
    // A failure is told to those who registered; here the query is simply gone.
    await entry.pending?.catch(() => {});
    await this.#keeper.withdraw(entry, caller.name);
  }

  get(id: QueryId, caller: Principal): QueryEntry | undefined {
    const entry = this.#table.get(id);
    return entry !== undefined && mayAttach(entry, audienceOf(caller)) ? entry : undefined;
  }

  /**
   * One page of the queries that the caller may attach to, in no particular order that yet stays the same from page to page.
   * @param after the `next` of the page before
   */
  list(
    caller: Principal,
    { after = 0, size = 100 }: { after?: number; size?: number } = {},
  ): { queries: QueryEntry[]; next: number | null } {
    const audience = audienceOf(caller);
    const queries: QueryEntry[] = [];
    let at = after;
    for (; at < this.#table.ordinals && queries.length < size; at += 1) {
      const entry = this.#table.at(at);
      if (entry !== undefined && mayAttach(entry, audience)) queries.push(entry);
    }
    return { queries, next: at < this.#table.ordinals ? at : null };
  }

  /** The id of a query that the caller may attach to. */
  idOf(ordinal: QueryOrdinal, caller: Principal): QueryId | undefined {
    const entry = this.#table.at(ordinal);
    return entry !== undefined && mayAttach(entry, audienceOf(caller)) ? entry.id : undefined;
  }

  /** The query with that ordinal, to be compiled again; undefined when there is none, or it cannot be read any more. */
  registered(ordinal: QueryOrdinal): RegisteredQuery | undefined {
    const entry = this.#table.at(ordinal);
    if (entry === undefined) return undefined;
    try {
      return registeredQuery(entry);
    } catch {
      return undefined;
    }
  }

  /** The query with that ordinal, whoever may see it: for brokers, not for answers. */
  topicOf(ordinal: QueryOrdinal): QueryId | undefined {
    return this.#table.idAt(ordinal);
  }

  /** Its index bound and row filter, for those who decide elsewhere who may attach to it. */
  mayAttach(id: QueryId, caller: Principal): boolean {
    return this.get(id, caller) !== undefined;
  }

  /**
   * Keeps a query alive whose subscribers were let in elsewhere.
   * @returns what ends that; undefined when there is no such query
   */
  watchTopic(id: QueryId): (() => void) | undefined {
    const entry = this.#table.get(id);
    if (entry === undefined) return undefined;
    const { watched } = this.#watch(entry, false);
    return () => watched.release();
  }

  /** For the queries of an earlier run, to be brought back before any other comes. */
  restoration(): QueryRestoration {
    return new QueryRestoration({ ...this.#core, kept: this.#kept });
  }

  /** Stops the clock and waits for removals under way. Queries stay as they are. */
  async close(): Promise<void> {
    this.#expiry.close();
    await this.#link.settled();
  }

  #known(id: QueryId, caller: Principal): Entry {
    const entry = this.#table.get(id);
    if (entry !== undefined && mayAttach(entry, audienceOf(caller))) return entry;
    throw new EstromError(
      'QUERY_UNKNOWN',
      `no query is registered as [${id}]; it may have been deleted or have expired`,
    );
  }

  #keep(request: RegisterRequest, caller: Principal): Claim {
    const { ttl } = request;
    let found: Found;
    let until = Number.POSITIVE_INFINITY;
    try {
      if (ttl !== undefined && ttl !== null) until = this.#now() + parseTtl(ttl);
      found = this.#finder.find(request, audienceOf(caller));
    } catch (error) {
      this.#count('refused');
      throw error;
    }
    const { entry, created, query } = found;
    this.#count(created ? 'created' : 'known');
    const kept = this.#keeper.claim(entry, caller.name, until, created);
    kept.catch(() => {});
    if (query !== undefined) this.#start(entry, query, kept);
    return { entry, created, owner: caller.name, kept };
  }

  /** Has the engine match a new entry. */
  #start(entry: Entry, query: RegisteredQuery, kept: Promise<void>): void {
    entry.pending = this.#keeper.keepsFirst
      ? kept.then(() => this.#link.register(query))
      : this.#link.register(query);
    entry.pending.catch(() => {});
  }

  async #made(claim: Claim): Promise<Registration> {
    const { entry, created, owner, kept } = claim;
    try {
      await entry.pending;
    } catch (error) {
      if (!entry.ended) this.#keeper.abandon(entry, owner, error, false);
      if (error instanceof EstromError) throw error;
      throw new EstromError('ENGINE_FAILED', 'the engine could not take the query; try again');
    }
    entry.pending = null;
    try {
      await kept;
      await this.#keeper.everywhere(entry);
    } catch (error) {
      if (created && entry.watchers === 0 && !entry.ended) {
        this.#keeper.abandon(entry, owner, error, true);
      }
      throw error;
    }
    if (entry.ended && !created) {
      throw new EstromError('UNAVAILABLE', 'the query ended while it was claimed; try again');
    }
    return { entry, created };
  }

  async #madeOrError(claim: Claim): Promise<RegistrationResult> {
    try {
      return await this.#made(claim);
    } catch (error) {
      return { error: error as EstromError };
    }
  }

  #watch(entry: Entry, created: boolean): { watched: Watched; kept: Promise<void> } {
    entry.watchers += 1;
    this.#watchers += 1;
    const watched = new Watch(entry, () => this.#released(entry));
    const kept = this.#keeper.watch(entry, created);
    kept.catch(() => {});
    return { watched, kept };
  }

  #released(entry: Entry): void {
    entry.watchers -= 1;
    this.#watchers -= 1;
    if (entry.watchers === 0 && !entry.ended) this.#keeper.release(entry);
  }

  #forget(entry: Entry): void {
    this.#table.delete(entry);
    this.#ended += 1;
    this.#onEnd?.(entry);
    const remove = () => this.#link.unregister(entry.ordinal);
    // The engine must not hear of the end before the beginning.
    if (entry.pending === null) remove();
    else void entry.pending.then(remove, remove);
  }
}
