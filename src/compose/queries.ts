import { setTimeout as wait } from 'node:timers/promises';
import { QueryDirectory } from '../cluster/query-directory.ts';
import { QueryIndex } from '../cluster/query-index.ts';
import { SharedRegistry } from '../cluster/shared-registry.ts';
import { TailorQueries } from '../cluster/tailor-queries.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import type { QueryId, QueryOrdinal } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { greet } from '../elasticsearch/greet.ts';
import type { QuerySource } from '../fanout/query-source.ts';
import type { RegisterQuery } from '../fanout/wamp/procedures.ts';
import { MappingState } from '../mapping/mapping-state.ts';
import {
  type Engine,
  holdsBack,
  knowsCosts,
  type OnDemandEngine,
  type QueryCost,
} from '../percolate/engine.ts';
import type { Principal } from '../principal.ts';
import { besideRowFilter, type HeldBack } from '../query/registry/held-back.ts';
import type { RegistryCore } from '../query/registry/keeper.ts';
import { registeredQuery } from '../query/registry/kept-entries.ts';
import type { QueryEntry } from '../query/registry/query-entry.ts';
import type { QueryImages } from '../query/registry/query-images.ts';
import { registerCall } from '../query/registry/register-call.ts';
import { QueryRegistry } from '../query/registry/registry.ts';
import { openStore, restoreState } from '../restore.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { KeptField } from '../store/store.ts';
import type { Base } from './base.ts';
import { type MakeEngine, openEngine } from './engine.ts';
import { PausedTopics } from './paused-topics.ts';
import { usesElasticsearchEngine } from './roles.ts';

/** Milliseconds that removals of queries have to end by themselves. */
const CLOSING = 2000;

export interface QueryParts {
  readonly elasticsearch: ElasticsearchConnection | undefined;
  readonly link: CrossbarLink | undefined;
  readonly makeEngine: MakeEngine | undefined;
  /** Host name and port, once they are known. */
  readonly address: () => string;
  /** Resolves when the answers that the engine has given so far are published. */
  readonly published: () => Promise<unknown>;
  /** Told before an ordinal can name another query. */
  readonly onEnd: (query: { id: QueryId; ordinal: QueryOrdinal }) => void;
}

/** The queries of a node, wherever they are kept, and the engine that matches them. */
export class Queries {
  /** Of the role tailor. */
  readonly registry: QueryRegistry | undefined;
  /** The registry of all nodes; absent where this node's is its own. */
  readonly shared: SharedRegistry | undefined;
  /** What a Beater that is no Tailor knows. */
  readonly directory: QueryDirectory | undefined;
  /** Whom an Endless that is no Tailor asks. */
  readonly remote: TailorQueries | undefined;
  /** Templates and explicit mappings, where the engine has none of its own. */
  readonly mappings: MappingState | undefined;
  readonly engine: (Engine & OnDemandEngine) | undefined;
  /** Told by the engine. */
  readonly paused: PausedTopics | undefined;
  readonly #base: Base;
  readonly #parts: QueryParts;
  readonly #store: SqliteStore | undefined;
  #images: QueryImages | undefined;
  #isClosed = false;

  private constructor(base: Base, parts: QueryParts, store: SqliteStore | undefined) {
    const { config, metrics, log, roles, epoch } = base;
    const { elasticsearch, link, makeEngine, address, onEnd } = parts;
    this.#base = base;
    this.#parts = parts;
    this.#store = store;
    if (roles.tailor && elasticsearch !== undefined) {
      this.shared = new SharedRegistry({
        elasticsearch,
        node: epoch,
        roles: roles.names,
        isEngineShared: usesElasticsearchEngine(config),
        metrics,
        log,
      });
    }
    // Apart, there is always an Elasticsearch and a Crossbar.io: see `readRoles`.
    if (roles.beater && !roles.tailor) {
      const index = new QueryIndex(elasticsearch!);
      this.directory = new QueryDirectory({ index, metrics, log, onRecycle: onEnd });
    }
    if (roles.endless && !roles.tailor) {
      this.remote = new TailorQueries({
        ...{ link: link!, node: epoch, roles: roles.names, address, onEnd, log, metrics },
        linger: config.topicLinger,
      });
    }
    if (!usesElasticsearchEngine(config)) this.mappings = new MappingState({ store, log });
    const { names, supply } = this.shared ?? this.directory ?? {};
    if (roles.beater || roles.tailor) {
      const paused = new PausedTopics(names);
      this.paused = paused;
      // With Elasticsearch as the engine, mappings are its own.
      const { mappings } = this;
      const queryOf = (ordinal: QueryOrdinal) => this.registry?.registered(ordinal);
      const engineParts = {
        ...{ store, elasticsearch, names, supply, paused, makeEngine, mappings, queryOf },
      };
      this.engine = openEngine(base, engineParts);
    }
    if (roles.tailor) {
      const { shared } = this;
      this.registry = new QueryRegistry({
        engine: this.engine!,
        published: parts.published,
        settings: config,
        metrics,
        store,
        makeKeeper: shared && ((core: RegistryCore) => shared.makeKeeper(core)),
        onEnd,
      });
    }
  }

