import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import type { Batch, Matches, QueryId, QueryOrdinal } from '../../document.ts';
import type { ElasticsearchConnection } from '../../elasticsearch/connection.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { HeldBack } from '../../query/registry/held-back.ts';
import type { RegisteredQuery } from '../../query/registry/registered-query.ts';
import { seldom } from '../../seldom.ts';
import type { Engine, HoldingEngine, OnDemandEngine, QueryNames, QuerySupply } from '../engine.ts';
import { type Asked, BatchPercolation } from './batch-percolation.ts';
import { HeldBackQueries } from './held-back-queries.ts';
import { type MappingSource, StoredMappings } from './mapping/mapping-source.ts';
import { ShadowMappings } from './mapping/shadow-mappings.ts';
import { MatchReader } from './match-reader.ts';
import { OnDemand } from './on-demand.ts';
import { Patience } from './patience.ts';
import { ElasticsearchEngineStats } from './percolators/engine-stats.ts';
import { PercolatorDirectory } from './percolators/percolator-directory.ts';
import { Percolators } from './percolators/percolators.ts';
import { QueryWriter } from './percolators/query-writer.ts';
import { Registrations } from './percolators/registrations.ts';
import { Removals } from './percolators/removals.ts';
import type { SharedQuery } from './percolators/stored-query.ts';
import { Upkeep } from './percolators/upkeep.ts';
import { PercolatePool } from './search/percolate-pool.ts';
import { TargetWatch } from './target-watch.ts';
import { Targets } from './targets.ts';

export interface ElasticsearchEngineOptions {
  readonly config: Pick<
    Config,
    | 'elasticsearch'
    | 'elasticsearchApiKey'
    | 'elasticsearchPrefix'
    | 'elasticsearchTimeout'
    | 'forward'
    | 'hold'
    | 'maxJsonDepth'
    | 'workers'
  >;
  /** Stays the caller's: to be closed after the engine. */
  readonly connection: ElasticsearchConnection;
  readonly names: QueryNames;
  readonly supply: QuerySupply;
  /** A query makes Elasticsearch fail, and is asked no more. */
  readonly onPaused?: (id: QueryId) => void;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** How long batches under way may take when the engine closes. */
const CLOSING_MS = 1_000;
/** And what they need to end with an error, unless a request of theirs is never answered. */
const ENDING_MS = 300;
/**
 * The engine that lets Elasticsearch match. Queries are compiled for each percolator's mapping and
 * stored there; batches are percolated side by side; field types are fixed in the order in which
 * batches were admitted: a batch that brings new fields waits for those before it, has them mapped,
 * and is percolated then. While Elasticsearch is away everything waits.
 */
export class ElasticsearchEngine implements Engine, OnDemandEngine, HoldingEngine {
  readonly #patience: Patience;
  readonly #pool: PercolatePool;
  readonly #names: QueryNames;
  readonly #batches: BatchPercolation;
  readonly #watch: TargetWatch;
  readonly #upkeep: Upkeep;
  readonly #registrations: Registrations;
  readonly #removals: Removals;
  readonly #reader: MatchReader;
  readonly #stats: ElasticsearchEngineStats;
  readonly #log: Logger;
  /** Ids that are being removed because nobody has registered them. */
  readonly #stale = new Set<QueryId>();
  readonly #heldBack: HeldBackQueries;
  readonly #writer: QueryWriter;
  readonly #onDemand: OnDemand;
  /** By ordinal: ids of queries registered here. */
  readonly #ids: (QueryId | undefined)[] = [];
  /** Settles when the newest admitted batch has its answer. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ElasticsearchEngineOptions) {
    const { config, connection, names, supply, onPaused, metrics, log } = options;
    const prefix = connection.prefix;
    const patience = new Patience(connection, log);
    const directory = new PercolatorDirectory(patience, prefix);
    const stats = new ElasticsearchEngineStats(
      metrics,
      () => patience.problem,
      () => directory.last.size,
    );
    const writer = new QueryWriter(patience, log);
    const source: MappingSource = config.forward
      ? new StoredMappings(patience)
      : new ShadowMappings(patience, prefix);
    const percolators = new Percolators({ patience, directory, writer, supply, stats, log });
    this.#patience = patience;
    this.#stats = stats;
    this.#log = log;
    this.#writer = writer;
    this.#onDemand = new OnDemand({ hold: config.hold, problem: () => patience.problem });
    this.#names = patientNames(names, patience);
    this.#pool = new PercolatePool({
      ...{ config, metrics, log },
      onPaused: ({ id }) => onPaused?.(id),
    });
    this.#heldBack = new HeldBackQueries({
      ...{ directory, patience },
      refusedFor: (id) => writer.refusedFor(id),
      pausedFor: (id) => this.#pool.pausedFor(id),
    });
    const targets = new Targets({ source, percolators, stats });
    this.#batches = new BatchPercolation({ pool: this.#pool, targets, directory, patience });
    this.#watch = new TargetWatch(targets, patience, log);
    this.#upkeep = new Upkeep({ connection, log, takeUsed: () => targets.takeKept() });
    this.#registrations = new Registrations({ patience, directory, writer, stats });
    this.#removals = new Removals({ patience, directory, stats });
    this.#reader = new MatchReader({
      names: this.#names,
      onStale: (ids) => void this.#removeStale(ids),
    });
  }

  /** Why Elasticsearch is being waited for; undefined when it is not. */
  get problem(): string | undefined {
    return this.#patience.problem;
  }

