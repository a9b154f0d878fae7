import { setTimeout as wait } from 'node:timers/promises';

/** Wakes who waits; a ring that nobody waits for is kept for the next one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves with the next ring, or after so many milliseconds. */
  async heard(limit: number): Promise<void> {
    if (!this.#rung) {
      const timer = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const late = wait(Math.max(limit, 0), undefined, { signal: timer.signal }).catch(() => {});
      await Promise.race([rung, late]);
      timer.abort();
      this.#wake = null;
    }
    this.#rung = false;
  }
}
