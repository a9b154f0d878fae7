import type { Logger } from '../log.ts';
import type { Change, QueryIndex } from './query-index.ts';

/** How often this node asks whether anything has changed; milliseconds. */
const INTERVAL = 200;
/** The same while Elasticsearch does not answer. */
const AWAY_INTERVAL = 1000;
/** What has ended is told for an hour; who has not asked for half of that reads everything again. */
const MAX_SILENCE = 30 * 60 * 1000;

/** Who follows the registry. */
export interface Follower {
  /** Resolves when documents that come from now on are matched as these changes say. */
  apply(changes: readonly Change[]): Promise<void>;
  /** Everything is read again: what does not come until `complete` has ended. */
  restart(): void;
  complete(): void;
}

export interface ChangeFeedParts {
  readonly index: Pick<QueryIndex, 'name' | 'checkpoint' | 'changes'>;
  readonly follower: Follower;
  /** Told when `applied` has moved. */
  readonly onApplied: () => void;
  readonly log: Logger;
}

/**
 * Follows the shared registry by the sequence numbers of its index. A refresh may show number 6 before
 * 5, so it reads only up to the index's checkpoint, below which nothing is under way.
 */
export class ChangeFeed {
  readonly #parts: ChangeFeedParts;
  #applied = -1;
  #uuid: string | undefined;
  #heard = Number.NEGATIVE_INFINITY;
  /** The same, but never reset: for who watches. */
  #caughtUp = performance.now();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isAway = false;
  #isNudged = false;
  /** Changes that came through it. */
  changes = 0;

  constructor(parts: ChangeFeedParts) {
    this.#parts = parts;
  }

  /** Every change up to this number is applied here; -1 for none. */
  get applied(): number {
    return this.#applied;
  }

  /** Seconds for which changes of others may not be applied here. */
  get lag(): number {
    return (performance.now() - this.#caughtUp) / 1000;
  }

  /** Whether the last attempt to read failed. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Goes on by itself from now on. */
  follow(): void {
    this.#schedule(INTERVAL);
  }

  /** Something may have changed. */
  nudge(): void {
    this.#isNudged = true;
    if (this.#timer !== undefined && this.#running === undefined) this.#schedule(0);
  }

  /** Resolves when everything is applied that was durable at the time of the call. Errors as `QueryIndex`. */
  async catchUp(): Promise<void> {
    // One that is under way may have asked before the call.
    await this.#running?.catch(() => {});
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => {});
  }

  #schedule(delay: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), delay).unref();
  }

  async #tick(): Promise<void> {
    this.#isNudged = false;
    try {
      await this.catchUp();
      if (this.#isAway) this.#parts.log.info('the shared registry is back');
      this.#isAway = false;
    } catch (error) {
      const reason = (error as Error).message;
      if (!this.#isAway) this.#parts.log.warn({ reason }, 'the shared registry cannot be read');
      this.#isAway = true;
    }
    if (this.#isAway) this.#schedule(AWAY_INTERVAL);
    else this.#schedule(this.#isNudged ? 0 : INTERVAL);
  }

  async #read(): Promise<void> {
    const { index, follower, onApplied, log } = this.#parts;
    const asked = performance.now();
    const { uuid, seqNo } = await index.checkpoint();
    const isOther = this.#uuid !== undefined && uuid !== this.#uuid;
    const isLate = asked - this.#heard > MAX_SILENCE;
    const isAnew = isOther || isLate || seqNo < this.#applied;
    if (isOther)
      log.error({ index: index.name }, 'the index of queries is another one: reading it');
    if (isAnew) {
      follower.restart();
      this.#applied = -1;
      // Until it is read through, the next attempt begins from the start as well.
      this.#heard = Number.NEGATIVE_INFINITY;
    }
    if (seqNo > this.#applied) {
      for await (const changes of index.changes(this.#applied, seqNo)) {
        await follower.apply(changes);
        this.changes += changes.length;
      }
    }
    if (isAnew) follower.complete();
    const hasMoved = seqNo !== this.#applied || this.#uuid === undefined;
    this.#applied = seqNo;
    this.#uuid = uuid;
    this.#heard = asked;
    this.#caughtUp = asked;
    if (hasMoved) onApplied();
  }
}
