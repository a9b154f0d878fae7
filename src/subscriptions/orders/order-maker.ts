import { EstromError } from '../../errors.ts';
import { isObject } from '../../query/json.ts';
import type { MatcherEntry } from '../matching/matcher-entry.ts';
import type { Projection } from '../projection.ts';
import { makeOrder, type NotificationOrder, orderHead, orderTail } from './order.ts';

/** Keeps orders; who makes them waits for it before it makes more. */
export type KeepOrders = (orders: readonly NotificationOrder[]) => unknown;

/** An event, its document, and who is to be told of it. */
export interface MatchedEvent {
  /** Of the event; see `SourceEvent`. */
  readonly position: string;
  /** JSON of an object. */
  readonly text: string;
  /** Names of its members. */
  readonly members: readonly string[];
  /** The document, JSON of an object. */
  readonly source: string;
  readonly entries: readonly MatcherEntry[];
}

export interface OrderLimits {
  /** Characters of messages that are made before they are kept; one document's order at least. */
  readonly chunk: number;
  /** Characters of messages that are being kept, of all batches together; a chunk more at most. */
  readonly total: number;
}

export const ORDER_LIMITS: OrderLimits = { chunk: 4 * 1024 * 1024, total: 32 * 1024 * 1024 };

/**
 * Makes the orders of matched events, never many before the ones before are kept: one event may match a
 * hundred thousand subscriptions, and each order has its document.
 */
export class OrderMaker {
  readonly #limits: OrderLimits;
  readonly #waiting: (() => void)[] = [];
  /** Characters that are being kept. */
  #held = 0;

  constructor(limits: OrderLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves when all orders are kept.
   * @param onFailure told of a document that cannot be read
   */
  async make(
    matched: readonly MatchedEvent[],
    keep: KeepOrders,
    onFailure: (event: number, error: Error) => void,
  ): Promise<void> {
    const orders = ordersOf(matched, onFailure);
    for (let isMore = true; isMore; ) {
      while (this.#held >= this.#limits.total) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const chunk: NotificationOrder[] = [];
      let size = 0;
      while (size < this.#limits.chunk) {
        const { value, done } = orders.next();
        if (done) {
          isMore = false;
          break;
        }
        chunk.push(value);
        size += value.message.length;
      }
      if (chunk.length > 0) await this.#keep(chunk, size, keep);
    }
  }

  async #keep(chunk: readonly NotificationOrder[], size: number, keep: KeepOrders): Promise<void> {
    this.#held += size;
    try {
      await keep(chunk);
    } finally {
      this.#held -= size;
      for (const go of this.#waiting.splice(0)) go();
    }
  }
}

function* ordersOf(
  matched: readonly MatchedEvent[],
  onFailure: (event: number, error: Error) => void,
): Generator<NotificationOrder, undefined> {
  for (const [event, one] of matched.entries()) {
    const { position, text, members, entries } = one;
    try {
      const head = orderHead(text, members);
      const projected = new ProjectedDocument(one);
      for (const entry of entries) {
        const { subscription, projection, state } = entry;
        if (state === 'gone') continue;
        entry.tail ??= orderTail(subscription);
        yield makeOrder(head, position, projected.by(projection), subscription, entry.tail);
      }
    } catch (error) {
      onFailure(event, error as Error);
    }
  }
}

/** Characters of a document's projections that are kept for the next subscription. */
const MOST_KEPT = 4 * 1024 * 1024;

/** What projections leave of one document, each made once where many subscriptions have it. */
class ProjectedDocument {
  readonly #source: string;
  readonly #known = new Map<Projection, string>();
  #kept = 0;

  /** @throws EstromError or SyntaxError when the document is none */
  constructor({ source, entries }: MatchedEvent) {
    this.#source = source;
    // The engine has read it where a filter was asked.
    if (entries.some(({ filter }) => filter !== null)) return;
    if (isObject(JSON.parse(source))) return;
    throw new EstromError('BAD_DOCUMENT', 'a document has to be a JSON object');
  }

  by(projection: Projection): string {
    let data = this.#known.get(projection);
    if (data !== undefined) return data;
    data = projection.apply(this.#source);
    if (this.#kept > MOST_KEPT) {
      this.#known.clear();
      this.#kept = 0;
    }
    this.#known.set(projection, data);
    this.#kept += data.length;
    return data;
  }
}
