import type { Logger } from '../log.ts';
import type { DeliveryOutcome, OrderSink } from './order-sink.ts';
import type { OutboxOrder } from './outbox-database.ts';
import { backoff, isTooOld } from './retry-times.ts';

/** What became of orders that were handed out. */
export interface Settled {
  readonly done: readonly OutboxOrder[];
  readonly parked: readonly { seq: number; due: number; attempts: number }[];
  readonly dead: readonly { order: OutboxOrder; reason: string }[];
  readonly retried: number;
}

export interface DeliveryDeps {
  fresh(after: number, most: number): Promise<readonly OutboxOrder[]>;
  due(now: number, most: number): Promise<readonly OutboxOrder[]>;
  /** Position up to which all orders are kept, and found. */
  newest(): number;
  /** What waits for its time, of these subscriptions, is due. */
  unpark(subscriptionIds: readonly string[], now: number): Promise<void>;
  settle(settled: Settled): Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

/** A subscription with trouble. */
interface Trouble {
  failures: number;
  until: number;
}

/** Orders in memory, of which so many may be of one subscription: some are loaded while others are with the sink. */
const MOST = 20_000;
/** Those that a sink is handed at once. */
const AT_ONCE = 2000;
const MOST_OF_LANE = 100;
const MOST_BYTES = 16 * 1024 * 1024;
/** Milliseconds. */
const LATER = 250;
/** What is being written as having failed when its recipient comes back is found by the second look. */
const READY_LOOKS = 2;
/** A sink that is away is asked again every half minute at least: no order is to blame. */
const MOST_DOUBLED = 6;

/**
 * Hands a sink its orders. A subscription whose recipient fails is left alone for a while, and then tried
 * with one order; the others go on.
 */
export class SinkDelivery {
  readonly #sink: OrderSink;
  readonly #deps: DeliveryDeps;
  /** Orders in memory by subscription; with one destination, all are one lane. */
  readonly #lanes = new Map<string, OutboxOrder[]>();
  readonly #busy = new Set<string>();
  readonly #troubles = new Map<string, Trouble>();
  /** Those handed out or waiting in memory, until it is written what became of them. */
  readonly #held = new Set<number>();
  #heldBytes = 0;
  readonly #running = new Set<Promise<void>>();
  /** Subscriptions whose recipients are back, with the looks at what waits for them that are left. */
  readonly #ready = new Map<string, number>();
  #readyAt = 0;
  /** Position up to which it has all orders that nobody has tried. */
  #cursor = 0;
  #isReading = false;
  /** When it last asked for those whose time has come again. */
  #askedDue = Number.NEGATIVE_INFINITY;
  #sinkFailures = 0;
  #isClosed = false;
  #wake = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;

  constructor(sink: OrderSink, deps: DeliveryDeps) {
    this.#sink = sink;
    this.#deps = deps;
    sink.onReady?.((subscriptionId) => {
      this.#ready.set(subscriptionId, READY_LOOKS);
      this.wake();
    });
    this.#loop = this.#run();
  }

  wake(): void {
    this.#wake.resolve();
  }

