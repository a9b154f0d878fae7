import type { QueryOrdinal } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { CountedMemory } from './counted-memory.ts';
import type { Hub } from './hub.ts';
import type { Watched } from './query-source.ts';
import { FIRST_UNKEPT } from './topic.ts';

const TOPIC = /^orders-for-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The topic of a durable subscription's notification orders. @param id its UUID */
export function orderTopic(id: string): string {
  return `orders-for-${id}`;
}

/** Undefined for every other topic. */
export function subscriptionOfTopic(topic: string): string | undefined {
  return TOPIC.exec(topic)?.[1];
}

/** Whose orders of durable subscriptions are. */
export interface OrderRights {
  /** Whether there is such a subscription, and its orders are the caller's to see. @throws EstromError */
  mayReceive(subscriptionId: string, caller: Principal): Promise<boolean>;
  /** Told of subscriptions that may be somebody else's now. */
  onChange(listener: (subscriptionId: string) => void): void;
}

/** An order that is to be published. */
export interface TopicOrder {
  /** Ascending in a topic. */
  readonly seq: number;
  /** JSON of an object. */
  readonly message: string;
}

/** What became of it: taken, or why not. */
export type TopicOutcome = true | string;

export interface OrderTopicsOptions {
  readonly hub: Hub;
  readonly rights: OrderRights;
}

interface Listener {
  readonly caller: Principal;
  revoke(): void;
}

interface OrderTopic {
  readonly ordinal: QueryOrdinal;
  readonly listeners: Set<Listener>;
}

/** Milliseconds that readers have to make room, in steps. */
const PATIENCE = 250;
const STEP = 10;
/** Whoever is there has room for it. */
const ANY = Number.NEGATIVE_INFINITY;
const FULL = 'those who listen do not read fast enough';

/**
 * Topics of notification orders at the embedded broker. There is one while somebody listens to it; what was not
 * heard is not kept here, for the outbox of orders has it.
 */
export class OrderTopics {
  readonly #options: OrderTopicsOptions;
  readonly #topics = new Map<string, OrderTopic>();
  readonly #wakers: ((subscriptionId: string) => void)[] = [];
  #next = FIRST_UNKEPT;
  /** Counted whenever rights may have changed. */
  #changes = 0;

  constructor(options: OrderTopicsOptions) {
    this.#options = options;
    options.rights.onChange((subscriptionId) => void this.#changed(subscriptionId));
  }

  /** Told whenever somebody begins to listen. */
  onListener(waker: (subscriptionId: string) => void): void {
    this.#wakers.push(waker);
  }

  /**
   * @param revoke ends what the caller listens by, should it lose the right to
   * @throws EstromError NOT_FOUND, also for what is somebody else's
   */
  async watch(subscriptionId: string, caller: Principal, revoke: () => void): Promise<Watched> {
    await this.#check(subscriptionId, caller);
    const topic = this.#topicOf(subscriptionId);
    const listener = { caller, revoke };
    topic.listeners.add(listener);
    return {
      id: subscriptionId,
      ordinal: topic.ordinal,
      opened: () => {
        for (const waker of this.#wakers) waker(subscriptionId);
      },
      release: () => {
        if (!topic.listeners.delete(listener) || topic.listeners.size > 0) return;
        this.#topics.delete(subscriptionId);
        this.#options.hub.endTopic(topic.ordinal);
      },
    };
  }

  /**
   * Publishes orders of one subscription. An order is taken when a connection's outbox has taken it; where no
   * listener has room, in spite of some waiting, it and those behind it are not taken.
   */
  async publish(
    subscriptionId: string,
    orders: readonly TopicOrder[],
  ): Promise<readonly TopicOutcome[]> {
    const outcomes: TopicOutcome[] = [];
    const end = performance.now() + PATIENCE;
    for (const order of orders) {
      let outcome = this.#offer(subscriptionId, order);
      while (outcome === FULL && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, STEP));
        outcome = this.#offer(subscriptionId, order);
      }
      outcomes.push(outcome);
      if (outcome !== true) break;
    }
    // By then the hub has handed them out: to nobody, if all have left meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    const isHeard = this.#hasRoom(subscriptionId, ANY) === true;
    if (!isHeard) return orders.map(() => nobody(subscriptionId));
    return orders.map((_, k) => outcomes[Math.min(k, outcomes.length - 1)]!);
  }

  /** The subscription may be somebody else's now: whoever may not listen to it any more is cut off. */
  async #changed(subscriptionId: string): Promise<void> {
    this.#changes++;
    const listeners = [...(this.#topics.get(subscriptionId)?.listeners ?? [])];
    const checks = listeners.map(async ({ caller, revoke }) => {
      const isAllowed = await this.#options.rights
        .mayReceive(subscriptionId, caller)
        .catch(() => false);
      if (!isAllowed) revoke();
    });
    await Promise.all(checks);
  }

  async #check(subscriptionId: string, caller: Principal): Promise<void> {
    // What was found may have changed until it was told.
    for (let seen = -1; seen !== this.#changes; ) {
      seen = this.#changes;
      if (await this.#options.rights.mayReceive(subscriptionId, caller)) continue;
      throw new EstromError(
        'NOT_FOUND',
        `there is no subscription [${subscriptionId}] of "${caller.name}"`,
      );
    }
  }

  #offer(subscriptionId: string, { seq, message }: TopicOrder): TopicOutcome {
    const length = Buffer.byteLength(message);
    const hasRoom = this.#hasRoom(subscriptionId, length);
    if (hasRoom === null) return nobody(subscriptionId);
    if (!hasRoom) return FULL;
    const { ordinal } = this.#topics.get(subscriptionId)!; // somebody listens to it
    // Not a piece of Node's pool, for it is given back by itself.
    const memory = new CountedMemory(Buffer.allocUnsafeSlow(length));
    memory.bytes.write(message);
    const hit = { seq, memory, start: 0, end: length };
    this.#options.hub.publishUnkept({ ordinal, hit });
    memory.release();
    return true;
  }

  /** Null when nobody listens. */
  #hasRoom(subscriptionId: string, bytes: number): boolean | null {
    const topic = this.#topics.get(subscriptionId);
    return topic === undefined ? null : this.#options.hub.hasRoom(topic.ordinal, bytes);
  }

  #topicOf(subscriptionId: string): OrderTopic {
    let topic = this.#topics.get(subscriptionId);
    if (topic === undefined) {
      topic = { ordinal: this.#next++, listeners: new Set() };
      this.#topics.set(subscriptionId, topic);
    }
    return topic;
  }
}

function nobody(subscriptionId: string): string {
  return `nobody listens to ${orderTopic(subscriptionId)}`;
}
