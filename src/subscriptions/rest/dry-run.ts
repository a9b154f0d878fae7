import { EstromError } from '../../errors.ts';
import { validateIndexName } from '../../index-name.ts';
import { isObject } from '../../query/json.ts';
import { jsonTextsAt } from '../json-text.ts';
import type { JsonObject, SubscriptionDraft } from '../model.ts';
import { readBody, readDraft } from './draft.ts';
import type { Grant } from './subscription-service.ts';

/** What a subscription is tried on. Texts are as they were sent, so numbers keep their digits. */
export interface Sample {
  /** JSON of an object; null: that which the document makes when it comes in. */
  readonly event: string | null;
  /** JSON of an object; null: the document is where those of events are. */
  readonly document: string | null;
  /** Index of the document; null where nobody says it. */
  readonly index: string | null;
}

/** A subscription that is tried; one that is kept has an id. */
export type TriedSubscription = SubscriptionDraft & { readonly id?: string };

/**
 * Tells what would happen if an event came; keeps and sends nothing.
 * @param grant under whose name and row filter it would match
 */
export type DryRun = (
  subscription: TriedSubscription,
  sample: Sample,
  grant: Grant,
) => Promise<JsonObject>;

export interface DryRunRequest {
  readonly sample: Sample;
  /** One of the two is null. */
  readonly draft: SubscriptionDraft | null;
  readonly id: string | null;
}

/**
 * @param text of the body
 * @throws EstromError BAD_REQUEST, BAD_JSON, BAD_INDEX_NAME
 */
export function readDryRun(text: unknown): DryRunRequest {
  const body = readBody(text);
  if (!isObject(body)) throw bad('the body must be {"subscription":…,"event":…,"document":…}');
  const { subscription, id, event, document, index } = body;
  if (!isObject(event) && ((event ?? null) !== null || !isObject(document))) {
    throw bad('[event] must be an object: an event as it would come in');
  }
  if (document !== undefined && document !== null && !isObject(document)) {
    throw bad('[document] must be an object: the document of the event');
  }
  if ((subscription === undefined) === (id === undefined)) {
    throw bad('give either [subscription], or the [id] of one that is kept');
  }
  if (id !== undefined && typeof id !== 'string') throw bad('[id] must be a text');
  const textOf = (name: string) => jsonTextsAt(text as string, [name])[0];
  return {
    draft: subscription === undefined ? null : readDraft(subscription),
    id: id ?? null,
    sample: {
      event: textOf('event') ?? null,
      document: textOf('document') ?? null,
      index: readIndex(index),
    },
  };
}

function readIndex(index: unknown): string | null {
  if (index === undefined || index === null) return null;
  if (typeof index !== 'string') throw bad('[index] must be a text: the index of the document');
  const problem = validateIndexName(index);
  if (problem === null) return index;
  throw new EstromError('BAD_INDEX_NAME', `invalid index name [${index}], ${problem}`);
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
