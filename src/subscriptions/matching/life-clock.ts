/** Node fires longer timers at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * One timer for times at which subscriptions begin and end. A time is not taken back: who is called looks
 * whether it still concerns it.
 */
export class LifeClock {
  readonly #now: () => number;
  readonly #call: (ids: readonly string[]) => void;
  /** Ids by time, in milliseconds. */
  readonly #due = new Map<number, string[]>();
  #timer: NodeJS.Timeout | undefined;
  #next = Number.POSITIVE_INFINITY;

  constructor(now: () => number, call: (ids: readonly string[]) => void) {
    this.#now = now;
    this.#call = call;
  }

  /** @param time milliseconds since 1970; Infinity is never */
  at(time: number, id: string): void {
    if (!Number.isFinite(time)) return;
    const ids = this.#due.get(time);
    if (ids === undefined) this.#due.set(time, [id]);
    else ids.push(id);
    if (time < this.#next) this.#arm(time);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#due.clear();
  }

  #arm(time: number): void {
    clearTimeout(this.#timer);
    this.#next = time;
    const delay = Math.min(MAX_DELAY, Math.max(1, time - this.#now()));
    this.#timer = setTimeout(() => this.#ring(), delay).unref();
  }

  #ring(): void {
    const now = this.#now();
    const ids: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [time, due] of this.#due) {
      if (time <= now) {
        ids.push(...due);
        this.#due.delete(time);
      } else if (time < next) next = time;
    }
    this.#next = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    if (ids.length > 0) this.#call(ids);
  }
}
