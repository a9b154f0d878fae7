import type { Logger } from '../../log.ts';
import { DeliveryLane } from './delivery-lane.ts';
import { HeldOrders } from './held-orders.ts';
import type { DeliveryOutcome, OrderSink } from './order-sink.ts';
import type { OutboxOrder } from './outbox-database.ts';
import { backoff, isTooOld, LEFT } from './retry-times.ts';

/** When an order is tried again; {@link LEFT}: once its recipient is asked for more. */
export interface ParkedOrder {
  readonly seq: number;
  readonly due: number;
  readonly attempts: number;
}

/** What became of orders that were handed out. */
export interface Settled {
  readonly done: readonly OutboxOrder[];
  readonly parked: readonly ParkedOrder[];
  readonly dead: readonly { order: OutboxOrder; reason: string }[];
  readonly retried: number;
}

export interface DeliveryDeps {
  fresh(after: number, most: number): Promise<readonly OutboxOrder[]>;
  due(now: number, most: number): Promise<readonly OutboxOrder[]>;
  /** Those of one subscription that were parked as {@link LEFT}, after a position. */
  left(subscriptionId: string, after: number, most: number): Promise<readonly OutboxOrder[]>;
  /** Position up to which all orders are kept, and found. */
  newest(): number;
  /** What waits for its time, of these subscriptions, is due. */
  unpark(subscriptionIds: readonly string[], now: number): Promise<void>;
  settle(settled: Settled): Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

/** Orders that a sink is handed at once. */
const AT_ONCE = 2000;
/** Recipients whose orders are read again at once. */
const READ_AT_ONCE = 64;
/** Milliseconds. */
const LATER = 250;
/** Recipients that have not answered for so long, milliseconds, leave room for others beside them. */
const SLOW = 1000;
/** So many times the parallel ones are with the sink at most, the slow ones included. */
const WITH_SLOW = 4;
/** What is being written as having failed when its recipient comes back is found by the second look. */
const READY_LOOKS = 2;
/** A sink that is away is asked again every eight seconds at least: no order is to blame. */
const MOST_DOUBLED = 4;

/**
 * Hands a sink its orders, in memory a bounded number of them. A recipient that fails is left alone for a
 * while, and then tried with one order; its others stay in the file. So do those of one that is slower than
 * they come. The others go on.
 */
export class SinkDelivery {
  readonly #sink: OrderSink;
  readonly #deps: DeliveryDeps;
  /** By subscription; with one destination, all are one lane. */
  readonly #lanes = new Map<string, DeliveryLane>();
  /** Those with orders in memory that are not with the sink. */
  readonly #waiting = new Set<DeliveryLane>();
  /** Those that may take more of what was left in the file. */
  readonly #hungry = new Set<DeliveryLane>();
  readonly #held = new HeldOrders();
  readonly #running = new Map<DeliveryLane, Promise<void>>();
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
    const taken = own.slice(0, this.#held.countThatFits(own));
    this.#cursor = taken.length === own.length ? newest : (taken.at(-1)?.seq ?? before);
    this.#keepFresh(taken);
    this.#dispatch();
  }

