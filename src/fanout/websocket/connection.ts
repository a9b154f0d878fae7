import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../principal.ts';
import type { Heartbeats } from '../heartbeats.ts';
import type { Hub } from '../hub.ts';
import type { DisconnectReason } from '../subscriber.ts';

/** Replies that may wait for a client that asks but does not read; then it is not read from. */
const MAX_REPLIES = 64 * 1024;
/** Pings that may go unanswered. */
const MAX_UNANSWERED = 2;

export interface ConnectionOptions {
  readonly hub: Hub;
  readonly heartbeats: Heartbeats;
  /** Bytes that may wait, of all feeds together. */
  readonly outbox: number;
  /** Milliseconds that a blocking feed may hold the publisher. */
  readonly blockTimeout: number;
  /** Milliseconds that an ended connection has to read what waits. */
  readonly drainTimeout: number;
}

/** What sends hits over a connection: see feed.ts. */
interface Sender {
  /** Of its outbox. */
  readonly waitingBytes: number;
  /** Sends the oldest of what waits. @returns whether more waits */
  sendNext(): boolean;
  /** Gives the oldest of what waits up. @returns whether there was anything to give */
  shed(): boolean;
  /** Takes no more hits; what waits is still sent. */
  leave(): void;
  /** Forgets what waits. */
  close(reason: DisconnectReason): void;
}

/**
 * A WebSocket whose messages come from any number of feeds: open → ending → closed. It is handed a
 * chunk only while it has drained; the rest waits in the feeds' outboxes, which share one bound.
 * `ws` reads; whole frames that are shared with others are written past it.
 */
export class Connection {
  readonly options: ConnectionOptions;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #feeds = new Set<Sender>();
  /** Those with something in their outbox; the first one is next. */
  readonly #waiting = new Set<Sender>();
  #waitingBytes = 0;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #reason: DisconnectReason = 'client';
  #finish = (): void => {};
  #endTimer: NodeJS.Timeout | undefined;
  #replyBytes = 0;
  #unanswered = 0;
  #isSecondBeat = false;
  #onClosed: ((reason: DisconnectReason) => void)[] = [];

