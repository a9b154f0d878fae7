import { type NotificationOrder, orderIdOf } from './order.ts';
import type { Gap } from './outbox-database.ts';

/** The gaps that are open: whose orders are counted, and not kept. */
export class GapBook {
  readonly #open = new Map<string, Gap>();

  get size(): number {
    return this.#open.size;
  }

  /** Why orders of this subscription are only counted; null where they are not. */
  reasonOf(subscriptionId: string): string | null {
    return this.#open.get(subscriptionId)?.reason ?? null;
  }

  /** @returns the gap of this order alone */
  count({ subscriptionId, callback, orderId }: NotificationOrder, reason: string): Gap {
    const one = { subscriptionId, callback, count: 1, reason, first: orderId, last: orderId };
    const open = this.#open.get(subscriptionId);
    const whole =
      open === undefined ? one : { ...open, callback, count: open.count + 1, last: orderId };
    this.#open.set(subscriptionId, whole);
    return one;
  }

  restore(gap: Gap): void {
    this.#open.set(gap.subscriptionId, gap);
  }

  open(): readonly Gap[] {
    return [...this.#open.values()];
  }

  close(subscriptionId: string): void {
    this.#open.delete(subscriptionId);
  }
}

/** The one order that stands for those that were not taken. */
export function gapOrder({
  subscriptionId: id,
  callback,
  count,
  reason,
  first,
  last,
}: Gap): NotificationOrder {
  const orderId = orderIdOf(`gap/${first}`, id);
  const message = JSON.stringify({
    _gap: { count, reason, from: first, to: last },
    subscription: { id, callback },
    order_id: orderId,
  });
  return { orderId, subscriptionId: id, callback, message };
}
