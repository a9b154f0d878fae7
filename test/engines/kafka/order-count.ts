import { readAll } from './topics.ts';

export interface OrderCount {
  /** Records of the topic. */
  readonly records: number;
  /** `<document> <subscription>` of each order, once. */
  readonly orders: ReadonlySet<string>;
  /** Records that came again under the same id. */
  readonly again: number;
  /** Orders with more than one id, which there must not be. */
  readonly ambiguous: readonly string[];
}

interface Order {
  readonly object: { readonly id: string };
  readonly data: { readonly cloud: number };
  readonly subscription: { readonly id: string };
  readonly order_id: string;
}

/** Counts the orders in a topic. */
export async function countOrders(hosts: string, topic: string): Promise<OrderCount> {
  const ids = new Map<string, Set<string>>();
  let records = 0;
  let again = 0;
  for (const { key, value, headers } of await readAll(hosts, topic)) {
    const order = JSON.parse(value) as Order;
    if (key !== order.subscription.id || headers.get('estrom-order-id') !== order.order_id) {
      throw new Error(`key or header are another order's: ${value}`);
    }
    const name = `${order.object.id} ${order.subscription.id}`;
    const known = ids.get(name) ?? new Set();
    if (known.has(order.order_id)) again++;
    known.add(order.order_id);
    ids.set(name, known);
    records++;
  }
  const ambiguous = [...ids].filter(([, known]) => known.size > 1).map(([name]) => name);
  return { records, orders: new Set(ids.keys()), again, ambiguous };
}

export interface DeadCount {
  readonly records: number;
  /** `<topic>/<partition>/<offset>` of each, with its reason. */
  readonly reasons: ReadonlyMap<string, string>;
}

export async function countDeadLetters(hosts: string, topic: string): Promise<DeadCount> {
  const reasons = new Map<string, string>();
  const letters = await readAll(hosts, topic);
  for (const { headers } of letters) {
    const of = (name: string) => headers.get(`estrom-${name}`) ?? '';
    reasons.set(`${of('topic')}/${of('partition')}/${of('offset')}`, of('reason'));
  }
  return { records: letters.length, reasons };
}
