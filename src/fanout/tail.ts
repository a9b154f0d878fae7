import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { QueryId, QueryOrdinal } from '../document.ts';
import { EstromError } from '../errors.ts';
import { type Chunk, chunkHits } from './chunk.ts';
import type { Format } from './formats.ts';
import type { Gap } from './gap.ts';
import type { Hub, Subscription } from './hub.ts';
import { type OnSlow, Outbox } from './outbox.ts';
import { formatPosition, type Position } from './position.ts';
import type { Replay } from './replay.ts';
import type { DisconnectReason, Subscriber } from './subscriber.ts';

export interface TailOptions {
  readonly format: Format;
  readonly onSlow: OnSlow;
  /** Hits after which the response ends. */
  readonly limit: number;
  /** Where to resume; null for live hits only. */
  readonly after?: Position | null;
  /** Bytes. */
  readonly outbox: number;
  /** Milliseconds that a blocking tail may hold the publisher. */
  readonly blockTimeout: number;
  /** Milliseconds that an ended tail has to read what waits. */
  readonly drainTimeout: number;
}

/**
 * An endless HTTP response on a topic: open → (ending →) closed. The connection is handed a chunk
 * only while it has drained; everything else waits in the outbox. While `ending`, no hit is taken,
 * what waits goes out, then the ending.
 */
export class Tail implements Subscriber {
  readonly format: Format;
  readonly #hub: Hub;
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #options: TailOptions;
  readonly #outbox: Outbox;
  #subscription: Subscription | undefined;
  /** While there is one the outbox is empty: live hits come after it. */
  #replay: Replay | undefined;
  #ordinal: QueryOrdinal = 0;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #reason: DisconnectReason = 'client';
  #toDeliver: number;
  #empty = true;
  /** Something was written since the last beat. */
  #wrote = true;
  #blockTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #onClosed: ((reason: DisconnectReason) => void)[] = [];

  /** @throws EstromError BAD_REQUEST when the connection still belongs to an earlier response */
  constructor(hub: Hub, response: ServerResponse, options: TailOptions) {
    this.format = options.format;
    this.#hub = hub;
    this.#response = response;
    if (response.socket === null) {
      throw new EstromError(
        'BAD_REQUEST',
        'an endless response cannot be pipelined behind another one: use a connection of its own',
      );
    }
    this.#socket = response.socket;
    this.#options = options;
    this.#toDeliver = options.limit;
    this.#outbox = new Outbox(options.onSlow, options.outbox, hub.stats.outboxes);
  }