  /** Waits for what is with the sink. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.wake();
    await this.#loop;
    await Promise.allSettled([...this.#running.values()]);
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#wake = Promise.withResolvers();
      await this.#takeReady().catch(() => {});
      const isMore = await this.#load().catch(() => false);
      this.#dispatch();
      if (isMore && this.#held.hasRoom) continue;
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
      const lane = this.#lanes.get(id);
      if (lane !== undefined) lane.until = 0;
      if (looks === 1) this.#ready.delete(id);
      else this.#ready.set(id, looks - 1);
    }
    await this.#deps.unpark(ids, now);
  }

  /** @returns whether there may be more */
  async #load(): Promise<boolean> {
    if (!this.#held.hasRoom) return false;
    const now = this.#deps.now();
    if (Math.abs(now - this.#askedDue) >= LATER) {
      this.#askedDue = now;
      const due = await this.#deps.due(now, AT_ONCE);
      this.#keepDue(due.filter((order) => !this.#held.has(order)));
    }
    await this.#readLeft();
    const newest = this.#deps.newest();
    if (this.#cursor >= newest || !this.#held.hasRoom) return false;
    this.#isReading = true;
    try {
      const fresh = await this.#deps.fresh(this.#cursor, this.#held.room);
      this.#cursor = fresh.at(-1)?.seq ?? newest;
      this.#keepFresh(fresh);
    } finally {
      this.#isReading = false;
    }
    return true;
  }

  #keepFresh(orders: readonly OutboxOrder[]): void {
    const now = this.#deps.now();
    const parked: ParkedOrder[] = [];
    const left = new Map<DeliveryLane, OutboxOrder[]>();
    for (const order of orders) {
      const lane = this.#laneOf(order);
      if (this.#isOneLane) {
        const { seq, attempts } = order;
        if (lane.until > now) parked.push({ seq, attempts, due: lane.until });
        else this.#push(lane, order);
        continue;
      }
      // While it is in trouble, one order is tried at a time.
      const isTried = lane.failures > 0 && (lane.until > now || !lane.isEmpty);
      const isBusyTrying = lane.failures > 0 && lane.busySince !== undefined;
      if (!lane.isBehind && lane.room > 0 && !isTried && !isBusyTrying) this.#push(lane, order);
      else if (left.get(lane)?.push(order) === undefined) left.set(lane, [order]);
    }
    if (parked.length > 0) void this.#settle({ done: [], parked, dead: [], retried: 0 });
    for (const [lane, some] of left) {
      void this.#leave(lane, some, { done: [], dead: [], retried: 0 });
    }
  }

  /** Those whose time has come; more of them may come the next time. */
  #keepDue(orders: readonly OutboxOrder[]): void {
    const now = this.#deps.now();
    for (const order of orders) {
      const lane = this.#laneOf(order);
      const isFull = !this.#isOneLane && (lane.room === 0 || (lane.failures > 0 && !lane.isEmpty));
      if (lane.until > now || isFull || !this.#held.hasRoom) continue;
      this.#push(lane, order);
    }
  }

  async #readLeft(): Promise<void> {
    const reading: Promise<void>[] = [];
    for (const lane of this.#hungry) {
      if (!lane.isHungry) continue;
      // It is the last one then.
      this.#hungry.delete(lane);
      this.#hungry.add(lane);
      reading.push(this.#readLeftOf(lane));
      if (reading.length >= READ_AT_ONCE || !this.#held.hasRoom) break;
    }
    await Promise.all(reading);
  }

  async #readLeftOf(lane: DeliveryLane): Promise<void> {
    const hasAll = lane.beginReading();
    try {
      const orders = await this.#deps.left(lane.name, lane.readTo, lane.room);
      // It failed meanwhile.
      if (lane.failures > 0) return;
      lane.readTo = orders.at(-1)?.seq ?? lane.readTo;
      if (orders.length === 0 && hasAll()) lane.isBehind = false;
      for (const order of orders) if (!this.#held.has(order)) this.#push(lane, order);
    } finally {
      lane.isReading = false;
      if (!lane.isBehind) this.#hungry.delete(lane);
      this.#forget(lane);
    }
  }

  #push(lane: DeliveryLane, order: OutboxOrder): void {
    this.#held.add(order);
    lane.push(order);
    if (lane.busySince === undefined) this.#waiting.add(lane);
  }

  /** They stay in the file until there is room in the lane. */
  #leave(
    lane: DeliveryLane,
    orders: readonly OutboxOrder[],
    { parked = [], ...settled }: Omit<Settled, 'parked'> & { parked?: readonly ParkedOrder[] },
  ): Promise<unknown> {
    if (orders.length > 0) lane.leave(orders.length);
    if (lane.isBehind && lane.failures === 0) this.#hungry.add(lane);
    const left = orders.map(({ seq, attempts }) => ({ seq, attempts, due: LEFT }));
    return this.#settle({ ...settled, parked: [...parked, ...left] }).then((isWritten) => {
      if (isWritten) lane.leftWritten(orders.length);
    });
  }

  #dispatch(): void {
    for (const lane of this.#waiting) {
      if (this.#isClosed || !this.#mayStart()) return;
      this.#waiting.delete(lane);
      lane.busySince = this.#deps.now();
      const done = this.#deliver(lane, lane.take(AT_ONCE)).finally(() => {
        lane.busySince = undefined;
        this.#running.delete(lane);
        if (!lane.isEmpty) this.#waiting.add(lane);
        this.#forget(lane);
        this.#dispatch();
        this.wake();
      });
      this.#running.set(lane, done);
    }
  }

  #mayStart(): boolean {
    const { parallel = 1 } = this.#sink;
    if (this.#running.size < parallel) return true;
    if (this.#isOneLane || this.#running.size >= parallel * WITH_SLOW) return false;
    const since = this.#deps.now() - SLOW;
    let quick = 0;
    for (const { busySince = 0 } of this.#running.keys()) if (busySince > since) quick++;
    return quick < parallel;
  }

  async #deliver(lane: DeliveryLane, orders: readonly OutboxOrder[]): Promise<void> {
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
    this.#take(lane, orders, outcomes);
  }

  /** The sink goes on while that is written. */
  #take(
    lane: DeliveryLane,
    orders: readonly OutboxOrder[],
    outcomes: readonly DeliveryOutcome[],
  ): void {
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
        again.push({ ...order, attempts: order.attempts + 1 });
        least = Math.max(least, outcome.after ?? 0);
      }
    });
    const settled = { done, dead, retried: again.length };
    if (again.length === 0) {
      lane.failures = 0;
      lane.until = 0;
      if (lane.isBehind) this.#hungry.add(lane);
      this.#letGo(orders, this.#settle({ ...settled, parked: [] }));
      return;
    }
    lane.failures++;
    lane.until = now + Math.max(least, backoff(lane.failures));
    this.#hungry.delete(lane);
    const rest = lane.take(Number.POSITIVE_INFINITY);
    const all = [...again, ...rest];
    const tried = this.#isOneLane ? all : all.slice(0, 1);
    const parked = tried.map(({ seq, attempts }) => ({ seq, attempts, due: lane.until }));
    lane.readTo = 0;
    const left = all.slice(tried.length);
    this.#letGo([...orders, ...rest], this.#leave(lane, left, { ...settled, parked }));
  }

  #letGo(orders: readonly OutboxOrder[], written: Promise<unknown>): void {
    void written.then(() => {
      this.#held.delete(orders);
      this.wake();
    });
  }

  /** @returns whether it is written; what is not is owed by the outbox */
  async #settle(settled: Settled): Promise<boolean> {
    try {
      await this.#deps.settle(settled);
      return true;
    } catch {
      return false;
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.#isClosed; left -= LATER) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, LATER)).unref());
    }
  }

  #laneOf({ subscriptionId }: OutboxOrder): DeliveryLane {
    const name = this.#isOneLane ? '' : subscriptionId;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new DeliveryLane(name);
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #forget(lane: DeliveryLane): void {
    if (lane.isIdle) this.#lanes.delete(lane.name);
  }

  get #isOneLane(): boolean {
    return this.#sink.parallel === undefined;
  }
}
