import type { Config } from '../../config.ts';
import type { CrossbarLink, LinkEvent } from '../../crossbar/link.ts';
import { unavailable } from '../../crossbar/requests.ts';
import type { QueryId, QueryOrdinal } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { Framer } from '../framing.ts';
import type { GapReason } from '../gap.ts';
import type { Hub } from '../hub.ts';
import { Lingering } from '../lingering.ts';
import { Beaters } from './beaters.ts';
import { readRemoteGap, readRemoteHit } from './remote-frame.ts';
import { topicName } from './topic-names.ts';

export interface RemoteTopicsOptions {
  readonly config: Pick<Config, 'topicLinger'>;
  readonly link: CrossbarLink;
  readonly hub: Hub;
  /** This node's epoch. */
  readonly epoch: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface RemoteTopic {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Number of each node's last publication here. */
  readonly counts: Map<string, number>;
  /** Resolves when every beater knows that it is listened to. */
  opened: Promise<void>;
  /** Ends the subscription; undefined until it stands. */
  unsubscribe: (() => void) | undefined;
  isClosed: boolean;
}

/** Milliseconds in which a tail that opened a topic joins it. */
const EXPECTED = 5000;

/** Nodes whose counts are kept per topic: those that were restarted leave theirs behind. */
const MAX_NODES = 64;

/**
 * Brings the hits that other nodes publish at Crossbar.io to the tails of this one, for nodes that
 * ingest nothing themselves. Documents get positions of this node, in the order in which they come
 * here. What is missing is told in the topic: a jump in a node's count with the number of hits, a loss
 * of the connection without.
 */
export class RemoteTopics {
  readonly #options: RemoteTopicsOptions;
  readonly #framer: Framer;
  readonly #beaters: Beaters;
  readonly #topics = new Map<QueryId, RemoteTopic>();
  readonly #byOrdinal = new Map<QueryOrdinal, RemoteTopic>();
  /** Opened, but nobody may have come for them. */
  readonly #awaited: Lingering<RemoteTopic>;
  /** Position of the last document. */
  #seq = 0;
  /** Where that document stood at its own node. */
  #lastSeq = '';
  #isPaused = false;
  #received = 0;
  #duplicates = 0;
  #lost = 0;
  #unreadable = 0;

  constructor(options: RemoteTopicsOptions) {
    this.#options = options;
    const { config, link, log, metrics, epoch } = options;
    this.#framer = new Framer(epoch);
    this.#beaters = new Beaters(link, log);
    this.#awaited = new Lingering(Math.max(config.topicLinger, EXPECTED), (topic) =>
      this.#closeUnused(topic),
    );
    link.onJoined(() => this.#rejoined());
    metrics.gauge(
      'estrom_remote_topics',
      'Topics at Crossbar.io that are subscribed to for tails of this node',
      () => this.#topics.size,
    );
    metrics.observedCounter(
      'estrom_remote_hits_received_total',
      'Hits that came from other nodes through Crossbar.io',
      () => this.#received,
    );
    metrics.observedCounter(
      'estrom_remote_hits_duplicate_total',
      'Hits from other nodes that had come before, and were left out',
      () => this.#duplicates,
    );
    metrics.observedCounter(
      'estrom_remote_hits_lost_total',
      'Hits that other nodes published and that did not arrive, as far as they can be counted',
      () => this.#lost,
    );
    metrics.observedCounter(
      'estrom_remote_hits_unreadable_total',
      'Events from Crossbar.io that are no hits of estrom',
      () => this.#unreadable,
    );
    metrics.gauge(
      'estrom_remote_beaters',
      'Live nodes that publish hits at Crossbar.io',
      () => this.#beaters.size,
    );
  }

  /** Resolves when the nodes that publish are known. @throws CrossbarError, EstromError */
  start(): Promise<void> {
    return this.#beaters.start();
  }

