import type { QueryId, QueryOrdinal } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Principal } from '../principal.ts';
import { type Audience, audienceOf } from './audience.ts';
import { canonical, canonicalise, normalise } from './canonical.ts';
import { EngineLink, MAX_GROUP, type QuerySink } from './engine-link.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { canonicalIndexExpression } from './index-expression.ts';
import type { Ir } from './ir.ts';
import { checkTextLength } from './limits.ts';
import { parseQuery } from './parse-query.ts';
import { Entry, type QueryEntry } from './query-entry.ts';
import { queryId } from './query-id.ts';
import type { RegisteredQuery } from './registered-query.ts';
import { parseTtl } from './ttl.ts';

export type { QueryEntry } from './query-entry.ts';

export interface RegistryDeps {
  readonly engine: QuerySink;
  /** `queryIdle` in milliseconds. */
  readonly settings: { readonly queryIdle: number; readonly maxQueries: number };
  readonly metrics: Metrics;
  readonly now?: () => number;
  /** Told when a query has ended, before its ordinal can name another one. */
  readonly onEnd?: (entry: QueryEntry) => void;
  /** Names queries; for tests. */
  readonly nameQuery?: typeof queryId;
}

export interface QueryRequest {
  /** Names and patterns; nothing means every index. */
  readonly index?: string | null | undefined;
  /** Whatever `parseQuery` takes. */
  readonly query: unknown;
}

export interface RegisterRequest extends QueryRequest {
  /** How long the claim is kept: seconds, or a text such as `10m`; nothing means until withdrawn. */
  readonly ttl?: unknown;
}

export interface Registration {
  readonly entry: QueryEntry;
  /** False when an equal query was there already. */
  readonly created: boolean;
}

export type RegistrationResult = Registration | { readonly error: EstromError };

/** A live tail's claim on a query. */
export interface Watched {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Ends the claim; further calls do nothing. */
  release(): void;
}

interface Claim {
  readonly entry: Entry;
  readonly created: boolean;
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
  readonly #queryIdle: number;
  readonly #maxQueries: number;
  readonly #now: () => number;
  readonly #onEnd: ((entry: QueryEntry) => void) | undefined;
  readonly #nameQuery: typeof queryId;
  readonly #byId = new Map<QueryId, Entry>();
  readonly #byOrdinal: (Entry | undefined)[] = [];
  readonly #expiry: ExpiryQueue;
  readonly #count: (result: 'created' | 'known' | 'refused') => void;
  /** Queries by the key of their audience. */
  readonly #sizes = new Map<string, number>();
  #ended = 0;
  #watchers = 0;

