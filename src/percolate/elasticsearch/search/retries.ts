import { setTimeout } from 'node:timers/promises';
import { EstromError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { RETRY_CAUSES, type RetryCause } from '../worker/worker-messages.ts';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
/** Milliseconds between two lines of the log. */
const QUIET = 10_000;
/** Milliseconds without a failure after which all is well. */
const CALM = 5000;

/** Requests that have to be sent again: waits between the attempts, and says that it is so. */
export class Retries {
  readonly counts = new Map<RetryCause, number>(RETRY_CAUSES.map((cause) => [cause, 0]));
  /** Requests that were answered. */
  answers = 0;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  #logged = Number.NEGATIVE_INFINITY;
  #unlogged = 0;
  /** Of the newest failure. */
  #last = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Counts a failed attempt and waits before the next: longer each time, and never as long as others.
   * @param attempt 0 for the first
   * @throws EstromError UNAVAILABLE after {@link close}
   */
  async pause(attempt: number, cause: RetryCause, reason: string): Promise<void> {
    this.counts.set(cause, this.counts.get(cause)! + 1);
    this.#unlogged++;
    const now = performance.now();
    this.#last = now;
    if (now - this.#logged >= QUIET) {
      const failures = this.#unlogged;
      this.#log.warn({ cause, reason, failures }, 'Elasticsearch does not percolate; trying again');
      this.#logged = now;
      this.#unlogged = 0;
    }
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    try {
      const milliseconds = longest * (0.5 + Math.random() / 2);
      await setTimeout(milliseconds, undefined, { signal: this.#ended.signal });
    } catch {
      throw new EstromError('UNAVAILABLE', `percolation ends; Elasticsearch: ${reason}`);
    }
  }

  /** Counts an answer, and says that it is over. */
  answered(): void {
    this.answers++;
    if (this.#logged === Number.NEGATIVE_INFINITY) return;
    // Not yet, while some are answered and others are not.
    if (performance.now() - this.#last < CALM) return;
    this.#logged = Number.NEGATIVE_INFINITY;
    this.#log.info('Elasticsearch percolates again');
  }

  close(): void {
    this.#ended.abort();
  }
}
