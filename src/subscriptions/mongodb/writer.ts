import { randomUUID } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Stamp } from './documents.ts';

/** A writer as the other nodes see it, in a collection of its own. */
export interface WriterDocument {
  readonly _id: string;
  /** All batches up to this one are done, and nothing of them is under way. */
  readonly settled: number;
  /** By the server's clock; the entry goes some time after. */
  readonly seen: Date;
}

/** Milliseconds that a writer's entry outlives it. */
export const WRITER_LIFE = 3_600_000;
/** A writer that the server has not confirmed for so long takes a new name before it writes. */
const CONFIRMED = WRITER_LIFE / 6;
const HEARTBEAT = WRITER_LIFE / 12;

/**
 * How nodes find each other's changes without comparing clocks. A node writes one batch after another, and
 * each document says by whom and in which batch it was changed last. Once a batch is settled, whoever reads
 * afterwards sees all of it; so readers come back for what is later, and for nothing else. A batch of
 * which nobody knows what became (the connection broke) is never settled: the node goes on under a new name,
 * and readers keep looking for what may still come under the old one.
 */
export class Writer {
  readonly #writers: Collection<WriterDocument>;
  readonly #heartbeat: NodeJS.Timeout;
  #name: string | undefined;
  #batch = 0;
  #settled = 0;
  #toldSettled = 0;
  #confirmedAt = { wall: 0, steady: 0 };
  #last: Promise<unknown> = Promise.resolve();
  #telling: Promise<void> | undefined;

  constructor(writers: Collection<WriterDocument>) {
    this.#writers = writers;
    this.#heartbeat = setInterval(() => this.#tell(true), HEARTBEAT).unref();
  }

  /** The name that it writes under now, and the last batch that is settled. */
  get current(): { readonly name: string; readonly settled: number } | undefined {
    return this.#name === undefined ? undefined : { name: this.#name, settled: this.#settled };
  }

  /**
   * Runs the writes of one batch, after those before it.
   * @param work calls `doubt` when it does not know whether a write was made, or rejects
   */
  run<T>(work: (stamp: Stamp, doubt: () => void) => Promise<T>): Promise<T> {
    const done = this.#last.then(() => this.#run(work));
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#last;
    while (this.#telling !== undefined) await this.#telling;
  }

  async #run<T>(work: (stamp: Stamp, doubt: () => void) => Promise<T>): Promise<T> {
    if (!this.#isConfirmed()) this.#name = undefined;
    this.#name ??= await this.#begin();
    const stamp = { writer: this.#name, batch: ++this.#batch };
    let isDoubtful = true;
    try {
      let doubts = 0;
      const result = await work(stamp, () => {
        doubts++;
      });
      isDoubtful = doubts > 0;
      return result;
    } finally {
      if (isDoubtful) {
        this.#name = undefined;
      } else {
        this.#settled = stamp.batch;
        this.#tell(false);
      }
    }
  }

  /** Others have to know the name before anything is written under it. */
  async #begin(): Promise<string> {
    const name = randomUUID();
    const times = now();
    await this.#writers.updateOne(
      { _id: name },
      { $set: { settled: 0 }, $currentDate: { seen: true } },
      { upsert: true },
    );
    this.#batch = 0;
    this.#settled = 0;
    this.#toldSettled = 0;
    this.#confirmedAt = times;
    return name;
  }

  #isConfirmed(): boolean {
    const { wall, steady } = now();
    const { wall: wallThen, steady: steadyThen } = this.#confirmedAt;
    return wall - wallThen < CONFIRMED && steady - steadyThen < CONFIRMED;
  }

  /** Lets the others know how far it is, in the background: until they do, they read a little more. */
  #tell(always: boolean): void {
    this.#telling ??= this.#tellAll(always).finally(() => {
      this.#telling = undefined;
    });
  }

  async #tellAll(always: boolean): Promise<void> {
    for (let must = always; must || this.#toldSettled < this.#settled; must = false) {
      const name = this.#name;
      if (name === undefined) return;
      const settled = this.#settled;
      const times = now();
      try {
        const { matchedCount } = await this.#writers.updateOne(
          { _id: name },
          { $set: { settled }, $currentDate: { seen: true } },
        );
        if (name !== this.#name) return;
        // The entry has gone: nobody looks for this name any more.
        if (matchedCount === 0) this.#name = undefined;
        this.#toldSettled = settled;
        this.#confirmedAt = times;
      } catch {
        // It is told with the next batch, or at the next heartbeat.
        return;
      }
    }
  }
}

function now(): { readonly wall: number; readonly steady: number } {
  return { wall: Date.now(), steady: performance.now() };
}