  constructor({ engine, settings, metrics, now = Date.now, onEnd, nameQuery }: RegistryDeps) {
    this.#link = new EngineLink(engine);
    this.#queryIdle = settings.queryIdle;
    this.#maxQueries = settings.maxQueries;
    this.#now = now;
    this.#onEnd = onEnd;
    this.#nameQuery = nameQuery ?? queryId;
    this.#expiry = new ExpiryQueue(now, (entry) => this.#end(entry));
    const registrations = metrics.counter(
      'estrom_query_registrations_total',
      'Registrations of queries, by what became of them',
      ['result'],
    );
    this.#count = (result) => registrations.inc({ result });
    metrics.gauge('estrom_queries', 'Registered queries', () => this.#byId.size);
    metrics.gauge('estrom_query_watchers', 'Live tails that watch a query', () => this.#watchers);
    metrics.observedCounter('estrom_queries_ended_total', 'Queries ended', () => this.#ended);
    metrics.observedCounter(
      'estrom_query_removal_failures_total',
      'Groups of queries that the engine failed to remove',
      () => this.#link.failures,
    );
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Queries that the caller may attach to. */
  sizeFor(caller: Principal): number {
    return this.#sizes.get(audienceOf(caller).key) ?? 0;
  }

  /**
   * Makes the caller's kept claim on a query; resolves when the engine matches it.
   * Of two claims the one that lasts longer counts.
   * @throws EstromError what is wrong with the request, QUERY_LIMIT, QUERY_CONFLICT
   */
  async register(request: RegisterRequest, caller: Principal): Promise<Registration> {
    return await this.#made(this.#keep(request, caller));
  }

  /** Like {@link register} for many at once; what is wrong with one is data in its place. */
  async registerMany(
    requests: readonly RegisterRequest[],
    caller: Principal,
  ): Promise<RegistrationResult[]> {
    const results: RegistrationResult[] = [];
    for (let from = 0; from < requests.length; from += MAX_GROUP) {
      const claims = requests.slice(from, from + MAX_GROUP).map((request) => {
        try {
          return this.#keep(request, caller);
        } catch (error) {
          if (error instanceof EstromError) return { error };
          throw error;
        }
      });
      for (const claim of claims) {
        results.push('error' in claim ? claim : await this.#madeOrError(claim));
      }
    }
    return results;
  }

  /** Claims a query for a live tail; resolves when the engine matches it. Errors as {@link register}. */
  async watch(request: QueryRequest, caller: Principal): Promise<Watched> {
    const claim = this.#claim(request, audienceOf(caller));
    const watched = this.#watch(claim.entry);
    try {
      await this.#made(claim);
      return watched;
    } catch (error) {
      watched.release();
      throw error;
    }
  }

  /** @throws EstromError QUERY_UNKNOWN */
  watchId(id: QueryId, caller: Principal): Watched {
    return this.#watch(this.#known(id, caller));
  }

  /**
   * Withdraws the caller's kept claim. The query ends now unless somebody else claims or watches it.
   * @throws EstromError QUERY_UNKNOWN
   */
  async withdraw(id: QueryId, caller: Principal): Promise<void> {
    const entry = this.#known(id, caller);
    // A failure is told to those who registered; here the query is simply gone.
    await entry.pending?.catch(() => {});
    entry.unclaim(caller.name);
    if (entry.ended || entry.keptUntil > this.#now()) return;
    entry.idleUntil = 0;
    if (entry.watchers === 0) this.#end(entry);
  }

  get(id: QueryId, caller: Principal): QueryEntry | undefined {
    const entry = this.#byId.get(id);
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
    for (; at < this.#byOrdinal.length && queries.length < size; at += 1) {
      const entry = this.#byOrdinal[at];
      if (entry !== undefined && mayAttach(entry, audience)) queries.push(entry);
    }
    return { queries, next: at < this.#byOrdinal.length ? at : null };
  }

  /** The id of a query that the caller may attach to. */
  idOf(ordinal: QueryOrdinal, caller: Principal): QueryId | undefined {
    const entry = this.#byOrdinal[ordinal];
    return entry !== undefined && mayAttach(entry, audienceOf(caller)) ? entry.id : undefined;
  }

  /** Stops the clock and waits for removals under way. Queries stay as they are. */
  async close(): Promise<void> {
    this.#expiry.close();
    await this.#link.settled();
  }

  #known(id: QueryId, caller: Principal): Entry {
    const entry = this.#byId.get(id);
    if (entry !== undefined && mayAttach(entry, audienceOf(caller))) return entry;
    throw new EstromError(
      'QUERY_UNKNOWN',
      `no query is registered as [${id}]; it may have been deleted or have expired`,
    );
  }

  #keep(request: RegisterRequest, caller: Principal): Claim {
    const { ttl } = request;
    let claim: Claim;
    let until = Number.POSITIVE_INFINITY;
    try {
      if (ttl !== undefined && ttl !== null) until = this.#now() + parseTtl(ttl);
      claim = this.#claim(request, audienceOf(caller));
    } catch (error) {
      this.#count('refused');
      throw error;
    }
    this.#count(claim.created ? 'created' : 'known');
    claim.entry.claim(caller.name, until);
    this.#expiry.schedule(claim.entry);
    return claim;
  }

  /** The entry of a query, made where there is none. It holds no claim yet. */
  #claim(request: QueryRequest, audience: Audience): Claim {
    const index = canonicalIndexExpression(request.index);
    const { query, text } = canonicalise(parseQuery(request.query));
    const id = this.#nameQuery(index, text, audience.key);
    const known = this.#byId.get(id);
    if (known !== undefined) {
      // Read again rather than kept: a million canonical texts would cost more than these hits.
      const equal = known.index === index && mayAttach(known, audience);
      if (equal && canonical(parseQuery(known.query)) === text) {
        return { entry: known, created: false };
      }
      throw new EstromError(
        'QUERY_CONFLICT',
        `another query has the same id [${id}]; change this one a little, such as by a clause *:*`,
      );
    }
    if (this.#byId.size >= this.#maxQueries) {
      throw new EstromError(
        'QUERY_LIMIT',
        `${this.#maxQueries} queries are registered already; delete some, or raise --max-queries`,
      );
    }
    const given = request.query ?? '*';
    const isText = typeof given === 'string';
    const source = isText ? given : JSON.stringify(given);
    checkTextLength(source);
    const ordinal = this.#link.takeOrdinal();
    const entry = new Entry(id, ordinal, index, source, !isText, audience, this.#now());
    this.#byId.set(id, entry);
    this.#byOrdinal[ordinal] = entry;
    this.#sizes.set(audience.key, (this.#sizes.get(audience.key) ?? 0) + 1);
    entry.pending = this.#link.register(bounded({ id, ordinal, index, query }, audience));
    return { entry, created: true };
  }

  async #made(claim: Claim): Promise<Registration> {
    const { entry } = claim;
    try {
      await entry.pending;
    } catch (error) {
      if (!entry.ended) this.#end(entry);
      if (error instanceof EstromError) throw error;
      throw new EstromError('ENGINE_FAILED', 'the engine could not take the query; try again');
    }
    entry.pending = null;
    return claim;
  }

  async #madeOrError(claim: Claim): Promise<RegistrationResult> {
    try {
      return await this.#made(claim);
    } catch (error) {
      return { error: error as EstromError };
    }
  }

  #watch(entry: Entry): Watched {
    entry.watchers += 1;
    this.#watchers += 1;
    return new Watch(entry, () => this.#released(entry));
  }

  #released(entry: Entry): void {
    entry.watchers -= 1;
    this.#watchers -= 1;
    if (entry.watchers > 0 || entry.ended) return;
    const now = this.#now();
    entry.idleUntil = now + this.#queryIdle;
    if (entry.deadline <= now) this.#end(entry);
    else this.#expiry.schedule(entry);
  }

  #end(entry: Entry): void {
    entry.ended = true;
    this.#byId.delete(entry.id);
    this.#byOrdinal[entry.ordinal] = undefined;
    this.#ended += 1;
    const { key } = entry.audience;
    const left = this.#sizes.get(key)! - 1;
    if (left === 0) this.#sizes.delete(key);
    else this.#sizes.set(key, left);
    this.#onEnd?.(entry);
    const remove = () => this.#link.unregister(entry.ordinal);
    // The engine must not hear of the end before the beginning.
    if (entry.pending === null) remove();
    else void entry.pending.then(remove, remove);
  }
}

/** Exactly those who see the same documents: attaching gives everything that the query matches. */
function mayAttach(entry: Entry, audience: Audience): boolean {
  return entry.audience.key === audience.key;
}

/** The query as the engine takes it: what its audience may not see does not match. */
function bounded(query: RegisteredQuery, { key, index: scope, filter }: Audience): RegisteredQuery {
  if (key === '') return query;
  const both: Ir = { kind: 'and', clauses: [query.query, filter] };
  return { ...query, scope, query: normalise(both) };
}

class Watch implements Watched {
  readonly #entry: Entry;
  #release: (() => void) | null;

  constructor(entry: Entry, release: () => void) {
    this.#entry = entry;
    this.#release = release;
  }

  get id(): QueryId {
    return this.#entry.id;
  }

  get ordinal(): QueryOrdinal {
    return this.#entry.ordinal;
  }

  release(): void {
    this.#release?.();
    this.#release = null;
  }
}
