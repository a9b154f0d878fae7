import type { OutboxOrder } from './outbox-database.ts';

/** Orders of one recipient that are in memory, but for the last one's size. */
const MOST = 100;
const MOST_BYTES = 1024 * 1024;

/** One recipient: its next orders, and what is known of it. */
export class DeliveryLane {
  readonly name: string;
  readonly #queue: OutboxOrder[] = [];
  #bytes = 0;
  /** In a row. */
  failures = 0;
  /** Left alone until then, milliseconds since 1970. */
  until = 0;
  /** When the sink was handed some of its orders; undefined while it has none. */
  busySince: number | undefined;
  /** There may be orders that were left in the file, up to this position read again. */
  isBehind = false;
  readTo = 0;
  isReading = false;
  /** Orders that were left in the file, and how many of these are known to be written so. */
  #left = 0;
  #leftWritten = 0;

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get room(): number {
    return this.#bytes < MOST_BYTES ? Math.max(0, MOST - this.#queue.length) : 0;
  }

  /** What was left in the file is to be read, if there is any. */
  get isHungry(): boolean {
    return !this.isReading && this.failures === 0 && this.room >= MOST / 2;
  }

  /** Nothing is to be remembered. */
  get isIdle(): boolean {
    const isFree = this.isEmpty && this.busySince === undefined;
    return isFree && this.failures === 0 && !this.isBehind && !this.isReading;
  }

  push(order: OutboxOrder): void {
    this.#queue.push(order);
    this.#bytes += order.message.length;
  }

  take(most: number): OutboxOrder[] {
    const orders = this.#queue.splice(0, most);
    for (const { message } of orders) this.#bytes -= message.length;
    return orders;
  }

  /** So many more are left in the file; {@link leftWritten} has to follow. */
  leave(count: number): void {
    this.#left += count;
    this.isBehind = true;
  }

  leftWritten(count: number): void {
    this.#leftWritten += count;
  }

  /** To be asked before the file is read: what it returns tells afterwards whether all were found. */
  beginReading(): () => boolean {
    const left = this.#left;
    const isWritten = left === this.#leftWritten;
    this.isReading = true;
    return () => isWritten && left === this.#left;
  }
}
