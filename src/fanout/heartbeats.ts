/** A connection, as the clock sees it. */
export interface Beating {
  /** Called twice per heartbeat interval. */
  beat(): void;
}

/** Ten thousand heartbeats at once would stall the event loop, so they go round in this many groups. */
const GROUPS = 16;

/** One timer for all subscribers: calls `beat()` of each twice per interval while there are any. */
export class Heartbeats {
  readonly #period: number;
  readonly #groups: readonly Set<Beating>[];
  readonly #groupOf = new Map<Beating, Set<Beating>>();
  #next = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds */
  constructor(interval: number) {
    this.#period = Math.max(1, interval / 2 / GROUPS);
    this.#groups = Array.from({ length: GROUPS }, () => new Set<Beating>());
  }

  add(subscriber: Beating): void {
    const group = this.#groups[this.#next]!;
    this.#next = (this.#next + 1) % GROUPS;
    group.add(subscriber);
    this.#groupOf.set(subscriber, group);
    this.#timer ??= setInterval(() => this.#beat(), this.#period).unref();
  }

  remove(subscriber: Beating): void {
    this.#groupOf.get(subscriber)?.delete(subscriber);
    this.#groupOf.delete(subscriber);
    if (this.#groupOf.size === 0) this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    for (const subscriber of this.#groups[this.#turn]!) subscriber.beat();
    this.#turn = (this.#turn + 1) % GROUPS;
  }
}
