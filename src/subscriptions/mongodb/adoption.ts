import type { Collection } from 'mongodb';
import type { EstromPart, Stamp, StoredDocument } from './documents.ts';
import type { Writer } from './writer.ts';

/** Beside the writers: how often documents have been adopted. */
export interface AdoptionDocument {
  readonly _id: 'adoptions';
  readonly count: number;
}

/** Between two adoptions of a document it has fewer changes than this. */
const SPAN = 1_000_000;

/**
 * Gives estrom's part to documents that another program, such as ARLAS Subscriptions, has written or
 * replaced. What revision a replaced one had is lost with its part, so each adoption begins above all that
 * went before; in a collection that estrom has never seen it begins at 1.
 */
export class Adoption {
  readonly #subscriptions: Collection<StoredDocument>;
  readonly #counter: Collection<AdoptionDocument>;
  readonly #writer: Writer;
  #running: Promise<void> | undefined;

  constructor(
    subscriptions: Collection<StoredDocument>,
    counter: Collection<AdoptionDocument>,
    writer: Writer,
  ) {
    this.#subscriptions = subscriptions;
    this.#counter = counter;
    this.#writer = writer;
  }

  /** Resolves when what was foreign at the call is so no more. */
  async run(): Promise<void> {
    // One that is under way may have passed what this one is for.
    await this.#running?.catch(() => {});
    this.#running ??= this.#writer
      .run((stamp) => this.#adopt(stamp))
      .finally(() => {
        this.#running = undefined;
      });
    await this.#running;
  }

  async #adopt(stamp: Stamp): Promise<void> {
    await this.#adoptNew(stamp);
    for (const deleted of [true, false]) {
      await this.#subscriptions.updateMany(
        { 'estrom.deleted': !deleted, deleted: deleted ? true : { $ne: true } },
        {
          $set: {
            'estrom.deleted': deleted,
            'estrom.writer': stamp.writer,
            'estrom.batch': stamp.batch,
          },
          $inc: { 'estrom.revision': 1 },
        },
      );
    }
  }

  async #adoptNew(stamp: Stamp): Promise<void> {
    const isNew = { 'estrom.writer': null };
    if ((await this.#subscriptions.findOne(isNew, { projection: { _id: 1 } })) === null) return;
    let turn = await this.#nextTurn();
    let adopted = 0;
    for (const deleted of [true, false]) {
      const estrom: EstromPart = {
        ...{ revision: turn * SPAN + 1, principal: null, rowFilter: null, deleted },
        ...stamp,
      };
      const { matchedCount } = await this.#subscriptions.updateMany(
        { ...isNew, deleted: deleted ? true : { $ne: true } },
        { $set: { estrom } },
      );
      adopted += matchedCount;
    }
    // Where another node adopted meanwhile, a document may have been replaced in between, and be above this turn.
    while (adopted > 0 && (await this.#turns()) > turn + 1) {
      turn = await this.#nextTurn();
      await this.#subscriptions.updateMany(
        { 'estrom.writer': stamp.writer, 'estrom.batch': stamp.batch },
        { $set: { 'estrom.revision': turn * SPAN + 1 } },
      );
    }
  }

  async #nextTurn(): Promise<number> {
    const before = await this.#counter.findOneAndUpdate(
      { _id: 'adoptions' },
      { $inc: { count: 1 } },
      { upsert: true, returnDocument: 'before' },
    );
    return before?.count ?? 0;
  }

  async #turns(): Promise<number> {
    return (await this.#counter.findOne({ _id: 'adoptions' }))?.count ?? 0;
  }
}
