import { nudgeEachOther } from '../cluster/nudges.ts';
import { serveTailor } from '../cluster/tailor-procedures.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import type { QueryId, QueryOrdinal } from '../document.ts';
import { BothBrokers } from '../fanout/both-brokers.ts';
import { ActiveTopics } from '../fanout/crossbar/active-topics.ts';
import { Beaters, serveBeater } from '../fanout/crossbar/beaters.ts';
import { CrossbarBroker } from '../fanout/crossbar/crossbar-broker.ts';
import { serveProcedures } from '../fanout/crossbar/procedures.ts';
import { RemoteQueries } from '../fanout/crossbar/remote-queries.ts';
import { RemoteTopics } from '../fanout/crossbar/remote-topics.ts';
import { Hub } from '../fanout/hub.ts';
import type { OrderRights } from '../fanout/order-topics.ts';
import type { QuerySource } from '../fanout/query-source.ts';
import type { PipelineParts } from '../pipeline.ts';
import type { Base } from './base.ts';
import { warnOfOpenRouter } from './open-router.ts';
import type { Queries } from './queries.ts';
import { WatchedTopics } from './watched-topics.ts';

/** The way of hits out of a node: to its own tails, to Crossbar.io, and from there to its tails. */
export class Hits {
  /** Of the role endless. */
  readonly hub: Hub | undefined;
  readonly #base: Base;
  readonly #queries: Queries;
  readonly #link: CrossbarLink | undefined;
  /** Of a Beater. */
  readonly #crossbar: CrossbarBroker | undefined;
  /** Of an Endless that gets its hits from Beaters elsewhere. */
  readonly #remote: RemoteTopics | undefined;
  /** Of a Tailor that publishes nothing. */
  readonly #active: ActiveTopics | undefined;
  readonly #watched: WatchedTopics | undefined;

  constructor(base: Base, queries: Queries, link: CrossbarLink | undefined) {
    const { config, log, metrics, epoch, roles } = base;
    this.#base = base;
    this.#queries = queries;
    this.#link = link;
    const { registry } = queries;
    if (roles.endless) {
      const onDropped = (ordinal: QueryOrdinal) => this.#remote?.dropped(ordinal);
      this.hub = new Hub({ config, metrics, epoch, onDropped });
    }
    if (link === undefined) return;
    if (roles.beater) {
      const watch = registry && ((id: QueryId) => registry.watchTopic(id));
      const topicOf = (ordinal: QueryOrdinal) => queries.topicOf(ordinal);
      const options = { config, link, topicOf, epoch, log, metrics };
      this.#crossbar = new CrossbarBroker(watch === undefined ? options : { ...options, watch });
    } else if (registry !== undefined) {
      this.#watched = new WatchedTopics((id) => registry.watchTopic(id));
      this.#active = new ActiveTopics({
        ...{ link, log, linger: config.topicLinger },
        onActive: (id) => this.#watched?.add(id),
        onInactive: (id) => this.#watched?.delete(id),
      });
    }
    if (this.hub !== undefined && !roles.beater) {
      this.#remote = new RemoteTopics({ config, link, hub: this.hub, epoch, log, metrics });
    }
  }

  /** Of a Beater. */
  get broker(): PipelineParts['broker'] {
    if (this.hub === undefined) return this.#crossbar!;
    return this.#crossbar === undefined ? this.hub : new BothBrokers(this.hub, this.#crossbar);
  }

  /** For the tails of this node. */
  get source(): QuerySource {
    const { source } = this.#queries;
    return this.#remote === undefined ? source : new RemoteQueries(source, this.#remote);
  }

  /** A query has ended, or its ordinal is about to name another one. */
  ended({ ordinal, id }: { ordinal: QueryOrdinal; id: QueryId }): void {
    this.hub?.endTopic(ordinal);
    this.#remote?.ended(ordinal);
    this.#crossbar?.endTopic({ ordinal, id });
    this.#watched?.delete(id);
  }

  /** Joins Crossbar.io, and waits for it as long as that takes. @throws EstromError, CrossbarError */
  async join(): Promise<void> {
    const { readiness, config, log } = this.#base;
    const link = this.#link;
    if (link === undefined) return;
    warnOfOpenRouter(config, log);
    readiness.notReady('waiting for Crossbar.io');
    link.start();
    await link.ready();
    readiness.watch(() => (link.isJoined ? undefined : 'Crossbar.io is away'));
  }

  /**
   * What is listened to has to be known before the first document comes. Throws as `join`.
   * @param orders whose notification orders are whose, where they go to Crossbar.io
   */
  async start(orders?: OrderRights): Promise<void> {
    const { access, epoch, log } = this.#base;
    const link = this.#link;
    if (link === undefined) return;
    const { registry, shared, registerQuery } = this.#queries;
    const [crossbar, active] = [this.#crossbar, this.#active];
    await crossbar?.ready();
    await active?.start();
    await this.#remote?.start();
    if (crossbar !== undefined) await serveBeater(link, epoch, crossbar.active);
    if (registry !== undefined) {
      const beaters = new Beaters(link, log);
      await beaters.start();
      await serveProcedures({
        link,
        access,
        mayAttach: (id, caller) => registry.mayAttach(id, caller),
        registerQuery,
        ...(orders === undefined ? {} : { orders }),
        expect: (id) => {
          (crossbar?.active ?? active)?.expect(id);
          return beaters.tell([id]);
        },
        log,
      });
      if (shared !== undefined) {
        await serveTailor({ link, registry, shared });
        await nudgeEachOther(link, shared);
      }
    }
  }

  async close(deadline: number): Promise<void> {
    this.#remote?.close();
    this.#active?.stop();
    this.#watched?.close();
    await Promise.all([this.hub?.closeAll('drain', deadline), this.#crossbar?.close(deadline)]);
  }
}
