import type { Config } from '../config.ts';
import type { QueryOrdinal } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { ActiveTopics, Broker, GapTeller, Hit, Progress, Publication } from './broker.ts';
import { CHUNK_BYTES, chunkHits } from './chunk.ts';
import { CountedMemory } from './counted-memory.ts';
import { type Gap, gapJson } from './gap.ts';
import { Heartbeats } from './heartbeats.ts';
import { HubStats } from './hub-stats.ts';
import { Lingering } from './lingering.ts';
import { formatPosition, type Position } from './position.ts';
import { Pressure } from './pressure.ts';
import { Replay } from './replay.ts';
import { Rings } from './rings.ts';
import type { DisconnectReason, Subscriber } from './subscriber.ts';
import { Topic } from './topic.ts';
import { TopicTable } from './topic-table.ts';

/** What one turn of the event loop should send at most, before connections get their turn. */
const TICK_BYTES = 8 * 1024 * 1024;
const TOPIC_TICK_BYTES = 256 * 1024;

export interface HubOptions {
  readonly config: Pick<
    Config,
    'outbox' | 'heartbeat' | 'drainTimeout' | 'ringBytes' | 'topicLinger' | 'maxTails'
  >;
  readonly metrics: Metrics;
  /** This node's epoch: the first part of `_seq`. */
  readonly epoch: string;
  /** Nobody has listened to the query for a while, or it has ended. */
  readonly onDropped?: (ordinal: QueryOrdinal) => void;
}

/** How a subscriber joins its topic. */
export interface SubscribeOptions {
  /** It has everything up to here, and wants what came since. */
  readonly after?: Position | null;
  /** It holds the publisher back while it resumes, and what it has not read yet is not evicted. */
  readonly isLossless?: boolean;
}

/** A live connection's place in its topic. */
export interface Subscription {
  /** What cannot be had any more of what came since `after`; comes before everything else. */
  readonly gap: Gap | undefined;
  /** Hits that come before the live ones: none is taken live until they are read. */
  readonly replay: Replay | undefined;
  /** Takes it out of its topic at once; safe to call again. */
  leave(): void;
  /** The connection is gone. */
  close(reason: DisconnectReason): void;
}

/**
 * The embedded broker: one topic per query, in memory. What is published in one turn of the event
 * loop is written once per topic and format, and each subscriber gets a reference to that.
 */
export class Hub implements Broker, ActiveTopics, Progress, GapTeller {
  readonly epoch: string;
  readonly pressure = new Pressure();
  readonly stats: HubStats;
  readonly #drainTimeout: number;
  readonly #maxTails: number;
  /** Most bytes of a chunk, unless a single hit has more. */
  readonly chunkBytes: number;
  readonly #topicTickBytes: number;
  readonly #heartbeats: Heartbeats;
  readonly #topics = new TopicTable();
  /** All connections, those included that left their topic and are sent their ending. */
  readonly #live = new Set<Subscriber>();
  readonly #rings: Rings;
  /** Topics without subscribers, kept for those that come back. */
  readonly #lingering: Lingering<Topic>;
  /** Admission number up to which every match was published. */
  #passed = 0;
  /** That of the last hit; other matches of its document may be still to come. */
  #latest = 0;
  #dirty: Topic[] = [];
  #tickBytes = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #closing = false;

  readonly #onDropped: (ordinal: QueryOrdinal) => void;