  constructor(ws: WebSocket, socket: Duplex, options: ConnectionOptions) {
    this.options = options;
    this.#ws = ws;
    this.#socket = socket;
    socket.on('drain', this.#drained);
    ws.on('pong', this.#heard);
    ws.on('message', this.#heard);
    ws.on('close', () => this.#closed());
    options.heartbeats.add(this);
  }

  get isOpen(): boolean {
    return this.#state === 'open' && this.#isWritable;
  }

  /** Whether a feed may write at once, with no other feed's hits in front. */
  get isFree(): boolean {
    return this.#waiting.size === 0 && !this.#socket.writableNeedDrain;
  }

  add(feed: Sender): void {
    this.#feeds.add(feed);
  }

  remove(feed: Sender): void {
    this.#feeds.delete(feed);
    this.#waiting.delete(feed);
  }

  /** Writes whole frames. */
  write(frames: Buffer, written?: () => void): void {
    this.options.hub.stats.bytesWritten += frames.length;
    this.#socket.write(frames, written);
  }

  /** Sends a message of its own, such as a reply. */
  send(message: Buffer, isBinary: boolean): void {
    if (!this.#isWritable) return;
    this.#ws.send(message, { binary: isBinary });
    if (!this.#socket.writableNeedDrain) return;
    this.#replyBytes += message.length;
    if (this.#replyBytes > MAX_REPLIES) this.#ws.pause();
  }

  /** Bytes in front of what a feed may add to its outbox. */
  inFlight(feed: Sender): number {
    return this.#socket.writableLength + this.#waitingBytes - feed.waitingBytes;
  }

  /** A feed's outbox has grown, or shed. @param bytes the difference */
  wait(feed: Sender, bytes: number): void {
    this.#waitingBytes += bytes;
    this.#waiting.add(feed);
    if (!this.#socket.writableNeedDrain) {
      // Nothing will drain: this is the past that is asked for, behind nothing.
      this.#pump();
      return;
    }
    for (const other of this.#waiting) {
      while (this.#isOver && other !== feed && other.shed()) {
        // Until there is room, or nothing is left to shed.
      }
      if (!this.#isOver) break;
    }
  }

  /** A feed's outbox has shrunk other than by `wait()`. */
  relieve(bytes: number): void {
    this.#waitingBytes -= bytes;
  }

  /**
   * Takes no more hits, sends what waits, then calls `finish`, which should close.
   * Resolves when the connection is gone.
   */
  end(reason: DisconnectReason, finish: () => void): Promise<void> {
    if (this.#state === 'open') {
      this.#leave('ending', reason);
      this.#finish = finish;
      this.#endTimer = setTimeout(() => this.#ws.terminate(), this.options.drainTimeout);
      this.#pump();
    }
    return new Promise((resolve) => this.whenClosed(() => resolve()));
  }

  /** Sends the closing frame, behind everything that was written. */
  close(code: number, text = ''): void {
    this.#ws.close(code, text);
  }

  /** Cuts the connection, whatever waits. */
  cut(reason: DisconnectReason): void {
    if (this.#state === 'open') this.#leave('ending', reason);
    this.#ws.terminate();
  }

  whenClosed(callback: (reason: DisconnectReason) => void): void {
    if (this.#state === 'closed') callback(this.#reason);
    else this.#onClosed.push(callback);
  }

  /** Cuts it once the caller is no longer let in. */
  cutUnlessAllowed(caller: Principal, access: AccessControl): void {
    const allowed = access.whileAllowed(caller, () => this.cut('revoked'));
    this.whenClosed(allowed);
  }

  /** Once per interval: a ping, or the end of a peer that leaves pings unanswered. */
  beat(): void {
    this.#isSecondBeat = !this.#isSecondBeat;
    if (this.#isSecondBeat) return;
    if (this.#unanswered >= MAX_UNANSWERED) {
      this.cut('unanswered');
      return;
    }
    this.#unanswered++;
    // Behind what it does not read a ping would only pile up: then draining is the answer.
    if (!this.#socket.writableNeedDrain && this.#isWritable) this.#ws.ping();
  }

  /** Behind a closing frame nothing may be written. */
  get #isWritable(): boolean {
    return this.#ws.readyState === this.#ws.OPEN && !this.#socket.destroyed;
  }

  get #isOver(): boolean {
    return this.#waitingBytes + this.#socket.writableLength > this.options.outbox;
  }

  readonly #heard = (): void => {
    this.#unanswered = 0;
  };

  readonly #drained = (): void => {
    this.#unanswered = 0;
    this.#replyBytes = 0;
    if (this.#ws.isPaused) this.#ws.resume();
    this.#pump();
  };

  #pump(): void {
    if (!this.#isWritable) return;
    while (!this.#socket.writableNeedDrain) {
      const [feed] = this.#waiting;
      if (feed === undefined) break;
      // To the end of the line: feeds take turns.
      this.#waiting.delete(feed);
      if (feed.sendNext()) this.#waiting.add(feed);
    }
    if (this.#state === 'ending' && this.#waiting.size === 0) {
      const finish = this.#finish;
      this.#finish = () => {};
      finish();
    }
  }

  #leave(state: 'ending' | 'closed', reason: DisconnectReason): void {
    this.#state = state;
    this.#reason = reason;
    this.options.heartbeats.remove(this);
    for (const feed of this.#feeds) feed.leave();
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#leave('closed', this.#state === 'open' ? 'client' : this.#reason);
    clearTimeout(this.#endTimer);
    this.#socket.off('drain', this.#drained);
    for (const feed of [...this.#feeds]) feed.close(this.#reason);
    const callbacks = this.#onClosed;
    this.#onClosed = [];
    for (const callback of callbacks) callback(this.#reason);
  }
}
