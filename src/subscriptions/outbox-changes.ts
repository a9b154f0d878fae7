import type { DeadSelection, Redrive } from './dead-letter-table.ts';
import type { Gap, NewOrder, OutboxCommit, OutboxCommitted } from './outbox-database.ts';

/** What the next transaction of the outbox writes. */
export class OutboxChanges {
  readonly added: NewOrder[] = [];
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
    const { added, done, parked, dead, redriven, dropped } = this;
    const gaps = [...this.#gaps.values()];
    return { added, done, parked, dead, redriven, dropped, closed: this.#closed, gaps };
  }
}
