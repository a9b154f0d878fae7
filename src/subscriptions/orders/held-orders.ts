import type { OutboxOrder } from './outbox-database.ts';

const MOST = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** The orders that a delivery has in memory, until it is written what became of them. */
export class HeldOrders {
  readonly #seqs = new Set<number>();
  #bytes = 0;

  has({ seq }: OutboxOrder): boolean {
    return this.#seqs.has(seq);
  }

  get hasRoom(): boolean {
    return this.room > 0;
  }

  /** So many more, the last of which may be of any size. */
  get room(): number {
    return this.#bytes < MOST_BYTES ? Math.max(0, MOST - this.#seqs.size) : 0;
  }

  /** How many of these, from the first on, there is room for. */
  countThatFits(orders: readonly OutboxOrder[]): number {
    const { room } = this;
    let bytes = this.#bytes;
    let count = 0;
    while (count < Math.min(room, orders.length) && bytes < MOST_BYTES) {
      bytes += orders[count++]!.message.length;
    }
    return count;
  }

  add({ seq, message }: OutboxOrder): void {
    this.#seqs.add(seq);
    this.#bytes += message.length;
  }

  delete(orders: readonly OutboxOrder[]): void {
    for (const { seq, message } of orders) {
      if (this.#seqs.delete(seq)) this.#bytes -= message.length;
    }
  }
}
