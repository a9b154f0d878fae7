/** Things that are kept for a while after their last use: one timer for all, since all wait alike. */
export class Lingering<T> {
  readonly #duration: number;
  readonly #onExpired: (item: T) => void;
  /** Deadlines; in the order in which they come, because every item waits equally long. */
  readonly #deadlines = new Map<T, number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param duration milliseconds; 0 expires at once */
  constructor(duration: number, onExpired: (item: T) => void) {
    this.#duration = duration;
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  has(item: T): boolean {
    return this.#deadlines.has(item);
  }

  add(item: T): void {
    if (this.#duration === 0) {
      this.#onExpired(item);
      return;
    }
    this.#deadlines.delete(item);
    this.#deadlines.set(item, performance.now() + this.#duration);
    this.#timer ??= setTimeout(this.#expire, this.#duration).unref();
  }

  /** It is used again, or gone. */
  remove(item: T): void {
    this.#deadlines.delete(item);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#deadlines.clear();
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (const [item, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#timer = setTimeout(this.#expire, Math.max(1, deadline - now)).unref();
        return;
      }
      this.#deadlines.delete(item);
      this.#onExpired(item);
    }
  };
}
