import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';

export interface ChangeQueueOptions<C, R> {
  /**
   * Writes changes: what became of each, or an error where it was not made or nobody knows. When it
   * rejects, that goes for all of them.
   */
  readonly write: (changes: readonly C[]) => Promise<readonly (R | Error)[]>;
  /** Most changes of one write. */
  readonly most?: number;
  /** Most bytes of changes that wait; further ones are refused. */
  readonly maxWaitingBytes?: number | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface WaitingChange<C, R> {
  readonly change: C;
  readonly bytes: number;
  readonly done: PromiseWithResolvers<R>;
}

const MAX_WAITING = 64 * 1024 * 1024;
/** What a change takes besides its text. */
const CHANGE_BYTES = 500;

/**
 * Changes of subscriptions on their way to a store, one write at a time: those that arrive while one is
 * under way share the next. One that failed is not made later; its caller was told.
 */
export class ChangeQueue<C, R> {
  readonly #options: ChangeQueueOptions<C, R>;
  readonly #waiting: WaitingChange<C, R>[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failed = false;
  #commits = 0;
  #failures = 0;
  #changes = 0;

  constructor(options: ChangeQueueOptions<C, R>) {
    this.#options = options;
    this.#showMetrics(options.metrics);
  }

  /**
   * Resolves when it is written.
   * @param bytes of its text
   * @throws EstromError OVERLOADED when too many wait; what `write` made of it
   */
  async add(change: C, bytes: number): Promise<R> {
    const size = CHANGE_BYTES + bytes;
    if (this.#waitingBytes + size > (this.#options.maxWaitingBytes ?? MAX_WAITING)) {
      throw new EstromError(
        'OVERLOADED',
        'too many changes of subscriptions wait to be written; try again in a moment',
      );
    }
    const done = Promise.withResolvers<R>();
    this.#waiting.push({ change, bytes: size, done });
    this.#waitingBytes += size;
    // A microtask later, so that all changes of this turn share the first write.
    this.#writing ??= Promise.resolve().then(() => this.#writeAll());
    return done.promise;
  }

  /** Resolves when nothing waits. */
  async drained(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const most = this.#options.most ?? Number.POSITIVE_INFINITY;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, most));
    this.#writing = undefined;
  }

  async #write(group: readonly WaitingChange<C, R>[]): Promise<void> {
    let results: readonly (R | Error)[];
    try {
      results = await this.#options.write(group.map(({ change }) => change));
    } catch (error) {
      results = group.map(() => error as Error);
    }
    let failure: Error | undefined;
    group.forEach(({ bytes, done }, n) => {
      this.#waitingBytes -= bytes;
      const result = results[n]!;
      if (result instanceof Error) {
        // What the caller did wrong is no failure of the store.
        if (!(result instanceof EstromError) || result.status >= 500) failure = result;
        done.reject(result);
      } else {
        this.#changes++;
        done.resolve(result);
      }
    });
    this.#note(failure);
  }

  #note(failure: Error | undefined): void {
    const { log } = this.#options;
    if (failure === undefined) {
      this.#commits++;
      if (this.#failed) log.info('subscriptions are kept again');
    } else {
      this.#failures++;
      if (!this.#failed) log.error({ reason: failure.message }, 'subscriptions cannot be kept');
    }
    this.#failed = failure !== undefined;
  }

  #showMetrics(metrics: Metrics): void {
    metrics.observedCounter(
      'estrom_subscription_commits_total',
      'Transactions of changed subscriptions',
      () => this.#commits,
    );
    metrics.observedCounter(
      'estrom_subscription_commit_failures_total',
      'Transactions of changed subscriptions that could not be written',
      () => this.#failures,
    );
    metrics.observedCounter(
      'estrom_subscription_changes_total',
      'Subscriptions made, replaced or deleted',
      () => this.#changes,
    );
    metrics.gauge(
      'estrom_subscription_waiting_bytes',
      'Changes of subscriptions that are not written yet',
      () => this.#waitingBytes,
    );
  }
}