  /**
   * Resolves when every hit from now on comes to the hub's topic: it is subscribed to, and every live
   * beater knows so.
   * @throws EstromError UNAVAILABLE when one of them does not answer within a second, or the query ended
   */
  async open(id: QueryId, ordinal: QueryOrdinal): Promise<void> {
    if (!this.#options.link.isJoined) throw unavailable('there is no connection');
    let topic = this.#topics.get(id);
    if (topic !== undefined && topic.ordinal !== ordinal) {
      this.#close(topic);
      topic = undefined;
    }
    if (topic === undefined) {
      const made: RemoteTopic = {
        id,
        ordinal,
        counts: new Map(),
        opened: Promise.resolve(),
        unsubscribe: undefined,
        isClosed: false,
      };
      topic = made;
      this.#topics.set(id, made);
      this.#byOrdinal.set(ordinal, made);
      made.opened = this.#open(made);
    }
    this.#awaited.add(topic);
    try {
      await topic.opened;
    } catch (error) {
      this.#close(topic);
      throw error;
    }
    // Its ordinal may be another query's by now.
    if (topic.isClosed)
      throw new EstromError('UNAVAILABLE', 'the query ended meanwhile; try again');
  }

  /** Nobody listens to the hub's topic any more; but somebody may be about to. */
  dropped(ordinal: QueryOrdinal): void {
    const topic = this.#byOrdinal.get(ordinal);
    if (topic !== undefined && !this.#awaited.has(topic)) this.#close(topic);
  }

  /** The query has ended, or its ordinal is another one's from now on. */
  ended(ordinal: QueryOrdinal): void {
    const topic = this.#byOrdinal.get(ordinal);
    if (topic !== undefined) this.#close(topic);
  }

  close(): void {
    this.#awaited.stop();
    for (const topic of [...this.#topics.values()]) this.#close(topic);
  }

  async #open(topic: RemoteTopic): Promise<void> {
    const name = topicName(topic.id);
    const end = await this.#options.link.subscribe(name, (event) => this.#receive(topic, event));
    if (topic.isClosed) end();
    else topic.unsubscribe = end;
    await this.#beaters.tell([topic.id]);
  }

  #close(topic: RemoteTopic): void {
    if (topic.isClosed) return;
    topic.isClosed = true;
    this.#topics.delete(topic.id);
    if (this.#byOrdinal.get(topic.ordinal) === topic) this.#byOrdinal.delete(topic.ordinal);
    this.#awaited.remove(topic);
    topic.unsubscribe?.();
  }

  #closeUnused(topic: RemoteTopic): void {
    if (!this.#options.hub.isActive(topic.ordinal)) this.#close(topic);
  }

  /** Everything is subscribed to again, but nobody knows what came meanwhile. */
  #rejoined(): void {
    if (this.#topics.size === 0) return;
    for (const topic of this.#topics.values()) {
      topic.counts.clear();
      this.#tellGap(topic, null, 'lost');
    }
    this.#beaters.tell([...this.#topics.keys()]).catch((error: Error) => {
      // They learn it from the router as well, only later.
      this.#options.log.warn(`after joining Crossbar.io again: ${error.message}`);
    });
  }

  #receive(topic: RemoteTopic, { args, kwargs }: LinkEvent): void {
    if (topic.isClosed) return;
    const { node, n } = kwargs;
    const json = args?.single;
    if (json === undefined || typeof node !== 'string' || typeof n !== 'number') {
      this.#unreadable++;
      return;
    }
    if (!this.#isNext(topic, node, n)) {
      this.#duplicates++;
      return;
    }
    const gap = readRemoteGap(json);
    if (gap !== undefined) {
      this.#tellGap(topic, gap.count, gap.reason);
      return;
    }
    const hit = readRemoteHit(json);
    if (hit === undefined) {
      this.#unreadable++;
      this.#tellGap(topic, 1, 'lost');
      return;
    }
    this.#received++;
    const { index, id, seq, start, end } = hit;
    // Matches of one document come one after the other: they keep one position.
    if (seq !== this.#lastSeq) {
      this.#lastSeq = seq;
      this.#options.hub.passed(this.#seq);
      this.#seq++;
    }
    const framed = this.#framer.frame(index, id, this.#seq, json.bytes, start, end);
    const isReady = this.#options.hub.publish({ ordinal: topic.ordinal, hit: framed });
    framed.memory.release();
    if (!isReady) this.#hold();
  }

  /** Tells what is missing in front of a publication. @returns false for one that has come before */
  #isNext(topic: RemoteTopic, node: string, n: number): boolean {
    const { counts } = topic;
    const last = counts.get(node);
    if (last !== undefined && n <= last) return false;
    if (last === undefined && counts.size >= MAX_NODES) {
      counts.delete(counts.keys().next().value!); // the oldest: there are some
    }
    counts.set(node, n);
    if (last !== undefined && n > last + 1) {
      const count = n - last - 1;
      this.#lost += count;
      this.#tellGap(topic, count, 'lost');
    }
    return true;
  }

  /** Positions for the missing ones are left free. */
  #tellGap({ ordinal }: RemoteTopic, count: number | null, reason: GapReason): void {
    const from = this.#seq + 1;
    this.#seq += Math.max(1, count ?? 1);
    this.#lastSeq = '';
    const isReady = this.#options.hub.publishGap(ordinal, { count, reason, from, to: this.#seq });
    if (!isReady) this.#hold();
  }

  /** Connections come first. */
  #hold(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    const { link, hub } = this.#options;
    link.pause();
    void hub.drained().then(() => {
      this.#isPaused = false;
      link.resume();
    });
  }
}
