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
/** Documents of one command. */
const PART = 1000;
const ID = { _id: 1 } as const;

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
    let turn: number | undefined;
    // In parts, so that no command takes longer than a server may be silent.
    for (;;) {
      const found = await this.#subscriptions.find(isNew).project(ID).limit(PART).toArray();
      if (found.length === 0) break;
      turn ??= await this.#nextTurn();
      const ids = found.map(({ _id }) => _id as string);
      for (const deleted of [true, false]) {
        const estrom: EstromPart = {
          ...{ revision: turn * SPAN + 1, principal: null, rowFilter: null, deleted },
          ...stamp,
        };
        await this.#subscriptions.updateMany(
          { ...isNew, _id: { $in: ids }, deleted: deleted ? true : { $ne: true } },
          { $set: { estrom } },
        );
      }
    }
    // Where another node adopted meanwhile, a document may have been replaced in between, and be above this turn.
    while (turn !== undefined && (await this.#turns()) > turn + 1) {
      turn = await this.#nextTurn();
      const { matchedCount } = await this.#subscriptions.updateMany(
        { 'estrom.writer': stamp.writer, 'estrom.batch': stamp.batch },
        { $set: { 'estrom.revision': turn * SPAN + 1 } },
      );
      if (matchedCount === 0) return;
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