  /** @throws ConfigError when what was kept cannot be used */
  static async open(base: Base, parts: QueryParts): Promise<Queries> {
    const store = await openStore(base.config, base.metrics, base.log);
    return new Queries(base, parts, store);
  }

  /** Types of fields that an earlier run kept. */
  get fields(): readonly KeptField[] {
    return this.#store?.fields ?? [];
  }

  /** For tails. */
  get source(): QuerySource {
    return (this.registry ?? this.remote)!;
  }

  /** For those who subscribe by WAMP. */
  readonly registerQuery: RegisterQuery = (request, caller) =>
    this.registry === undefined
      ? this.remote!.register(request, caller)
      : registerCall(this.registry, request, caller);

  /** The query with that ordinal, whoever may see it. */
  topicOf(ordinal: QueryOrdinal): QueryId | undefined {
    return this.registry === undefined
      ? this.directory?.idOf(ordinal)
      : this.registry.topicOf(ordinal);
  }

  /** The same for a caller who may attach to it. */
  idFor(ordinal: QueryOrdinal, caller: Principal): QueryId | undefined {
    return this.registry === undefined
      ? this.directory?.idFor(ordinal, caller)
      : this.registry.idOf(ordinal, caller);
  }

  /** Why nothing matches a query for now; null when it is matched, or the engine holds none back. */
  async heldBack(entry: QueryEntry): Promise<HeldBack | null> {
    const { engine } = this;
    if (engine === undefined || !holdsBack(engine)) return null;
    const held = await engine.heldBack(registeredQuery(entry));
    if (held === null || entry.audience.rowFilter === null) return held;
    return besideRowFilter(held);
  }

  /** What queries cost that the caller may attach to, as far as the engine knows; the most expensive ones first. */
  slowest(caller: Principal): readonly (QueryCost & { readonly entry: QueryEntry })[] {
    const { engine, registry } = this;
    if (engine === undefined || registry === undefined || !knowsCosts(engine)) return [];
    return engine.slowest.flatMap((cost) => {
      const id = registry.idOf(cost.ordinal, caller);
      const entry = id === undefined ? undefined : registry.get(id, caller);
      return entry === undefined ? [] : [{ ...cost, entry }];
    });
  }

  /** Resolves when every query that is registered anywhere is known, or can be asked for. */
  async start(): Promise<void> {
    const { readiness, log } = this.#base;
    if (this.#store !== undefined) {
      readiness.notReady('loading kept state');
      const [store, engine, registry] = [this.#store, this.engine!, this.registry!];
      this.#images = await restoreState({ store, engine, registry, log });
    }
    const connection = this.#parts.elasticsearch;
    if (connection !== undefined && (this.directory ?? this.shared) !== undefined) {
      readiness.notReady(`waiting for Elasticsearch at ${connection.address}`);
      await greet({ connection, log, isClosed: () => this.#isClosed });
    }
    await this.directory?.start();
    await this.shared?.start(this.#parts.address());
    const { shared, remote } = this;
    if (shared !== undefined) readiness.watch(() => shared.trouble);
    if (remote !== undefined) {
      readiness.notReady('waiting for a node with the role tailor');
      await remote.start();
      readiness.watch(() => remote.trouble);
    }
  }

  /** Before the router is left. */
  async leave(): Promise<void> {
    await this.remote?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Removals under way may wait for an Elasticsearch that is away: closing the engine ends them.
    const removed = this.registry?.close();
    const patience = wait(CLOSING, undefined, { ref: false });
    await Promise.all([Promise.race([removed, patience]), this.shared?.close()]);
    this.directory?.close();
    await this.engine?.close();
    await removed;
    await this.#images?.close();
    await this.#parts.elasticsearch?.close();
    await this.#store?.close();
  }
}
