import type { Chunk } from './chunk.ts';
import type { Gap, GapReason } from './formats.ts';

/** What happens when a subscriber reads more slowly than its hits come. */
export const ON_SLOW = ['drop', 'block'] as const;
export type OnSlow = (typeof ON_SLOW)[number];

/** Totals over all outboxes; plain fields, because they change with every write. */
export interface OutboxTotals {
  bytes: number;
  readonly shed: Record<GapReason, number>;
}

/**
 * Chunks that a subscriber's connection has no room for yet, bounded in bytes. `drop` sheds the
 * oldest; since everything that is shed lies between what was taken last and the head of the queue,
 * it always makes one gap, in front of the head. `block` never sheds: whoever owns the outbox holds
 * the publisher back while {@link isOver} says so.
 *
 * An empty outbox takes a chunk of any size: a document may be longer than the bound.
 */
export class Outbox {
  readonly onSlow: OnSlow;
  readonly #limit: number;
  readonly #totals: OutboxTotals;
  #queue: (Chunk | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #gapCount = 0;
  #gapFrom = 0;
  #gapTo = 0;

  /** @param limit bytes, those in the connection's own buffer included */
  constructor(onSlow: OnSlow, limit: number, totals: OutboxTotals) {
    this.onSlow = onSlow;
    this.#limit = limit;
    this.#totals = totals;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#queue.length;
  }

  /** Hits that wait. */
  get hits(): number {
    let hits = 0;
    for (let k = this.#head; k < this.#queue.length; k++) hits += this.#queue[k]!.ends.length; // behind the head all are there
    return hits;
  }

  /** @param inFlight bytes in the connection's own buffer */
  push(chunk: Chunk, inFlight: number): void {
    const { cost } = chunk;
    if (this.onSlow === 'drop') {
      while (!this.isEmpty && this.#bytes + inFlight + cost > this.#limit) this.#shedOldest();
    }
    chunk.memory.retain();
    this.#queue.push(chunk);
    this.#add(cost);
  }

  /** The hits that are missing in front of the next chunk; told once. */
  takeGap(): Gap | undefined {
    if (this.#gapCount === 0) return undefined;
    const gap: Gap = {
      count: this.#gapCount,
      reason: 'slow',
      from: this.#gapFrom,
      to: this.#gapTo,
    };
    this.#gapCount = 0;
    return gap;
  }

  /** The oldest chunk; its memory is the caller's to release. */
  shift(): Chunk | undefined {
    const chunk = this.#queue[this.#head];
    if (chunk === undefined) return undefined;
    this.#queue[this.#head++] = undefined;
    this.#add(-chunk.cost);
    if (this.isEmpty) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head >= 32 && this.#head * 2 >= this.#queue.length) {
      // Moving at most as many as have left keeps the cost per chunk constant.
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  /** Whether a blocking subscriber has to be waited for; half the bound leaves room for a batch. */
  isOver(inFlight: number): boolean {
    return !this.isEmpty && this.#bytes + inFlight >= this.#limit / 2;
  }

  /** Whether a blocking subscriber that was over has room again. */
  hasRoom(inFlight: number): boolean {
    return this.isEmpty || this.#bytes + inFlight <= this.#limit / 4;
  }

  /** Forgets what is left. @returns the number of hits */
  clear(): number {
    const left = this.hits;
    for (let chunk = this.shift(); chunk !== undefined; chunk = this.shift()) chunk.release();
    return left;
  }

  #shedOldest(): void {
    const chunk = this.shift()!;
    if (this.#gapCount === 0) this.#gapFrom = chunk.first;
    this.#gapTo = chunk.last;
    this.#gapCount += chunk.ends.length;
    this.#totals.shed.slow += chunk.ends.length;
    chunk.release();
  }

  #add(cost: number): void {
    this.#bytes += cost;
    this.#totals.bytes += cost;
  }
}
