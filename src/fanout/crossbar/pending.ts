import { CrossbarError } from '../../crossbar/crossbar-error.ts';
import type { Acknowledgement, CrossbarLink } from '../../crossbar/link.ts';
import type { RawJson } from '../../crossbar/raw-json.ts';
import { unavailable } from '../../crossbar/requests.ts';
import type { Logger } from '../../log.ts';
import { Fifo } from '../fifo.ts';
import type { BrokerStats } from './broker-stats.ts';

/** What the connection may hold besides: what is pending is kept anyway. */
const UNSENT = 512 * 1024;
/** What a pending publication costs beside its bytes. */
const OVERHEAD = 200;

/** Something to be published, in its turn. */
export interface Outgoing {
  readonly topic: string;
  readonly body: RawJson;
  /** Publisher, and number of the publication in its topic: by it consumers see what is missing. */
  readonly kwargs: { readonly node: string; readonly n: number };
  /** Called once, when it has been acknowledged or given up. */
  done(isRefused: boolean): void;
}

interface Item extends Acknowledgement {
  readonly outgoing: Outgoing;
  readonly cost: number;
  isDone: boolean;
  isRefused: boolean;
  /** Connections that the router closed as if this had broken the protocol. */
  strikes: number;
}

export interface PendingOptions {
  readonly link: Pick<CrossbarLink, 'publishRaw' | 'isJoined' | 'bufferedAmount' | 'restart'>;
  readonly log: Logger;
  readonly stats: BrokerStats;
  /** Bytes from which on publishers have to wait. */
  readonly limit: number;
  /** Milliseconds without an acknowledgement after which the connection is made anew. */
  readonly ackTimeout: number;
}

/**
 * Publications that the router has not acknowledged, in order. After a loss of the connection they
 * are sent again, in order: each arrives at least once. One that the router breaks the connection at,
 * twice, is given up: it would come back for ever.
 */
export class Pending {
  readonly #options: PendingOptions;
  readonly #items = new Fifo<Item>();
  /** Between joining and losing the router. */
  #isOpen: boolean;
  /** Of the items, those that were sent in this session. */
  #sent = 0;
  /** Those that were sent in the session before. */
  #again = 0;
  #bytes = 0;
  /** Publications so far, and those of them that are done. */
  #taken = 0;
  #done = 0;
  #progressAt = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #draining: PromiseWithResolvers<void>[] = [];
  readonly #settling = new Fifo<PromiseWithResolvers<void> & { readonly mark: number }>();
  /** Why nothing is taken any more. */
  #end: Error | undefined;

  constructor(options: PendingOptions) {
    this.#options = options;
    this.#isOpen = options.link.isJoined;
    this.#timer = setInterval(() => this.#watch(), options.ackTimeout / 4).unref();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#items.length;
  }

  get isOver(): boolean {
    return this.#bytes >= this.#options.limit;
  }

  push(outgoing: Outgoing): void {
    if (this.#end !== undefined) {
      outgoing.done(true);
      return;
    }
    const item: Item = {
      outgoing,
      cost: outgoing.body.length + OVERHEAD,
      isDone: false,
      isRefused: false,
      strikes: 0,
      published: () => this.#settle(item, false),
      refused: (reason) => this.#refused(item, reason),
    };
    this.#items.push(item);
    this.#taken++;
    this.#bytes += item.cost;
    this.pump();
  }