  /** Each query must be in the shared registry already: see {@link Registrations}. */
  async register(queries: readonly RegisteredQuery[]): Promise<void> {
    for (const { ordinal, id } of queries) this.#ids[ordinal] = id;
    await this.#registrations.add(queries);
  }

  /** The names must not know the ordinals any more; an id that they know otherwise stays stored. */
  async unregister(ordinals: readonly QueryOrdinal[]): Promise<void> {
    const leaving = new Set(ordinals);
    const ids = ordinals.map((ordinal) => this.#ids[ordinal]).filter((id) => id !== undefined);
    for (const ordinal of ordinals) this.#ids[ordinal] = undefined;
    this.#reader.leave(leaving);
    this.#resume(ids);
    try {
      // Batches that began before may still report them.
      await Promise.all([this.#last, this.#tryToRemove(ids, leaving)]);
    } finally {
      this.#reader.left(leaving);
      // Those batches may have paused them, too.
      this.#resume(ids);
    }
  }

  percolate(batch: Batch): Promise<Matches> {
    const settled = this.#inOrder(batch, this.#batches.ask(batch), this.#last);
    this.#last = settled.catch(() => {});
    return settled;
  }

  /** @throws EstromError UNAVAILABLE, OVERLOADED: see {@link OnDemand} */
  async percolateOnDemand(batch: Batch): Promise<Matches> {
    return await this.#onDemand.run(batch.bytes.byteLength, async () =>
      this.#reader.read(batch, await this.#batches.askOnly(batch)),
    );
  }

  /** Looks now whether mappings were changed from outside; it does so by itself every few seconds. */
  lookAtMappings(): Promise<void> {
    return this.#watch.look();
  }

  /** Deletes what no node has used for long; it does so by itself every hour. @param now for tests */
  async tidy(now?: number): Promise<void> {
    await this.#upkeep.run(now);
  }

  heldBack(query: SharedQuery): Promise<HeldBack | null> {
    return this.#heldBack.why(query);
  }

  async close(): Promise<void> {
    this.#watch.close();
    this.#upkeep.close();
    await Promise.race([this.#last, sleep(CLOSING_MS, undefined, { ref: false })]);
    // Whatever still waits for Elasticsearch ends with an error now.
    this.#patience.close();
    await this.#pool.close();
    await Promise.race([this.#last, sleep(ENDING_MS, undefined, { ref: false })]);
  }

  /** What comes under these ids from now on is asked again. */
  #resume(ids: readonly QueryId[]): void {
    for (const id of ids) {
      this.#pool.resume(id);
      this.#writer.forget(id);
    }
  }

  /** Of queries in answers: those that nobody has registered are told of until they are gone. */
  async #removeStale(ids: readonly QueryId[]): Promise<void> {
    const fresh = ids.filter((id) => !this.#stale.has(id));
    if (fresh.length === 0) return;
    this.#stats.staleIds += fresh.length;
    for (const id of fresh) this.#stale.add(id);
    await this.#tryToRemove(fresh);
    for (const id of fresh) this.#stale.delete(id);
  }

  /** What could not be removed turns up again as stale. */
  async #tryToRemove(ids: readonly QueryId[], leaving?: ReadonlySet<QueryOrdinal>): Promise<void> {
    try {
      await this.#remove(ids, leaving);
    } catch (error) {
      seldom(this.#log).warn(error, 'queries could not be removed from the percolators');
    }
  }

  async #remove(ids: readonly QueryId[], leaving?: ReadonlySet<QueryOrdinal>): Promise<void> {
    await this.#removals.remove(ids, async () => {
      const known = (id: QueryId): boolean => {
        const ordinal = this.#names.ordinalOf(id);
        return ordinal !== undefined && leaving?.has(ordinal) !== true;
      };
      await this.#names.lookUp(ids.filter((id) => !known(id)));
      return new Set(ids.filter(known));
    });
  }

  async #inOrder(batch: Batch, first: Promise<Asked>, before: Promise<unknown>): Promise<Matches> {
    // A batch that fails must not leave the other promise unobserved.
    const [asked] = await Promise.all([first, before]);
    const answer = await this.#batches.settle(batch, asked);
    return this.#reader.read(batch, answer);
  }
}

/** Looking up may ask a registry that is away for a while too. */
function patientNames(names: QueryNames, patience: Patience): QueryNames {
  return {
    ordinalOf: (id) => names.ordinalOf(id),
    covers: (ordinal, index) => names.covers(ordinal, index),
    lookUp: (ids) => patience.insist(() => names.lookUp(ids)),
  };
}
