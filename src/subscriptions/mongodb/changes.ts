import type { Collection } from 'mongodb';
import type { KeptSubscription } from '../model.ts';
import { fromDocument, type Stamp, type StoredDocument, toDocument } from './documents.ts';
import { isDuplicate, isUnmade } from './errors.ts';
import type { Writer } from './writer.ts';

export type Change =
  | { readonly change: 'insert' | 'replace'; readonly kept: KeptSubscription }
  | { readonly change: 'delete'; readonly id: string; readonly now: number };

/** What is kept after the change; null when there was nothing to change, or something else in its place. */
export type Changed = { readonly kept: KeptSubscription; readonly stamp: Stamp } | null;

/**
 * Makes changes side by side, as one batch. Each is one command of the server, which finds what it is to
 * replace by the revision before.
 * @returns what became of each, in their order
 */
export function makeChanges(
  changes: readonly Change[],
  subscriptions: Collection<StoredDocument>,
  writer: Writer,
): Promise<(Changed | Error)[]> {
  return writer.run((stamp, doubt) =>
    Promise.all(
      changes.map(async (change) => {
        try {
          const kept = await make(change, subscriptions, stamp);
          return kept === null ? null : { kept, stamp };
        } catch (error) {
          if (isDuplicate(error)) return null;
          if (!isUnmade(error)) doubt();
          return error as Error;
        }
      }),
    ),
  );
}

async function make(
  change: Change,
  subscriptions: Collection<StoredDocument>,
  stamp: Stamp,
): Promise<KeptSubscription | null> {
  if (change.change === 'delete') return markDeleted(change, subscriptions, stamp);
  const { kept } = change;
  const document = toDocument(kept, stamp);
  if (change.change === 'insert') {
    await subscriptions.insertOne(document);
    return kept;
  }
  const { _id, ...replacement } = document;
  const before = { 'estrom.revision': kept.estrom.revision - 1, 'estrom.deleted': false };
  const replaced = await subscriptions.findOneAndReplace(
    { _id, deleted: { $ne: true }, ...before },
    replacement,
    { projection: { _id: 1 } },
  );
  return replaced === null ? null : kept;
}

async function markDeleted(
  { id, now }: Extract<Change, { change: 'delete' }>,
  subscriptions: Collection<StoredDocument>,
  { writer, batch }: Stamp,
): Promise<KeptSubscription | null> {
  const deleted = await subscriptions.findOneAndUpdate(
    { _id: id, deleted: { $ne: true }, 'estrom.deleted': false },
    {
      $set: {
        ...{ deleted: true, modified_at: BigInt(now) },
        ...{ 'estrom.deleted': true, 'estrom.writer': writer, 'estrom.batch': batch },
      },
      $inc: { 'estrom.revision': 1 },
    },
    { returnDocument: 'after' },
  );
  return deleted === null ? null : (fromDocument(deleted) ?? null);
}
