import { xxh3 } from '@node-rs/xxhash';
import type { UserSubscription } from '../model.ts';
import { Projection } from '../projection.ts';

/** What a subscriber is to be told, as it is kept and sent. */
export interface NotificationOrder {
  /** 32 hexadecimal digits: the same for the same event and subscription, however often it is made. */
  readonly orderId: string;
  readonly subscriptionId: string;
  readonly callback: string;
  /** JSON of the message. */
  readonly message: string;
}

/** Members that estrom gives an order; those of the event make way. */
const OWN = ['data', 'subscription', 'user_metadata', 'order_id'];
const WITHOUT_OWN = new Projection([], OWN);

/**
 * @param position of the event in its source, such as `topic/0/17`: the same when it is read again
 * @returns XXH3-128 of both
 */
export function orderIdOf(position: string, subscriptionId: string): string {
  const text = `${position.length}:${position}${subscriptionId}`;
  return xxh3.xxh128(text).toString(16).padStart(32, '0');
}

/** What all orders of an event begin with: its own members. @param event JSON of an object */
export function orderHead(event: string, members: readonly string[]): string {
  const text = members.some((name) => OWN.includes(name)) ? WITHOUT_OWN.apply(event) : event.trim();
  const head = text.slice(0, -1).trimEnd();
  return head === '{' ? head : `${head},`;
}

/** What all orders of a subscription end with, but for their ids. */
export function orderTail({
  id,
  subscription: { callback },
  userMetadatas,
}: Pick<UserSubscription, 'id' | 'subscription' | 'userMetadatas'>): string {
  const metadata =
    userMetadatas === undefined ? '' : `,"user_metadata":${JSON.stringify(userMetadatas)}`;
  return `,"subscription":${JSON.stringify({ id, callback })}${metadata},"order_id":"`;
}

/**
 * The order in ARLAS's shape: the event's members, `data`, `subscription`, `user_metadata` and, beyond
 * that, `order_id`.
 * @param head see {@link orderHead}
 * @param data JSON of the projected document; null where there is none
 * @param tail see {@link orderTail}
 */
export function makeOrder(
  head: string,
  position: string,
  data: string | null,
  { id, subscription }: Pick<UserSubscription, 'id' | 'subscription'>,
  tail: string,
): NotificationOrder {
  const orderId = orderIdOf(position, id);
  const message = `${head}"data":${data ?? 'null'}${tail}${orderId}"}`;
  return { orderId, subscriptionId: id, callback: subscription.callback, message };
}
