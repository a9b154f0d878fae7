import type { QueryOrdinal } from '../../document.ts';
import type { Entry } from './query-entry.ts';
import type { QueryTable } from './query-table.ts';

/** Node fires longer timers at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * One timer for the ends of all queries: a binary heap of times. An entry whose end moves later
 * stays where it is; when its old time comes, it is asked again and goes back with the new one. The heap
 * knows ordinals: one that names another query by now has another time, or is that one's own.
 */
export class ExpiryQueue {
  readonly #table: Pick<QueryTable, 'at'>;
  readonly #now: () => number;
  readonly #expire: (entry: Entry) => void;
  #heap = new Uint32Array(64);
  #times = new Float64Array(64);
  #length = 0;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(table: Pick<QueryTable, 'at'>, now: () => number, expire: (entry: Entry) => void) {
    this.#table = table;
    this.#now = now;
    this.#expire = expire;
  }

  /** Sees to it that the entry is asked at its deadline. */
  schedule(entry: Entry): void {
    const time = entry.deadline;
    // A time at or before this one is already there: it asks, and schedules again.
    if (!Number.isFinite(time) || entry.scheduled <= time) return;
    entry.scheduled = time;
    this.#push(time, entry.ordinal);
    this.#arm();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#length = 0;
  }

  #arm(): void {
    const first = this.#times[0]!;
    if (this.#length === 0 || first >= this.#timerAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const delay = Math.min(Math.max(first - this.#now(), 1), MAX_DELAY);
    this.#timerAt = first;
    this.#timer = setTimeout(() => this.#sweep(), delay);
    this.#timer.unref();
  }

  #sweep(): void {
    this.#timer = null;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#now();
    while (this.#length > 0 && this.#times[0]! <= now) {
      const time = this.#times[0]!;
      const entry = this.#table.at(this.#pop());
      // An earlier time was added after this one: that one asked already.
      if (entry === undefined || entry.scheduled !== time) continue;
      entry.scheduled = Number.POSITIVE_INFINITY;
      if (entry.deadline <= now) this.#expire(entry);
      else this.schedule(entry);
    }
    this.#arm();
  }

  #push(time: number, ordinal: QueryOrdinal): void {
    if (this.#length === this.#heap.length) this.#grow();
    let at = this.#length;
    this.#length += 1;
    this.#heap[at] = ordinal;
    this.#times[at] = time;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= time) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): QueryOrdinal {
    const last = this.#length - 1;
    this.#swap(0, last);
    this.#length = last;
    const ordinal = this.#heap[last]!;
    let at = 0;
    for (;;) {
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < last; child += 1) {
        if (this.#times[child]! < this.#times[least]!) least = child;
      }
      if (least === at) return ordinal;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const ordinal = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = ordinal;
    const time = this.#times[a]!;
    this.#times[a] = this.#times[b]!;
    this.#times[b] = time;
  }

  #grow(): void {
    const heap = new Uint32Array(this.#heap.length * 2);
    heap.set(this.#heap);
    this.#heap = heap;
    const times = new Float64Array(heap.length);
    times.set(this.#times);
    this.#times = times;
  }
}
