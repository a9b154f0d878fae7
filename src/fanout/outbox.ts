import type { Chunk } from './chunk.ts';
import { Fifo } from './fifo.ts';
import type { Gap, ShedReason } from './gap.ts';
import { pick, Sampler, sampleEvery } from './sample.ts';

/** What happens when a subscriber reads more slowly than its hits come. */
export const ON_SLOW = ['drop', 'sample', 'close', 'block'] as const;
export type OnSlow = (typeof ON_SLOW)[number];

const REASON: Readonly<Record<OnSlow, ShedReason>> = {
  drop: 'slow',
  sample: 'sampled',
  close: 'closed',
  block: 'slow',
};

/** Totals over all outboxes; plain fields, because they change with every write. */
export interface OutboxTotals {
  bytes: number;
  readonly shed: Record<ShedReason, number>;
}

/** Hits that are missing. */
interface Loss {
  count: number;
  readonly from: number;
  to: number;
}

/**
 * Chunks that a subscriber's connection has no room for yet, bounded in bytes. When they would be
 * too many, the policy decides:
 *
 * - `drop` sheds the oldest; all that is shed lies between what was taken last and the head of the
 *   queue, so it always makes one gap, in front of the head.
 * - `sample` keeps every n-th of the hits that come, the fewer the fuller it is; what is left out of a
 *   chunk is a gap in front of it.
 * - `close` sheds what comes, and asks to be closed: a gap at the end.
 * - `block` never sheds: whoever owns the outbox holds the publisher back while {@link isOver} says so.
 *
 * An empty outbox takes a chunk of any size: a document may be longer than the bound.
 */
export class Outbox {
  readonly onSlow: OnSlow;
  readonly #limit: number;
  readonly #totals: OutboxTotals;
  readonly #queue = new Fifo<Chunk | Loss>();
  #bytes = 0;
  /** In front of the queue. */
  #lost: Loss | undefined;
  /** At the end of the queue, and still growing. */
  #losing: Loss | undefined;
  #sampler: Sampler | undefined;

  /** @param limit bytes, those in the connection's own buffer included */
  constructor(onSlow: OnSlow, limit: number, totals: OutboxTotals) {
    this.onSlow = onSlow;
    this.#limit = limit;
    this.#totals = totals;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Neither hits nor gaps wait. */
  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#lost === undefined;
  }

  /** Hits that wait. */
  get hits(): number {
    let hits = 0;
    for (let k = 0; k < this.#queue.length; k++) {
      const item = this.#queue.at(k)!;
      if ('data' in item) hits += item.ends.length;
    }
    return hits;
  }

  /**
   * @param inFlight bytes in the connection's own buffer
   * @returns false when the subscriber asked to be closed rather than to lose this
   */
  push(chunk: Chunk, inFlight: number): boolean {
    const isFull = () => this.#bytes > 0 && this.#bytes + inFlight + chunk.cost > this.#limit;
    if (this.onSlow === 'drop') {
      while (isFull()) this.shedOldest();
    } else if (this.onSlow === 'sample') {
      return this.#pushSampled(chunk, inFlight);
    } else if (this.onSlow === 'close' && isFull()) {
      this.#lose(chunk, chunk.ends.length);
      return false;
    }
    chunk.memory.retain();
    this.#put(chunk);
    return true;
  }

  /** The hits that are missing in front of the next chunk, or at the end; told once. */
  takeGap(): Gap | undefined {
    let loss = this.#lost;
    this.#lost = undefined;
    const head = this.#queue.at(0);
    if (loss === undefined && head !== undefined && !('data' in head)) {
      loss = this.#queue.shift() as Loss;
      if (loss === this.#losing) this.#losing = undefined;
    }
    return loss && { ...loss, reason: REASON[this.onSlow] };
  }

  /** The oldest chunk, after its gap was taken; its memory is the caller's to release. */
  shift(): Chunk | undefined {
    const head = this.#queue.at(0);
    if (head === undefined || !('data' in head)) return undefined;
    this.#queue.shift();
    this.#add(-head.cost);
    return head;
  }

  /** Of a dropping outbox: gives the oldest chunk up, if there is one. */
  shedOldest(): void {
    const chunk = this.shift();
    if (chunk === undefined) return;
    const count = chunk.ends.length;
    this.#totals.shed.slow += count;
    this.#lost = {
      count: (this.#lost?.count ?? 0) + count,
      from: this.#lost?.from ?? chunk.first,
      to: chunk.last,
    };
    chunk.release();
  }

  /** Whether a blocking subscriber has to be waited for; half the bound leaves room for a batch. */
  isOver(inFlight: number): boolean {
    return !this.isEmpty && this.#bytes + inFlight >= this.#limit / 2;
  }

  /** Whether a blocking subscriber that was over has room again. */
  hasRoom(inFlight: number): boolean {
    return this.isEmpty || this.#bytes + inFlight <= this.#limit / 4;
  }

  /** Forgets what is left, and gaps. @returns the number of hits */
  clear(): number {
    const left = this.hits;
    while (!this.isEmpty) {
      this.takeGap();
      this.shift()?.release();
    }
    return left;
  }

  #pushSampled(chunk: Chunk, inFlight: number): true {
    const fullness = (this.#bytes + inFlight) / this.#limit;
    const every = this.#bytes > 0 ? sampleEvery(fullness) : 1;
    if (every === 1) {
      chunk.memory.retain();
      this.#put(chunk);
      return true;
    }
    this.#sampler ??= new Sampler();
    let places = this.#sampler.choose(chunk, every);
    const some = places.length > 0 ? pick(chunk, places) : undefined;
    const fits = some !== undefined && this.#bytes + inFlight + some.cost <= this.#limit;
    if (!fits) places = [];
    this.#lose(chunk, chunk.ends.length - places.length);
    if (fits) this.#put(some);
    else some?.release();
    return true;
  }

  /** Hits of the chunk are missing, at the end of the queue. */
  #lose(chunk: Chunk, count: number): void {
    if (count === 0) return;
    this.#totals.shed[REASON[this.onSlow]] += count;
    if (this.#losing === undefined) {
      this.#losing = { count, from: chunk.first, to: chunk.last };
      this.#queue.push(this.#losing);
    } else {
      this.#losing.count += count;
      this.#losing.to = chunk.last;
    }
  }

  #put(chunk: Chunk): void {
    this.#losing = undefined;
    this.#queue.push(chunk);
    this.#add(chunk.cost);
  }

  #add(cost: number): void {
    this.#bytes += cost;
    this.#totals.bytes += cost;
  }
}
