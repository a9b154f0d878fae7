/**
 * Why publishers wait: blocking subscribers that are over their high-water mark, or a tick that is
 * full. Whoever published is told by `false` and waits for {@link drained}.
 */
export class Pressure {
  #blocked = 0;
  #tickFull = false;
  #waiting: (() => void)[] = [];

  get isOver(): boolean {
    return this.#tickFull || this.#blocked > 0;
  }

  /** Blocking subscribers that are waited for. */
  get blocked(): number {
    return this.#blocked;
  }

  block(): void {
    this.#blocked++;
  }

  unblock(): void {
    this.#blocked--;
    this.#wake();
  }

  /** The tick has as much as one turn of the event loop should send; connections come first now. */
  fillTick(): void {
    this.#tickFull = true;
  }

  emptyTick(): void {
    this.#tickFull = false;
    this.#wake();
  }

  drained(): Promise<void> {
    if (!this.isOver) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    if (this.isOver || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
