import { EstromError } from '../../errors.ts';
import { isObject } from '../../query/json.ts';
import type { JsonObject, SubscriptionDraft } from '../model.ts';
import { readDraft } from './draft.ts';
import type { Grant } from './subscription-service.ts';

/** What a subscription is tried on. */
export interface Sample {
  readonly event: JsonObject;
  /** Null: the event has to hold it. */
  readonly document: JsonObject | null;
}

/**
 * Tells what would happen if an event came; keeps and sends nothing.
 * @param grant under whose name and row filter it would match
 */
export type DryRun = (
  draft: SubscriptionDraft,
  sample: Sample,
  grant: Grant,
) => Promise<JsonObject>;

export interface DryRunRequest extends Sample {
  /** One of the two is null. */
  readonly draft: SubscriptionDraft | null;
  readonly id: string | null;
}

/** @throws EstromError BAD_REQUEST */
export function readDryRun(body: unknown): DryRunRequest {
  if (!isObject(body)) throw bad('the body must be {"subscription":…,"event":…,"document":…}');
  const { subscription, id, event, document } = body;
  if (!isObject(event)) throw bad('[event] must be an object: an event as it would come in');
  if (document !== undefined && document !== null && !isObject(document)) {
    throw bad('[document] must be an object: the document of the event');
  }
  if ((subscription === undefined) === (id === undefined)) {
    throw bad('give either [subscription], or the [id] of one that is kept');
  }
  if (id !== undefined && typeof id !== 'string') throw bad('[id] must be a text');
  return {
    draft: subscription === undefined ? null : readDraft(subscription),
    id: id ?? null,
    event,
    document: document ?? null,
  };
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
