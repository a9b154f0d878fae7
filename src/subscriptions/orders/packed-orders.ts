import type { NewOrder } from './outbox-database.ts';

/**
 * Orders on their way to another thread: their texts as one, for each object and text that is copied costs
 * more than its characters.
 */
export interface PackedOrders {
  /** Of the first; the others follow it without gaps. */
  readonly firstSeq: number;
  /** Names of sinks, callbacks and ids of subscriptions, and the messages of all. */
  readonly texts: string;
  /** For each order, how many characters of each of its {@link TEXTS} follow. */
  readonly lengths: Uint32Array;
  readonly createdAt: Float64Array;
}

const TEXTS = ['sink', 'orderId', 'subscriptionId', 'callback', 'message'] as const;

/** @param orders with one position after the other */
export function packOrders(orders: readonly NewOrder[]): PackedOrders {
  const lengths = new Uint32Array(orders.length * TEXTS.length);
  const createdAt = new Float64Array(orders.length);
  const texts: string[] = [];
  for (const [i, order] of orders.entries()) {
    createdAt[i] = order.createdAt;
    for (const name of TEXTS) lengths[texts.push(order[name]) - 1] = order[name].length;
  }
  return { firstSeq: orders[0]?.seq ?? 0, texts: texts.join(''), lengths, createdAt };
}

export function* unpackOrders(packed: PackedOrders): Generator<NewOrder> {
  const { firstSeq, texts, lengths, createdAt } = packed;
  let [at, k] = [0, 0];
  const text = () => {
    const from = at;
    at += lengths[k++]!;
    return texts.slice(from, at);
  };
  for (const [i, time] of createdAt.entries()) {
    const [sink, orderId, subscriptionId] = [text(), text(), text()];
    const [callback, message] = [text(), text()];
    const seq = firstSeq + i;
    yield { seq, sink, orderId, subscriptionId, callback, message, createdAt: time };
  }
}