  /**
   * Subscribes, and only then tells the client so.
   * @throws EstromError UNAVAILABLE or BAD_REQUEST, with nothing sent
   */
  open(query: { id: QueryId; ordinal: QueryOrdinal }, headers: OutgoingHttpHeaders): void {
    const response = this.#response;
    this.#ordinal = query.ordinal;
    const { after = null, onSlow } = this.#options;
    const position = formatPosition(after ?? this.#hub.position);
    this.#subscription = this.#hub.subscribe(query.ordinal, this, {
      after,
      isLossless: onSlow === 'block',
    });
    this.#replay = this.#subscription.replay;
    this.#socket.on('drain', this.#pump);
    response.on('close', () => this.#closed());
    response.on('error', () => response.destroy());
    response.writeHead(200, { ...headers, 'x-position': position });
    response.flushHeaders();
    const opening = this.format.opening(query.id, position);
    if (opening !== '') this.#write(opening);
    if (this.#subscription.gap !== undefined) this.#tell(this.#subscription.gap);
    this.#pump();
    if (this.#replay !== undefined && onSlow === 'block') this.#block();
  }

  /** Calls back once the connection is gone or free for the next request. */
  whenClosed(callback: (reason: DisconnectReason) => void): void {
    if (this.#state === 'closed') callback(this.#reason);
    else this.#onClosed.push(callback);
  }

  take(chunk: Chunk): void {
    if (this.#state !== 'open' || this.#response.destroyed) {
      this.#hub.stats.left += chunk.ends.length;
      return;
    }
    if (this.#outbox.isEmpty && !this.#socket.writableNeedDrain) {
      this.#send(chunk);
      return;
    }
    const inFlight = this.#socket.writableLength;
    if (!this.#outbox.push(chunk, inFlight)) void this.end('slow');
    if (this.#options.onSlow === 'block' && this.#outbox.isOver(inFlight)) this.#block();
  }

  beat(): void {
    if (!this.#wrote && this.#state === 'open' && !this.#socket.writableNeedDrain) {
      this.#write(this.format.heartbeat);
    }
    this.#wrote = false;
  }

  end(reason: DisconnectReason): Promise<void> {
    if (this.#state === 'open') {
      this.#leave('ending', reason);
      this.#endTimer = setTimeout(() => this.#response.destroy(), this.#options.drainTimeout);
      this.#pump();
    }
    return new Promise((resolve) => this.whenClosed(() => resolve()));
  }

  cut(reason: DisconnectReason): void {
    if (this.#state === 'open') this.#leave('ending', reason);
    this.#response.destroy();
  }

  readonly #pump = (): void => {
    if (this.#response.destroyed) return;
    while (!this.#socket.writableNeedDrain && (this.#replayNext() || this.#sendNext()));
    if (this.#replay === undefined && this.#outbox.hasRoom(this.#socket.writableLength)) {
      this.#unblock();
    }
    if (this.#state === 'ending' && this.#outbox.isEmpty) this.#finish();
  };

  /** @returns whether there was anything */
  #replayNext(): boolean {
    const { chunkBytes, epoch } = this.#hub;
    const part = this.#replay?.read(chunkBytes);
    if (part === undefined) {
      this.#replay = undefined;
      return false;
    }
    const { loss, hits } = part;
    if (loss !== undefined) {
      this.#hub.stats.outboxes.shed.slow += loss.count!;
      this.#tell(loss);
    }
    const target = { format: this.format, epoch, ordinal: this.#ordinal };
    chunkHits(hits, target, chunkBytes, (chunk) => this.#send(chunk));
    return true;
  }

  /** @returns whether there was anything */
  #sendNext(): boolean {
    if (this.#outbox.isEmpty) return false;
    const gap = this.#outbox.takeGap();
    if (gap !== undefined) this.#tell(gap);
    const chunk = this.#outbox.shift();
    if (chunk !== undefined) {
      this.#send(chunk);
      chunk.release();
    }
    return true;
  }

  #tell(gap: Gap): void {
    this.#hub.stats.gaps[gap.reason]++;
    this.#write(this.#strip(this.format.gap(gap, this.#hub.epoch, this.#ordinal)));
  }

  #send(chunk: Chunk): void {
    const count = Math.min(chunk.ends.length, this.#toDeliver);
    this.#hub.stats.left += chunk.ends.length - count;
    if (count === 0) return;
    const start = this.#empty ? this.format.separator : 0;
    const end = chunk.ends[count - 1]!;
    this.#empty = false;
    this.#toDeliver -= count;
    this.#hub.stats.delivered += count;
    // The connection reads the memory until it calls back.
    chunk.memory.retain();
    if (start === 0 && end === chunk.data.length && this.#response.chunkedEncoding) {
      // HTTP's frame is there already: the response itself would write it anew for each tail.
      this.#wrote = true;
      this.#hub.stats.bytesWritten += end;
      this.#socket.write(chunk.wire, chunk.release);
    } else {
      this.#write(chunk.data.subarray(start, end), chunk.release);
    }
    if (this.#toDeliver === 0) {
      this.#hub.stats.left += this.#outbox.clear();
      void this.end('limit');
    }
  }

  /** The first record has no separator in front. */
  #strip(record: string): string {
    const text = this.#empty ? record.slice(this.format.separator) : record;
    this.#empty = false;
    return text;
  }

  #write(data: Buffer | string, written?: () => void): void {
    this.#wrote = true;
    this.#hub.stats.bytesWritten += data.length;
    this.#response.write(data, written);
  }

  #finish(): void {
    if (this.#response.writableEnded) return;
    this.#response.end(this.format.closing);
  }

  #block(): void {
    if (this.#blockTimer !== undefined) return;
    this.#hub.pressure.block();
    this.#blockTimer = setTimeout(() => this.cut('blocked'), this.#options.blockTimeout);
  }

  #unblock(): void {
    if (this.#blockTimer === undefined) return;
    clearTimeout(this.#blockTimer);
    this.#blockTimer = undefined;
    this.#hub.pressure.unblock();
  }

  #leave(state: 'ending' | 'closed', reason: DisconnectReason): void {
    this.#state = state;
    this.#reason = reason;
    this.#hub.stats.left += this.#replay?.left ?? 0;
    this.#replay = undefined;
    this.#subscription?.leave();
    this.#unblock();
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#leave('closed', this.#state === 'open' ? 'client' : this.#reason);
    this.#socket.off('drain', this.#pump);
    clearTimeout(this.#endTimer);
    this.#hub.stats.left += this.#outbox.clear();
    this.#subscription?.close(this.#reason);
    const callbacks = this.#onClosed;
    this.#onClosed = [];
    for (const callback of callbacks) callback(this.#reason);
  }
}
