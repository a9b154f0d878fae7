import { setTimeout as wait } from 'node:timers/promises';
import type { QueryId } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { QueryNames, QuerySupply } from '../percolate/engine.ts';
import type { Keeper, RegistryCore } from '../query/registry/keeper.ts';
import type { QueryTable } from '../query/registry/query-table.ts';
import { ChangeFeed } from './change-feed.ts';
import { EditQueue } from './edit-queue.ts';
import { IndexSupply } from './index-supply.ts';
import { insist } from './insist.ts';
import { LeaseIndex } from './lease-index.ts';
import { type LeaseTimes, Membership } from './membership.ts';
import { QueryIndex } from './query-index.ts';
import { SharedKeeper } from './shared-keeper.ts';
import { TableNames } from './table-names.ts';

/** Milliseconds. */
const CLOSING = 2000;
const PURGE_INTERVAL = 10 * 60_000;
/** How long it is told that a query has ended. */
const TOMBSTONE_LIFE = 3600_000;

export interface SharedRegistryParts {
  readonly elasticsearch: ElasticsearchConnection;
  /** Names this run of this node, and no other. */
  readonly node: string;
  readonly roles: readonly string[];
  /** See `SharedKeeperParts`. */
  readonly isEngineShared: boolean;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly times?: Partial<LeaseTimes>;
}

/** A registry of queries in Elasticsearch, shared by all nodes with the same URL and prefix. */
export class SharedRegistry {
  readonly #parts: SharedRegistryParts;
  readonly #index: QueryIndex;
  readonly #edits: EditQueue;
  readonly #feed: ChangeFeed;
  #address = '';
  readonly #membership: Membership;
  #keeper: SharedKeeper | undefined;
  #onWritten: (() => void) | undefined;
  #table: QueryTable | undefined;
  #purgeTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: SharedRegistryParts) {
    const { elasticsearch, node, roles, log, times } = parts;
    this.#parts = parts;
    this.#index = new QueryIndex(elasticsearch);
    this.#edits = new EditQueue({
      index: this.#index,
      onSeen: (change) => this.#keeper?.seen(change),
      onMissing: (id) => this.#keeper?.missing(id),
      onWritten: () => this.#onWritten?.(),
    });
    this.#feed = new ChangeFeed({
      index: this.#index,
      follower: {
        apply: async (changes) => await this.#keeper?.apply(changes),
        restart: () => this.#keeper?.restart(),
        complete: () => this.#keeper?.complete(),
      },
      onApplied: () => this.#membership.tell(),
      log,
    });
    this.#membership = new Membership({
      leases: new LeaseIndex(elasticsearch),
      node,
      roles,
      address: () => this.#address,
      applied: () => this.#feed.applied,
      catchUp: () => this.#feed.catchUp(),
      onNodes: (live) => this.#keeper?.sweep(live),
      onJoined: () => this.#keeper?.relist(),
      log,
      ...(times === undefined ? {} : { times }),
    });
    this.#collect();
  }

  /** For the registry; to be called once, before `start`. */
  makeKeeper(core: RegistryCore): Keeper {
    const { isEngineShared, log } = this.#parts;
    const [edits, membership] = [this.#edits, this.#membership];
    const read = (ids: readonly QueryId[]) =>
      insist(
        () => this.#index.read(ids),
        log,
        () => this.#isClosed,
      );
    this.#keeper = new SharedKeeper(core, { edits, membership, isEngineShared, read, log });
    this.#table = core.table;
    return this.#keeper;
  }

  /** For an engine whose answers are ids. */
  get names(): QueryNames {
    return new TableNames(
      () => this.#table,
      async (ids) => await this.#keeper?.lookUp(ids),
    );
  }

  /** For an engine that has to bring all queries to a new place. */
  get supply(): QuerySupply {
    return new IndexSupply(this.#index, this.#parts.log);
  }

  /**
   * Resolves when every query that is registered anywhere is registered here, and other nodes count on
   * this one. Waits as long as Elasticsearch is away.
   * @param address host name and port of this node
   */
  async start(address: string): Promise<void> {
    this.#address = address;
    const join = async () => {
      await this.#index.create();
      await this.#membership.join();
    };
    await insist(join, this.#parts.log, () => this.#isClosed);
    this.#feed.follow();
    this.#purgeTimer = setInterval(() => void this.#purge(), PURGE_INTERVAL).unref();
  }

  /** Whether this node cannot have missed a registration. */
  get isValid(): boolean {
    return this.#membership.isValid;
  }

  /** Resolves when that is so again. */
  whenValid(): Promise<void> {
    return this.#membership.whenValid();
  }

  /** Nodes that live as far as is known. */
  get nodes(): ReadonlySet<string> {
    return this.#membership.live;
  }

  /** Why it cannot be used now; undefined when it can. */
  get trouble(): string | undefined {
    if (this.#feed.isAway) return 'Elasticsearch does not answer';
    return this.isValid ? undefined : 'the lease of this node has run out';
  }

  /**
   * Renews the lease of a node that has no registry.
   * @returns whether it had one until now
   */
  renewFor(node: string, roles: readonly string[], address: string): Promise<boolean> {
    return this.#membership.renewFor(node, roles, address);
  }

  /** Such a node is gone. */
  leaveFor(node: string): Promise<void> {
    return this.#membership.leaveFor(node);
  }

  /**
   * Lets nodes tell each other that there is something to read, sooner than they ask by themselves.
   * @param tell called after this node has changed something
   * @returns to be called when another has
   */
  connect(tell: () => void): () => void {
    this.#onWritten = tell;
    return () => this.#feed.nudge();
  }

  /** To be called when nothing watches any more: what is owed is written as far as that goes now. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#purgeTimer);
    const closed = async () => {
      await this.#feed.close();
      await this.#edits.close();
      await this.#membership.close();
    };
    // While Elasticsearch is away, what is owed stays so: the lease ends, and with it what it held.
    await Promise.race([closed(), wait(CLOSING, undefined, { ref: false })]);
  }

  async #purge(): Promise<void> {
    // One node is enough, and it does no harm when it is two.
    if ([...this.nodes].toSorted()[0] !== this.#parts.node) return;
    await this.#index.purge(Date.now() - TOMBSTONE_LIFE).catch((error: unknown) => {
      this.#parts.log.debug({ err: error }, 'ended queries could not be purged');
    });
  }

  #collect(): void {
    const { metrics } = this.#parts;
    const [edits, feed, membership] = [this.#edits, this.#feed, this.#membership];
    metrics.gauge('estrom_registry_nodes', 'Nodes that share the registry', () => {
      return membership.live.size;
    });
    metrics.gauge('estrom_registry_lease', 'Whether this node has a valid lease', () =>
      membership.isValid ? 1 : 0,
    );
    metrics.gauge(
      'estrom_registry_lag_seconds',
      'Time since everything that had changed was applied here',
      () => feed.lag,
    );
    metrics.gauge('estrom_registry_owed_changes', 'Changes not written yet', () => edits.owed);
    const count = (name: string, help: string, read: () => number) => {
      metrics.observedCounter(`estrom_registry_${name}_total`, help, read);
    };
    count('changes', 'Changes of shared queries read', () => feed.changes);
    count('writes', 'Changes of shared queries written', () => edits.writes);
    count('write_conflicts', 'Writes made anew over those of others', () => edits.conflicts);
    count('write_failures', 'Groups or changes that could not be written', () => edits.failures);
    count('lease_losses', 'Times that the lease of this node ran out', () => membership.lost);
  }
}
