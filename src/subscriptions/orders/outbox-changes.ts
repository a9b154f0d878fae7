import type { DeadSelection, Redrive } from './dead-letter-table.ts';
import type { Gap, OutboxCommit, OutboxCommitted, OutboxOrder } from './outbox-database.ts';
import { packOrders } from './packed-orders.ts';

/** What the next transaction of the outbox writes. */
export class OutboxChanges {
  /** With one position after the other. */
  readonly added: OutboxOrder[] = [];
  readonly done: number[] = [];
  readonly parked: { seq: number; due: number; attempts: number }[] = [];
  readonly dead: { seq: number; reason: string; at: number }[] = [];
  readonly redriven: Redrive[] = [];
  readonly dropped: DeadSelection[] = [];
  /** Once they are written. */
  committed: OutboxCommitted | undefined;
  readonly #closed: string[] = [];
  readonly written = Promise.withResolvers<void>();
  readonly #gaps = new Map<string, Gap>();

  constructor() {
    // Who does not wait for it is told by what is not delivered.
    this.written.promise.catch(() => {});
  }

  get isEmpty(): boolean {
    return (
      this.added.length === 0 &&
      this.done.length === 0 &&
      this.parked.length === 0 &&
      this.dead.length === 0 &&
      this.redriven.length === 0 &&
      this.dropped.length === 0 &&
      this.#closed.length === 0 &&
      this.#gaps.size === 0
    );
  }

  addGap(gap: Gap): void {
    const known = this.#gaps.get(gap.subscriptionId);
    const whole =
      known === undefined ? gap : { ...gap, count: known.count + gap.count, first: known.first };
    this.#gaps.set(gap.subscriptionId, whole);
  }

  /** What was counted is an order now. */
  closeGap(subscriptionId: string): void {
    this.#gaps.delete(subscriptionId);
    this.#closed.push(subscriptionId);
  }

  /** Takes over what could not be written, but for what was asked for: that is refused. */
  owe({ done, parked, dead }: OutboxChanges): void {
    this.done.unshift(...done);
    this.parked.unshift(...parked);
    this.dead.unshift(...dead);
  }

  toCommit(): OutboxCommit {
    const { parked, dead, redriven, dropped } = this;
    const [added, done] = [packOrders(this.added), rangesOf(this.done)];
    const gaps = [...this.#gaps.values()];
    return { added, done, parked, dead, redriven, dropped, closed: this.#closed, gaps };
  }
}

/** First and last of each row of numbers that follow one another. */
function rangesOf(numbers: readonly number[]): number[] {
  const ranges: number[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    if (ranges.at(-1) === number - 1) ranges[ranges.length - 1] = number;
    else ranges.push(number, number);
  }
  return ranges;
}
