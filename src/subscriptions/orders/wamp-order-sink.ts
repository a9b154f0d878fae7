import type { Principal } from '../../principal.ts';
import { EVERYBODY } from '../../principal.ts';
import type { SubscriptionStore } from '../subscription-store.ts';
import type { DeliveryOutcome, OrderSink } from './order-sink.ts';
import type { OutboxOrder } from './outbox-database.ts';

/** The callback of a subscription whose orders go to its own WAMP topic, `orders-for-<its id>`, and to no other. */
export const WAMP_CALLBACK = 'wamp:';

/** A router that has a topic for each subscription. */
export interface OrderRouter {
  /**
   * @param orders of one subscription, in their order
   * @returns for each whether it was taken, or why not; then those behind it were not taken either
   * @throws Error when the router is not to be reached
   */
  publish(
    subscriptionId: string,
    orders: readonly OutboxOrder[],
  ): Promise<readonly (true | string)[]>;
  /** Told whenever somebody begins to listen to a subscription's topic; absent where nobody knows. */
  onListener?(waker: (subscriptionId: string) => void): void;
}

export interface WampOrderSinkOptions {
  /**
   * An order is delivered when any of them has taken it. It is published first where nobody knows who listens:
   * were such a router away, the others would get it again with each attempt.
   */
  readonly routers: readonly OrderRouter[];
}

/** Subscriptions that are delivered to side by side. */
const PARALLEL = 64;

/**
 * Publishes orders in WAMP topics. WAMP's subscribers acknowledge nothing. So an order is delivered when Crossbar.io
 * has acknowledged it, whoever listens there; or when the embedded broker has put it into the outbox of at least one
 * connection, which says by a gap record should it lose it again. An order that nobody listens to waits, and comes as
 * soon as somebody does; it becomes a dead letter when the outbox gives it up, after 16 hours to a day.
 */
export class WampOrderSink implements OrderSink {
  readonly name = 'wamp';
  readonly parallel = PARALLEL;
  readonly #routers: readonly OrderRouter[];

  constructor({ routers }: WampOrderSinkOptions) {
    const knows = ({ onListener }: OrderRouter) => (onListener === undefined ? 0 : 1);
    this.#routers = routers.toSorted((one, other) => knows(one) - knows(other));
  }

  takes(callback: string): boolean {
    return callback === WAMP_CALLBACK;
  }

  onReady(waker: (subscriptionId: string) => void): void {
    for (const router of this.#routers) router.onListener?.(waker);
  }

  /** @param orders of one subscription */
  async deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]> {
    const outcomes: DeliveryOutcome[] = [];
    const { subscriptionId } = orders[0]!; // nobody hands out none
    for (const router of this.#routers) {
      const answers = await router.publish(subscriptionId, orders);
      answers.forEach((answer, k) => {
        if (outcomes[k] === 'delivered') return;
        outcomes[k] = answer === true ? 'delivered' : { retry: answer };
      });
    }
    return outcomes;
  }
}

/**
 * Whose the orders of a subscription are: its owner's, administrators', and everybody's where nobody is told
 * apart. They are the owner's even when the subscription is deleted: what was promised before is delivered.
 * @param isOpen neither tokens nor a proxy's header tell callers apart, as far as subscriptions go
 * @throws EstromError UNAVAILABLE
 */
export async function mayReceiveOrders(
  store: Pick<SubscriptionStore, 'get'>,
  subscriptionId: string,
  caller: Principal,
  isOpen: boolean,
): Promise<boolean> {
  // Who came without a token is nobody, where a proxy's header would say who it is.
  if (caller === EVERYBODY && !isOpen) return false;
  const kept = await store.get(subscriptionId);
  if (kept === null) return false;
  return caller === EVERYBODY || caller.roles.has('admin') || kept.created_by === caller.name;
}
