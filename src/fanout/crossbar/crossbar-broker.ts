import type { Config } from '../../config.ts';
import type { CrossbarLink } from '../../crossbar/link.ts';
import { RawJson } from '../../crossbar/raw-json.ts';
import type { QueryId, QueryOrdinal } from '../../document.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type {
  ActiveTopics as ActiveOrdinals,
  Broker,
  GapTeller,
  Hit,
  Publication,
  Settling,
} from '../broker.ts';
import { type Gap, type GapReason, gapJson } from '../gap.ts';
import { ActiveTopics } from './active-topics.ts';
import { BrokerStats } from './broker-stats.ts';
import { Pending } from './pending.ts';
import { portable } from './portable-json.ts';
import { TopicBudget } from './topic-budget.ts';
import { topicName } from './topic-names.ts';

export interface CrossbarBrokerOptions {
  readonly config: Pick<
    Config,
    'crossbarPending' | 'crossbarAckTimeout' | 'crossbarTopicRate' | 'topicLinger' | 'drainTimeout'
  >;
  readonly link: CrossbarLink;
  /** The query with that ordinal, whoever may see it. */
  topicOf(ordinal: QueryOrdinal): QueryId | undefined;
  /**
   * Somebody listens to the query's hits: it should live.
   * @returns ends that; undefined where there is no such query
   */
  watch?(id: QueryId): (() => void) | undefined;
  /** This node's epoch. */
  readonly epoch: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Hits of a topic that were shed and not told yet. */
interface Loss {
  count: number;
  readonly reason: GapReason;
  readonly from: number;
  to: number;
}

interface Topic {
  readonly name: string;
  readonly budget: TopicBudget;
  n: number;
  loss: Loss | undefined;
}

const UNKNOWN = 0;
const INACTIVE = 1;
const ACTIVE = 2;

/** Milliseconds after which a loss is told when no further hit comes that it could precede. */
const TELL_LOSS = 1000;

/**
 * Publishes hits at Crossbar.io: on `docs-for-<id>`, the hit as the one positional argument, and
 * `{"node","n"}` by name, where `n` counts the node's publications on that topic. A publication is
 * held until it is acknowledged, and sent again after a loss of the connection.
 *
 * Crossbar.io keeps without bound what a slow subscriber does not read. So every topic has a budget
 * of bytes a second; what is over it is shed, with a gap record.
 */
export class CrossbarBroker implements Broker, ActiveOrdinals, Settling, GapTeller {
  readonly active: ActiveTopics;
  readonly #options: CrossbarBrokerOptions;
  readonly #pending: Pending;
  readonly #stats: BrokerStats;
  readonly #topics = new Map<QueryId, Topic>();
  readonly #lossy = new Set<Topic>();
  readonly #watches = new Map<QueryId, () => void>();
  /** What is known of each ordinal: texts of ids are made for those only that it is not known of. */
  #states = new Uint8Array(1024);
  #tellTimer: NodeJS.Timeout | undefined;
  /** A document that several queries match comes several times in a row. */
  #lastHit: Hit | undefined;
  #lastBody = new RawJson(Buffer.alloc(0));

