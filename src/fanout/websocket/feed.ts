import type { QueryOrdinal } from '../../document.ts';
import { type Chunk, chunkHits } from '../chunk.ts';
import type { Format } from '../formats.ts';
import type { Gap } from '../gap.ts';
import type { Hub, Subscription } from '../hub.ts';
import { type OnSlow, Outbox } from '../outbox.ts';
import type { Position } from '../position.ts';
import type { Replay } from '../replay.ts';
import type { DisconnectReason, Subscriber } from '../subscriber.ts';
import type { Connection } from './connection.ts';

export interface FeedOptions {
  readonly format: Format;
  readonly onSlow: OnSlow;
  /** What waits is not given up in favour of the connection's other feeds. */
  readonly isSpared?: boolean;
  /** Where to resume; null for live hits only. */
  readonly after: Position | null;
  /** Hits after which `onLimit` is called; Infinity without one. */
  readonly limit: number;
  readonly onLimit: () => void;
  /** Ends the connection. Resolves when it is gone. */
  readonly onEnd: (reason: DisconnectReason) => Promise<void>;
}

/** A topic's hits on their way to a WebSocket; one connection may have many. */
export class Feed implements Subscriber {
  readonly format: Format;
  readonly #ordinal: QueryOrdinal;
  readonly #connection: Connection;
  readonly #options: FeedOptions;
  readonly #hub: Hub;
  readonly #outbox: Outbox;
  #subscription: Subscription | undefined;
  /** While there is one the outbox is empty: live hits come after it. */
  #replay: Replay | undefined;
  #isOpen = true;
  #toDeliver: number;
  #blockTimer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, ordinal: QueryOrdinal, options: FeedOptions) {
    this.format = options.format;
    this.#ordinal = ordinal;
    this.#connection = connection;
    this.#options = options;
    this.#toDeliver = options.limit;
    const { hub, outbox } = connection.options;
    this.#hub = hub;
    this.#outbox = new Outbox(options.onSlow, outbox, hub.stats.outboxes);
  }

  get waitingBytes(): number {
    return this.#outbox.bytes;
  }

  /**
   * Takes its place in the topic; nothing is sent yet.
   * @throws EstromError UNAVAILABLE while shutting down, BAD_REQUEST for a position to come
   */
  open(): void {
    const { after, onSlow } = this.#options;
    const isLossless = onSlow === 'block';
    this.#subscription = this.#hub.subscribe(this.#ordinal, this, { after, isLossless });
    this.#replay = this.#subscription.replay;
    this.#connection.add(this);
  }

  /** Begins to send: what there is of the past first. */
  start(): void {
    const gap = this.#subscription?.gap;
    if (gap !== undefined) this.#tell(gap);
    if (this.#replay === undefined) return;
    if (this.#options.onSlow === 'block') this.#block();
    this.#connection.wait(this, 0);
  }

  take(chunk: Chunk): void {
    if (!this.#isOpen || !this.#connection.isOpen) {
      this.#hub.stats.left += chunk.ends.length;
      return;
    }
    if (this.#connection.isFree) {
      this.#send(chunk);
      return;
    }
    const inFlight = this.#connection.inFlight(this);
    const before = this.#outbox.bytes;
    const isTaken = this.#outbox.push(chunk, inFlight);
    this.#connection.wait(this, this.#outbox.bytes - before);
    if (!isTaken) void this.end('slow');
    else if (this.#options.onSlow === 'block' && this.#outbox.isOver(inFlight)) this.#block();
  }

  hasRoom(bytes: number, before: number): boolean {
    if (!this.#isOpen || !this.#connection.isOpen) return false;
    const waiting = this.#outbox.bytes + this.#connection.inFlight(this) + before;
    // An empty outbox takes what is longer than its bound; half of it leaves room for frames.
    return waiting === 0 || waiting + bytes <= this.#connection.options.outbox / 2;
  }

  /** Pings are the connection's. */
  beat(): void {}

  end(reason: DisconnectReason): Promise<void> {
    return this.#options.onEnd(reason);
  }

  cut(reason: DisconnectReason): void {
    this.#connection.cut(reason);
  }

  /** Sends the oldest of what waits, and the gap in front of it. @returns whether more waits */
  sendNext(): boolean {
    if (this.#replay === undefined || !this.#replayNext(this.#replay)) this.#sendWaiting();
    if (this.#replay !== undefined) return true;
    if (this.#outbox.hasRoom(this.#connection.inFlight(this))) this.#unblock();
    return !this.#outbox.isEmpty;
  }

  /** Gives the oldest chunk up in favour of another feed. @returns whether there was one to give */
  shed(): boolean {
    const { onSlow, isSpared = false } = this.#options;
    if (onSlow !== 'drop' || isSpared || this.#outbox.bytes === 0) return false;
    const before = this.#outbox.bytes;
    this.#outbox.shedOldest();
    this.#connection.relieve(before - this.#outbox.bytes);
    return true;
  }

  /** Takes no more hits; what waits is still sent. */
  leave(): void {
    this.#isOpen = false;
    this.#hub.stats.left += this.#replay?.left ?? 0;
    this.#replay = undefined;
    this.#subscription?.leave();
    this.#unblock();
  }

  /** Forgets what waits. */
  close(reason: DisconnectReason): void {
    this.leave();
    this.#forget();
    this.#connection.remove(this);
    this.#subscription?.close(reason);
  }

  /** @returns whether there was anything */
  #replayNext(replay: Replay): boolean {
    const { chunkBytes, epoch, stats } = this.#hub;
    const part = replay.read(chunkBytes);
    if (part === undefined) {
      this.#replay = undefined;
      return false;
    }
    const { loss, hits } = part;
    if (loss !== undefined) {
      stats.outboxes.shed.slow += loss.count!; // of an overtaken replay it is known
      this.#tell(loss);
    }
    const target = { format: this.format, epoch, ordinal: this.#ordinal };
    chunkHits(hits, target, chunkBytes, (chunk) => this.#send(chunk));
    return true;
  }

  #sendWaiting(): void {
    const gap = this.#outbox.takeGap();
    if (gap !== undefined) this.#tell(gap);
    const before = this.#outbox.bytes;
    const chunk = this.#outbox.shift();
    if (chunk === undefined) return;
    this.#connection.relieve(before - this.#outbox.bytes);
    this.#send(chunk);
    chunk.release();
  }

  #tell(gap: Gap): void {
    this.#hub.stats.gaps[gap.reason]++;
    const record = this.format.gap(gap, this.#hub.epoch, this.#ordinal);
    this.#connection.write(Buffer.from(record, 'latin1'));
  }

  #send(chunk: Chunk): void {
    const count = Math.min(chunk.ends.length, this.#toDeliver);
    this.#hub.stats.left += chunk.ends.length - count;
    if (count === 0) return;
    const end = chunk.ends[count - 1]!;
    this.#toDeliver -= count;
    this.#hub.stats.delivered += count;
    // The connection reads the memory until it calls back.
    chunk.memory.retain();
    const frames = end === chunk.data.length ? chunk.data : chunk.data.subarray(0, end);
    this.#connection.write(frames, chunk.release);
    if (this.#toDeliver === 0) {
      this.#forget();
      this.#options.onLimit();
    }
  }

  #forget(): void {
    this.#connection.relieve(this.#outbox.bytes);
    this.#hub.stats.left += this.#outbox.clear();
  }

  #block(): void {
    if (this.#blockTimer !== undefined) return;
    this.#hub.pressure.block();
    const { blockTimeout } = this.#connection.options;
    this.#blockTimer = setTimeout(() => this.cut('blocked'), blockTimeout);
  }

  #unblock(): void {
    if (this.#blockTimer === undefined) return;
    clearTimeout(this.#blockTimer);
    this.#blockTimer = undefined;
    this.#hub.pressure.unblock();
  }
}