  /**
   * Tells of orders that are kept now; most of them need not be read again.
   * @param orders of all sinks between these positions; null: to be asked for
   */
  offer(orders: readonly OutboxOrder[] | null, before: number, newest: number): void {
    if (orders === null || this.#cursor !== before || this.#isReading) {
      this.wake();
      return;
    }
    const own = orders.filter(({ sink }) => sink === this.#sink.name);
    const taken = own.slice(0, this.#countThatFits(own));
    this.#cursor = taken.length === own.length ? newest : (taken.at(-1)?.seq ?? before);
    this.#keep(taken, this.#deps.now());
    this.#dispatch();
  }

  #countThatFits(orders: readonly OutboxOrder[]): number {
    let bytes = this.#heldBytes;
    let count = 0;
    for (const { message } of orders) {
      if (this.#held.size + count >= MOST || bytes >= MOST_BYTES) break;
      bytes += message.length;
      count++;
    }
    return count;
  }

  /** Waits for what is with the sink. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.wake();
    await this.#loop;
    await Promise.allSettled([...this.#running]);
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#wake = Promise.withResolvers();
      await this.#takeReady().catch(() => {});
      const isMore = await this.#load().catch(() => false);
      this.#dispatch();
      if (isMore && this.#hasRoom) continue;
      const timer = setTimeout(() => this.wake(), LATER).unref();
      await this.#wake.promise;
      clearTimeout(timer);
    }
  }

  /** Not more often than the clock ticks: each costs a look at all that waits. */
  async #takeReady(): Promise<void> {
    const now = this.#deps.now();
    if (this.#ready.size === 0 || Math.abs(now - this.#readyAt) < LATER) return;
    this.#readyAt = now;
    const ids = [...this.#ready.keys()];
    for (const [id, looks] of this.#ready) {
      this.#troubles.delete(id);
      if (looks === 1) this.#ready.delete(id);
      else this.#ready.set(id, looks - 1);
    }
    await this.#deps.unpark(ids, now);
  }

  /** @returns whether there may be more */
  async #load(): Promise<boolean> {
    if (!this.#hasRoom) return false;
    const now = this.#deps.now();
    if (Math.abs(now - this.#askedDue) >= LATER) {
      this.#askedDue = now;
      const due = await this.#deps.due(now, MOST);
      const again = due.filter(({ seq }) => !this.#held.has(seq));
      this.#keep(again.slice(0, Math.max(0, MOST - this.#held.size)), now);
    }
    const newest = this.#deps.newest();
    if (this.#cursor >= newest || !this.#hasRoom) return false;
    this.#isReading = true;
    try {
      const fresh = await this.#deps.fresh(this.#cursor, MOST - this.#held.size);
      this.#cursor = fresh.at(-1)?.seq ?? newest;
      this.#keep(fresh, now);
    } finally {
      this.#isReading = false;
    }
    return true;
  }

  #keep(orders: readonly OutboxOrder[], now: number): void {
    const parked: { seq: number; due: number; attempts: number }[] = [];
    for (const order of orders) {
      const name = this.#laneOf(order);
      const lane = this.#lanes.get(name) ?? [];
      const trouble = this.#troubles.get(name);
      const most = trouble === undefined ? this.#mostOfLane : 1;
      const isBlocked = trouble !== undefined && trouble.until > now;
      if (isBlocked || lane.length >= most) {
        const due = isBlocked ? trouble.until : now + LATER;
        parked.push({ seq: order.seq, due, attempts: order.attempts });
        continue;
      }
      this.#held.add(order.seq);
      this.#heldBytes += order.message.length;
      lane.push(order);
      this.#lanes.set(name, lane);
    }
    if (parked.length > 0) void this.#settle({ done: [], parked, dead: [], retried: 0 });
  }

  #dispatch(): void {
    const most = this.#sink.parallel ?? 1;
    for (const [name, lane] of this.#lanes) {
      if (this.#running.size >= most || this.#isClosed) return;
      if (this.#busy.has(name)) continue;
      const orders = lane.splice(0, AT_ONCE);
      if (lane.length === 0) this.#lanes.delete(name);
      this.#busy.add(name);
      const done = this.#deliver(name, orders).finally(() => {
        this.#busy.delete(name);
        this.#running.delete(done);
        this.#dispatch();
        this.wake();
      });
      this.#running.add(done);
    }
  }

  async #deliver(name: string, orders: readonly OutboxOrder[]): Promise<void> {
    let outcomes: readonly DeliveryOutcome[];
    for (;;) {
      try {
        outcomes = await this.#sink.deliver(orders);
        this.#sinkFailures = 0;
        break;
      } catch (error) {
        this.#sinkFailures++;
        if (this.#sinkFailures === 1) {
          this.#deps.log.error({ err: error, sink: this.#sink.name }, 'orders cannot be delivered');
        }
        if (this.#isClosed) return;
        await this.#pause(backoff(Math.min(this.#sinkFailures, MOST_DOUBLED)));
      }
    }
    this.#take(name, orders, outcomes);
  }

  /** The sink goes on while that is written. */
  #take(name: string, orders: readonly OutboxOrder[], outcomes: readonly DeliveryOutcome[]): void {
    const now = this.#deps.now();
    const done: OutboxOrder[] = [];
    const dead: { order: OutboxOrder; reason: string }[] = [];
    const again: OutboxOrder[] = [];
    let least = 0;
    orders.forEach((order, i) => {
      const outcome = outcomes[i] ?? { retry: 'the sink told nothing of it' };
      if (outcome === 'delivered') done.push(order);
      else if ('dead' in outcome) dead.push({ order, reason: outcome.dead });
      else if (isTooOld(order.attempts + 1, now - order.createdAt)) {
        dead.push({ order, reason: `given up: ${outcome.retry}` });
      } else {
        again.push(order);
        least = Math.max(least, outcome.after ?? 0);
      }
    });
    const due = this.#trouble(name, again.length > 0, least, now);
    const waiting = again.length > 0 ? (this.#lanes.get(name) ?? []) : [];
    if (waiting.length > 0) this.#lanes.delete(name);
    const parked = [
      ...again.map(({ seq, attempts }) => ({ seq, due, attempts: attempts + 1 })),
      ...waiting.map(({ seq, attempts }) => ({ seq, due, attempts })),
    ];
    void this.#settle({ done, parked, dead, retried: again.length }).then(() => {
      for (const { seq, message } of [...orders, ...waiting]) {
        this.#held.delete(seq);
        this.#heldBytes -= message.length;
      }
      this.wake();
    });
  }

  /** @returns when the subscription is tried again */
  #trouble(name: string, hasFailed: boolean, least: number, now: number): number {
    if (!hasFailed) {
      this.#troubles.delete(name);
      return 0;
    }
    const failures = (this.#troubles.get(name)?.failures ?? 0) + 1;
    const until = now + Math.max(least, backoff(failures));
    this.#troubles.set(name, { failures, until });
    return until;
  }

  async #settle(settled: Settled): Promise<void> {
    // What cannot be written now is owed by the outbox.
    await this.#deps.settle(settled).catch(() => {});
  }

  async #pause(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.#isClosed; left -= LATER) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, LATER)).unref());
    }
  }

  #laneOf({ subscriptionId }: OutboxOrder): string {
    return this.#sink.parallel === undefined ? '' : subscriptionId;
  }

  get #hasRoom(): boolean {
    return this.#held.size < MOST && this.#heldBytes < MOST_BYTES;
  }

  get #mostOfLane(): number {
    return this.#sink.parallel === undefined ? MOST : MOST_OF_LANE;
  }
}