  constructor(options: CrossbarBrokerOptions) {
    this.#options = options;
    const { config, link, log, metrics } = options;
    this.#stats = new BrokerStats(metrics, () => ({
      pendingBytes: this.#pending.bytes,
      pendingLimit: config.crossbarPending,
      pendingCount: this.#pending.count,
      activeTopics: this.active.size,
    }));
    this.#pending = new Pending({
      link,
      log,
      stats: this.#stats,
      limit: config.crossbarPending,
      ackTimeout: config.crossbarAckTimeout,
    });
    this.active = new ActiveTopics({
      link,
      log,
      linger: config.topicLinger,
      onActive: (id) => this.#activated(id),
      onInactive: (id) => this.#deactivated(id),
    });
    link.onJoined(() => this.#pending.joined());
    link.onLost((_reason, isProtocolError) => this.#pending.lost(isProtocolError));
  }

  /**
   * Resolves when it is known what is listened to; before that no document may come.
   * @throws EstromError UNAUTHENTICATED, CrossbarError when the router refuses estrom
   */
  async ready(): Promise<void> {
    const followed = this.active.start();
    // A refusal is told at once; the router's absence is waited out.
    await Promise.all([this.#options.link.ready(), followed]);
  }

  isActive(ordinal: QueryOrdinal): boolean {
    if (this.active.size === 0) return false;
    const known = this.#states[ordinal] ?? UNKNOWN;
    if (known !== UNKNOWN) return known === ACTIVE;
    const id = this.#options.topicOf(ordinal);
    // It ended while answers name it still: the next query of that ordinal may be active already.
    if (id === undefined) return false;
    const isActive = this.active.has(id);
    if (ordinal >= this.#states.length) {
      const grown = new Uint8Array(Math.max(ordinal + 1, this.#states.length * 2));
      grown.set(this.#states);
      this.#states = grown;
    }
    this.#states[ordinal] = isActive ? ACTIVE : INACTIVE;
    // It may have been registered after somebody subscribed.
    if (isActive) this.#watch(id);
    return isActive;
  }

  publish({ ordinal, hit }: Publication): boolean {
    const id = this.isActive(ordinal) ? this.#options.topicOf(ordinal) : undefined;
    if (id === undefined) return !this.#pending.isOver;
    const topic = this.#topicFor(id);
    const { seq, memory, start, end } = hit;
    if (!topic.budget.take(end - start, performance.now())) {
      this.#stats.shed++;
      this.#lose(topic, 'rate', seq);
      return !this.#pending.isOver;
    }
    this.#tell(topic);
    if (hit !== this.#lastHit) {
      this.#lastHit = hit;
      this.#lastBody = portable(new RawJson(memory.bytes, start, end));
    }
    const body = this.#lastBody;
    memory.retain();
    this.#send(topic, body, (isRefused) => {
      memory.release();
      if (isRefused) this.#lose(topic, 'refused', seq);
    });
    return !this.#pending.isOver;
  }

  publishGap(ordinal: QueryOrdinal, gap: Gap): boolean {
    const id = this.isActive(ordinal) ? this.#options.topicOf(ordinal) : undefined;
    if (id !== undefined) {
      const topic = this.#topicFor(id);
      this.#tell(topic);
      this.#sendGap(topic, gap);
    }
    return !this.#pending.isOver;
  }

  drained(): Promise<void> {
    return this.#pending.drained();
  }

  settled(): Promise<void> {
    return this.#pending.settled();
  }

  /** The query has ended: its ordinal may name another one from now on. */
  endTopic({ ordinal, id }: { ordinal: QueryOrdinal; id: QueryId }): void {
    if (ordinal < this.#states.length) this.#states[ordinal] = UNKNOWN;
    this.#release(id);
  }

  /** Waits a while for acknowledgements. */
  async close(deadline = this.#options.config.drainTimeout): Promise<void> {
    clearTimeout(this.#tellTimer);
    for (const topic of this.#lossy) this.#tell(topic);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, deadline);
    await Promise.race([this.#pending.settled(), late.promise]);
    clearTimeout(timer);
    this.active.stop();
    const left = this.#pending.close();
    if (left > 0) {
      this.#options.log.error(
        `${left} publications were not acknowledged by Crossbar.io at the end`,
      );
    }
    for (const release of this.#watches.values()) release();
    this.#watches.clear();
  }

  #activated(id: QueryId): void {
    this.#states.fill(UNKNOWN);
    this.#watch(id);
  }

  #deactivated(id: QueryId): void {
    this.#states.fill(UNKNOWN);
    this.#release(id);
    this.#topics.delete(id);
  }

  #watch(id: QueryId): void {
    if (this.#watches.has(id)) return;
    const release = this.#options.watch?.(id);
    if (release !== undefined) this.#watches.set(id, release);
  }

  #release(id: QueryId): void {
    this.#watches.get(id)?.();
    this.#watches.delete(id);
  }

  #topicFor(id: QueryId): Topic {
    let topic = this.#topics.get(id);
    if (topic === undefined) {
      const { crossbarTopicRate } = this.#options.config;
      topic = {
        name: topicName(id),
        budget: new TopicBudget(crossbarTopicRate, performance.now()),
        // Not from 0: the topic may have been here before, and its numbers must not come again.
        n: this.#stats.published,
        loss: undefined,
      };
      this.#topics.set(id, topic);
    }
    return topic;
  }

  #send(topic: Topic, body: RawJson, done: (isRefused: boolean) => void): void {
    this.#stats.published++;
    topic.n++;
    const kwargs = { node: this.#options.epoch, n: topic.n };
    this.#pending.push({ topic: topic.name, body, kwargs, done });
  }

  #lose(topic: Topic, reason: GapReason, seq: number): void {
    if (topic.loss !== undefined && topic.loss.reason !== reason) this.#tell(topic);
    if (topic.loss === undefined) topic.loss = { count: 0, reason, from: seq, to: seq };
    topic.loss.count++;
    topic.loss.to = Math.max(topic.loss.to, seq);
    this.#lossy.add(topic);
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = undefined;
      for (const lossy of this.#lossy) this.#tell(lossy);
    }, TELL_LOSS).unref();
  }

  /** Publishes what was shed as a gap record. */
  #tell(topic: Topic): void {
    const { loss } = topic;
    if (loss === undefined) return;
    topic.loss = undefined;
    this.#lossy.delete(topic);
    this.#sendGap(topic, loss);
  }

  #sendGap(topic: Topic, gap: Gap): void {
    const body = new RawJson(Buffer.from(gapJson(gap, this.#options.epoch)));
    // One that is refused as well has been logged; there is no other way to tell.
    this.#send(topic, body, () => {});
  }
}
