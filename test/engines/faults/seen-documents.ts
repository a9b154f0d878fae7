import type { EventRecord } from '../../contract/wamp-client.ts';

/** Which documents came to a subscriber, by the number `n` that each has, and how often. */
export class SeenDocuments {
  readonly #times: number[] = [];
  hits = 0;
  gaps = 0;
  #waiting: { count: number; resolve: () => void } | undefined;
  distinct = 0;

  add(record: EventRecord): void {
    if (record._gap !== undefined) {
      this.gaps++;
      return;
    }
    const n = Number(record._source?.['n']);
    this.hits++;
    this.#times[n] = (this.#times[n] ?? 0) + 1;
    if (this.#times[n] === 1) this.distinct++;
    if (this.#waiting !== undefined && this.distinct >= this.#waiting.count) {
      this.#waiting.resolve();
      this.#waiting = undefined;
    }
  }

  get duplicates(): number {
    return this.hits - this.distinct;
  }

  /** Resolves when so many different documents came. */
  async reached(count: number): Promise<void> {
    if (this.distinct >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
    });
  }
}
