import type { CrossbarLink } from '../../crossbar/link.ts';
import { RawJson } from '../../crossbar/raw-json.ts';
import { EstromError } from '../../errors.ts';
import { orderTopic, type TopicOrder, type TopicOutcome } from '../order-topics.ts';
import { portable } from './portable-json.ts';

/** Orders that are published one by one after the router broke the connection. */
const CAREFUL = 1000;

/**
 * Topics of notification orders at Crossbar.io. An order is taken when the router has acknowledged it. When the
 * router breaks the connection because of what it read, orders are published one at a time for a while, so
 * that the one which it cannot take does not hold the others up.
 */
export class CrossbarOrders {
  readonly #link: Pick<CrossbarLink, 'publish'>;
  #breaks = 0;
  #careful = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(link: Pick<CrossbarLink, 'publish' | 'onLost'>) {
    this.#link = link;
    link.onLost((_reason, isProtocolError) => {
      if (!isProtocolError) return;
      this.#breaks++;
      this.#careful = CAREFUL;
    });
  }

  /**
   * @param orders of one subscription, in their order
   * @returns for each whether it was taken, or why not
   * @throws EstromError UNAVAILABLE without an answer of the router
   */
  async publish(
    subscriptionId: string,
    orders: readonly TopicOrder[],
  ): Promise<readonly TopicOutcome[]> {
    const topic = orderTopic(subscriptionId);
    // Sent in this order, and so acknowledged.
    if (this.#careful === 0) return Promise.all(orders.map((order) => this.#publish(topic, order)));
    const outcomes: TopicOutcome[] = [];
    for (const order of orders) {
      const outcome = await this.#alone(() => this.#publishOrBreak(topic, order));
      if (outcome !== true) return orders.map((_, k) => outcomes[k] ?? outcome);
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async #publishOrBreak(topic: string, order: TopicOrder): Promise<TopicOutcome> {
    const breaks = this.#breaks;
    try {
      const outcome = await this.#publish(topic, order);
      if (this.#careful > 0) this.#careful--;
      return outcome;
    } catch (error) {
      if (breaks === this.#breaks) throw error;
      return 'Crossbar.io breaks the connection over it';
    }
  }

  async #publish(topic: string, { message }: TopicOrder): Promise<TopicOutcome> {
    try {
      await this.#link.publish(topic, [portable(new RawJson(Buffer.from(message)))]);
      return true;
    } catch (error) {
      if (error instanceof EstromError) throw error;
      return `Crossbar.io refuses it: ${(error as Error).message}`;
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const done = before.then(work);
    this.#turn = done.catch(() => {});
    return await done;
  }
}