  constructor({ config, metrics, epoch, onDropped = () => {} }: HubOptions) {
    this.epoch = epoch;
    this.#onDropped = onDropped;
    this.#drainTimeout = config.drainTimeout;
    this.#maxTails = config.maxTails;
    // A chunk is the unit of shedding, so it has to be small against the outbox.
    this.chunkBytes = Math.min(CHUNK_BYTES, config.outbox / 8);
    this.#topicTickBytes = Math.min(TOPIC_TICK_BYTES, config.outbox / 4);
    this.#heartbeats = new Heartbeats(config.heartbeat);
    this.#rings = new Rings(config.ringBytes);
    this.#lingering = new Lingering(config.topicLinger, (topic) => this.#dropTopic(topic));
    this.stats = new HubStats(metrics, this.pressure, this.#rings, this.#lingering);
  }

  isActive(ordinal: QueryOrdinal): boolean {
    return this.#topics.has(ordinal);
  }

  publish({ ordinal, hit }: Publication): boolean {
    const topic = this.#topics.get(ordinal);
    if (topic !== undefined) {
      this.#latest = hit.seq;
      this.#add(topic, hit);
    }
    return !this.pressure.isOver;
  }

  /**
   * Whether a subscriber of a topic has room for so many bytes, so that it would lose nothing; null when
   * there is none.
   */
  hasRoom(ordinal: QueryOrdinal, bytes: number): boolean | null {
    return this.#topics.get(ordinal)?.hasRoom(bytes) ?? null;
  }

  /** Publishes in a topic from {@link FIRST_UNKEPT} on, with numbers of its own: positions do not move. */
  publishUnkept({ ordinal, hit }: Publication): void {
    const topic = this.#topics.get(ordinal);
    if (topic !== undefined) this.#add(topic, hit);
  }

  /**
   * Hits are missing in a topic, for all of its subscribers and for those who resume. The record takes
   * the place of a hit: it counts as one, and is kept in the ring.
   */
  publishGap(ordinal: QueryOrdinal, gap: Gap): boolean {
    this.stats.gaps[gap.reason]++;
    const json = gapJson(gap, this.epoch);
    // Not a piece of Node's pool, for it is given back by itself.
    const memory = new CountedMemory(Buffer.allocUnsafeSlow(json.length));
    memory.bytes.write(json, 'latin1');
    const hit = { seq: gap.to, memory, start: 0, end: json.length };
    const isReady = this.publish({ ordinal, hit });
    memory.release();
    return isReady;
  }

  drained(): Promise<void> {
    return this.pressure.drained();
  }

  passed(seq: number): void {
    this.#passed = seq;
  }

  /** Where a subscriber stands that joins now. */
  get position(): Position {
    return { epoch: this.epoch, seq: Math.max(this.#passed, this.#latest - 1) };
  }

  /** Nothing waits to be handed to connections. */
  get isIdle(): boolean {
    return this.#scheduled === undefined && this.stats.outboxes.bytes === 0;
  }

  /** The query has ended: its ordinal may name another one from now on. */
  endTopic(ordinal: QueryOrdinal): void {
    const topic = this.#topics.get(ordinal);
    if (topic !== undefined) this.#dropTopic(topic);
  }

  /**
   * The subscriber gets every hit that is published from now on, or since `after`.
   * @throws EstromError UNAVAILABLE while shutting down, BAD_REQUEST for a position that is to come
   */
  subscribe(
    ordinal: QueryOrdinal,
    subscriber: Subscriber,
    { after = null, isLossless = false }: SubscribeOptions = {},
  ): Subscription {
    if (this.#closing) throw new EstromError('UNAVAILABLE', 'estrom is shutting down');
    if (after?.epoch === this.epoch && after.seq > Math.max(this.#passed, this.#latest)) {
      throw new EstromError(
        'BAD_REQUEST',
        `position [${formatPosition(after)}] is still to come: the last is [${formatPosition(this.position)}]`,
      );
    }
    if (this.#live.size >= this.#maxTails) {
      throw new EstromError(
        'OVERLOADED',
        `${this.#maxTails} tails are open: try again later, or raise --max-tails`,
        { setting: 'max-tails' },
      );
    }
    const isNew = !this.isActive(ordinal);
    const topic = this.#topicFor(ordinal);
    this.#lingering.remove(topic);
    // Hits that wait were published before; they are not a new subscriber's.
    this.#flushTopic(topic);
    this.#live.add(subscriber);
    this.#heartbeats.add(subscriber);
    this.stats.subscribers[subscriber.format.name]++;
    if (after === null) {
      topic.join(subscriber);
      return this.#subscription(topic, subscriber, undefined, undefined);
    }
    this.stats.resumed++;
    const gap = this.#gapBehind(after, topic, isNew);
    const replay = this.#replay(topic, subscriber, after, isLossless);
    return this.#subscription(topic, subscriber, gap, replay);
  }

  #add(topic: Topic, hit: Hit): void {
    hit.memory.retain();
    if (topic.add(hit) === 1) this.#dirty.push(topic);
    this.#tickBytes += hit.end - hit.start;
    if (topic.pendingBytes >= this.#topicTickBytes || this.#tickBytes >= TICK_BYTES) {
      this.pressure.fillTick();
    }
    this.#scheduled ??= setImmediate(this.#flush);
  }

  #subscription(
    topic: Topic,
    subscriber: Subscriber,
    gap: Gap | undefined,
    replay: Replay | undefined,
  ): Subscription {
    let isMember = true;
    const leave = () => {
      if (!isMember) return;
      isMember = false;
      replay?.close();
      topic.leave(subscriber);
      this.#heartbeats.remove(subscriber);
      this.stats.subscribers[subscriber.format.name]--;
      if (topic.isEmpty && this.#topics.get(topic.ordinal) === topic) this.#lingering.add(topic);
    };
    const close = (reason: DisconnectReason) => {
      leave();
      if (this.#live.delete(subscriber)) this.stats.disconnected(reason);
    };
    return { gap, replay, leave, close };
  }

  #replay(topic: Topic, subscriber: Subscriber, after: Position, isLossless: boolean): Replay {
    topic.replaying++;
    if (isLossless) this.#rings.pin();
    const seq = after.epoch === this.epoch ? after.seq : -1;
    return new Replay(topic.ring, seq, {
      flush: () => this.#flushTopic(topic),
      join: () => topic.join(subscriber),
      close: () => {
        topic.replaying--;
        if (isLossless) this.#rings.unpin();
      },
    });
  }

  /** What cannot be known or had any more of what came since a position. */
  #gapBehind(after: Position, topic: Topic, isNew: boolean): Gap | undefined {
    const to = Math.max(topic.since, topic.ring.lastEvicted);
    const gap = { count: null, from: after, to };
    if (after.epoch !== this.epoch) return { ...gap, reason: 'restart' };
    if (isNew || after.seq < topic.since) return { ...gap, reason: 'inactive' };
    return after.seq < topic.ring.lastEvicted ? { ...gap, reason: 'evicted' } : undefined;
  }

  /**
   * Ends every tail as its format asks, after what waits for it.
   * @param deadline milliseconds after which those that do not read are cut
   */
  async closeAll(reason: DisconnectReason, deadline = this.#drainTimeout): Promise<void> {
    this.#closing = true;
    this.#flush();
    const subscribers = [...this.#live];
    const timer = setTimeout(() => {
      for (const subscriber of subscribers) subscriber.cut(reason);
    }, deadline);
    await Promise.all(subscribers.map((subscriber) => subscriber.end(reason)));
    clearTimeout(timer);
    this.#heartbeats.stop();
    this.#lingering.stop();
  }

  close(): Promise<void> {
    return this.closeAll('drain');
  }

  readonly #flush = (): void => {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const dirty = this.#dirty;
    this.#dirty = [];
    this.#tickBytes = 0;
    for (const topic of dirty) this.#flushTopic(topic);
    this.pressure.emptyTick();
  };

  #flushTopic(topic: Topic): void {
    const hits = topic.takePending();
    if (hits.length === 0) return;
    for (const group of topic.groups) {
      if (group.isEmpty) continue;
      const target = { format: group.format, epoch: this.epoch, ordinal: topic.ordinal };
      chunkHits(hits, target, this.chunkBytes, (chunk) => group.send(chunk));
    }
    // From here on the ring's, which releases their memory when it evicts them.
    if (topic.isKept) this.#rings.append(topic.ring, hits);
    else for (const { memory } of hits) memory.release();
  }

  #topicFor(ordinal: QueryOrdinal): Topic {
    const known = this.#topics.get(ordinal);
    if (known !== undefined) return known;
    const topic = new Topic(ordinal, this.position.seq);
    this.#topics.add(topic);
    this.stats.topics++;
    return topic;
  }

  #dropTopic(topic: Topic): void {
    if (!this.#topics.delete(topic)) return;
    this.#lingering.remove(topic);
    this.#rings.drop(topic.ring);
    this.stats.topics--;
    this.#onDropped(topic.ordinal);
  }
}