  /** Resolves when there is room again. @throws EstromError UNAVAILABLE when it ended before */
  async drained(): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    if (!this.isOver) return;
    const waiting = Promise.withResolvers<void>();
    this.#draining.push(waiting);
    await waiting.promise;
  }

  /** Resolves when everything pushed so far is acknowledged or given up. Throws as {@link drained}. */
  async settled(): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    if (this.#items.length === 0) return;
    const waiting = { ...Promise.withResolvers<void>(), mark: this.#taken };
    this.#settling.push(waiting);
    await waiting.promise;
  }

  /** There is a new session: everything is sent again. */
  joined(): void {
    const again = Math.min(this.#again, this.#items.length);
    this.#again = 0;
    this.#options.stats.resent += again;
    if (again > 0) {
      this.#options.log.info(`sending ${again} unacknowledged publications to Crossbar.io again`);
    }
    this.#isOpen = true;
    this.pump();
  }

  /** @param isProtocolError the router closed because of what it read */
  lost(isProtocolError: boolean): void {
    const wasSent = this.#sent > 0;
    this.#isOpen = false;
    this.#again += this.#sent;
    this.#sent = 0;
    const head = this.#items.at(0);
    if (!isProtocolError || head === undefined || !wasSent) return;
    head.strikes++;
    if (head.strikes < 2) return;
    const { topic } = head.outgoing;
    this.#options.log.error(
      `Crossbar.io broke the connection twice at a publication on ${topic}: it is given up`,
    );
    this.#settle(head, true);
  }

  /** Sends what the connection has room for. */
  pump(): void {
    const { link } = this.#options;
    while (
      this.#isOpen &&
      link.isJoined &&
      this.#sent < this.#items.length &&
      link.bufferedAmount < UNSENT
    ) {
      // A suspect goes alone, so that it is known who broke the connection.
      if (this.#sent > 0 && this.#items.at(0)!.strikes > 0) return;
      const item = this.#items.at(this.#sent)!;
      if (this.#sent === 0) this.#progressAt = performance.now();
      this.#sent++;
      const { topic, body, kwargs } = item.outgoing;
      link.publishRaw(topic, body, kwargs, item);
    }
  }

  /**
   * Takes nothing any more and forgets what is left: who waits for that is told that it was not
   * acknowledged.
   * @returns how much was left
   */
  close(): number {
    clearInterval(this.#timer);
    const left = this.#items.length;
    this.#isOpen = false;
    this.#end = unavailable('estrom stops');
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) {
      item.isDone = true;
      item.outgoing.done(true);
    }
    this.#sent = 0;
    this.#bytes = 0;
    for (const waiting of this.#draining.splice(0)) waiting.reject(this.#end);
    for (let next = this.#settling.shift(); next !== undefined; next = this.#settling.shift()) {
      next.reject(this.#end);
    }
    return left;
  }

  #refused(item: Item, reason: unknown): void {
    const { topic } = item.outgoing;
    const text = CrossbarError.from(reason).message;
    this.#options.log.error(`Crossbar.io refuses a publication on ${topic}: ${text}`);
    this.#settle(item, true);
  }

  /** Answers of an earlier session count as well: the router had it. */
  #settle(item: Item, isRefused: boolean): void {
    if (item.isDone) return;
    item.isDone = true;
    item.isRefused = isRefused;
    const { stats } = this.#options;
    if (isRefused) stats.refused++;
    else stats.acknowledged++;
    while (this.#items.at(0)?.isDone) {
      const { outgoing, cost, isRefused: wasRefused } = this.#items.shift()!;
      this.#bytes -= cost;
      if (this.#sent > 0) this.#sent--;
      this.#done++;
      outgoing.done(wasRefused);
      this.#progressAt = performance.now();
    }
    this.pump();
    this.#wake();
  }

  #wake(): void {
    if (this.#bytes <= this.#options.limit / 2) {
      for (const waiting of this.#draining.splice(0)) waiting.resolve();
    }
    for (let next = this.#settling.at(0); next !== undefined; next = this.#settling.at(0)) {
      if (next.mark > this.#done) return;
      this.#settling.shift();
      next.resolve();
    }
  }

  #watch(): void {
    const { link, ackTimeout, stats } = this.#options;
    if (this.#sent === 0) return;
    if (performance.now() - this.#progressAt < ackTimeout) return;
    stats.timedOut++;
    link.restart(`${this.#sent} publications were not acknowledged within ${ackTimeout} ms`);
  }
}
