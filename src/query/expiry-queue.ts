import type { Entry } from './query-entry.ts';

/** Node fires longer timers at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * One timer for the ends of all queries: a binary heap of times. An entry whose end moves later
 * stays where it is; when its old time comes, it is asked again and goes back with the new one.
 */
export class ExpiryQueue {
  readonly #now: () => number;
  readonly #expire: (entry: Entry) => void;
  readonly #heap: Entry[] = [];
  readonly #times: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(now: () => number, expire: (entry: Entry) => void) {
    this.#now = now;
    this.#expire = expire;
  }

  /** Sees to it that the entry is asked at its deadline. */
  schedule(entry: Entry): void {
    const time = entry.deadline;
    // A time at or before this one is already there: it asks, and schedules again.
    if (!Number.isFinite(time) || entry.scheduled <= time) return;
    entry.scheduled = time;
    this.#push(time, entry);
    this.#arm();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#heap.length = 0;
    this.#times.length = 0;
  }

  #arm(): void {
    const first = this.#times[0];
    if (first === undefined || first >= this.#timerAt) return;
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
    while (this.#times.length > 0 && this.#times[0]! <= now) {
      const time = this.#times[0]!;
      const entry = this.#pop();
      // An earlier time was added after this one: that one asked already.
      if (entry.ended || entry.scheduled !== time) continue;
      entry.scheduled = Number.POSITIVE_INFINITY;
      if (entry.deadline <= now) this.#expire(entry);
      else this.schedule(entry);
    }
    this.#arm();
  }

  #push(time: number, entry: Entry): void {
    let at = this.#heap.length;
    this.#heap.push(entry);
    this.#times.push(time);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= time) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): Entry {
    const last = this.#heap.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    const entry = this.#heap.pop()!;
    let at = 0;
    for (;;) {
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < last; child += 1) {
        if (this.#times[child]! < this.#times[least]!) least = child;
      }
      if (least === at) return entry;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const entry = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = entry;
    const time = this.#times[a]!;
    this.#times[a] = this.#times[b]!;
    this.#times[b] = time;
  }
}
