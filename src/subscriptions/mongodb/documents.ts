import { Ajv } from 'ajv';
import type { JsonObject, KeptSubscription } from '../model.ts';
import { jsonOf, storable } from './json-values.ts';

/** Which write of which writer a document was changed by last, see {@link Writer}. */
export interface Stamp {
  readonly writer: string;
  readonly batch: number;
}

/** What estrom keeps in a document beside what ARLAS Subscriptions has there. */
export interface EstromPart extends Stamp {
  readonly revision: number;
  readonly principal: string | null;
  readonly rowFilter: string | null;
  /** As the document's own member is; where they differ, another program has changed that. */
  readonly deleted: boolean;
  /** JSON of trigger and metadata where the server cannot hold them as they are. */
  readonly exact?: string;
}

/** A document of the collection, whoever wrote it; of the members beside these nothing is sure. */
export interface StoredDocument {
  readonly _id: string;
  readonly deleted?: unknown;
  readonly modified_at?: unknown;
  readonly estrom?: EstromPart;
}

/** As {@link ArlasDocument}, with times as they are written. */
interface WrittenDocument extends StoredDocument {
  readonly [member: string]: unknown;
}

interface Exact {
  readonly trigger: JsonObject;
  readonly userMetadatas?: JsonObject;
}

/** A subscription as ARLAS keeps it, with estrom's part beside. */
export function toDocument(kept: KeptSubscription, stamp: Stamp): WrittenDocument {
  const { trigger, callback, hits } = kept.subscription;
  const { userMetadatas } = kept;
  const { value, isExact } = storable({ trigger, userMetadatas });
  const stored = value as Exact;
  const { revision, principal, rowFilter } = kept.estrom;
  return {
    _id: kept.id,
    // ARLAS reads 64-bit integers there and nothing else, which is what the driver makes of these.
    created_at: BigInt(kept.created_at),
    modified_at: BigInt(kept.modified_at),
    created_by_admin: kept.created_by_admin,
    deleted: kept.deleted,
    created_by: kept.created_by,
    active: kept.active,
    starts_at: BigInt(kept.starts_at),
    ...(kept.expires_at === undefined ? {} : { expires_at: BigInt(kept.expires_at) }),
    title: kept.title,
    subscription: { trigger: stored.trigger, callback, hits: { ...hits } },
    ...(userMetadatas === undefined ? {} : { userMetadatas: stored.userMetadatas }),
    estrom: {
      ...{ revision, principal, rowFilter, deleted: kept.deleted, ...stamp },
      ...(isExact ? {} : { exact: JSON.stringify({ trigger, userMetadatas }) }),
    },
  };
}

/** Whether another program made the document, or changed it without estrom's part. */
export function isForeign({ estrom, deleted }: StoredDocument): boolean {
  return estrom?.writer === undefined || estrom.deleted !== (deleted === true);
}

/** The subscription of a document; undefined where it is none that could be matched. */
export function fromDocument(document: StoredDocument): KeptSubscription | undefined {
  const json = jsonOf(document);
  if (!isSubscription(json)) return undefined;
  const { estrom, expires_at, subscription, userMetadatas } = json;
  const { trigger, callback, hits } = subscription;
  const exact = estrom?.exact === undefined ? undefined : (JSON.parse(estrom.exact) as Exact);
  const metadata = exact === undefined ? userMetadatas : exact.userMetadatas;
  return {
    id: json._id,
    created_at: json.created_at,
    modified_at: json.modified_at ?? json.created_at,
    created_by_admin: json.created_by_admin === true,
    deleted: json.deleted === true,
    created_by: json.created_by,
    active: json.active,
    starts_at: json.starts_at,
    ...(expires_at == null ? {} : { expires_at }),
    title: json.title,
    subscription: {
      trigger: exact?.trigger ?? trigger,
      callback,
      hits: { filter: hits.filter, projection: hits.projection ?? '' },
    },
    ...(metadata == null ? {} : { userMetadatas: metadata }),
    estrom: {
      revision: estrom?.revision ?? 1,
      principal: estrom?.principal ?? null,
      rowFilter: estrom?.rowFilter ?? null,
    },
  };
}

/** What ARLAS requires of its subscriptions, which is what matching needs. */
interface ArlasDocument {
  readonly _id: string;
  readonly created_at: number;
  readonly modified_at?: number | null;
  readonly created_by_admin?: boolean | null;
  readonly deleted?: boolean | null;
  readonly created_by: string;
  readonly active: boolean;
  readonly starts_at: number;
  readonly expires_at?: number | null;
  readonly title: string;
  readonly subscription: {
    readonly trigger: JsonObject;
    readonly callback: string;
    readonly hits: { readonly filter: string; readonly projection?: string | null };
  };
  readonly userMetadatas?: JsonObject | null;
  readonly estrom?: EstromPart;
}

const TEXT = { type: 'string' };
const TIME = { type: 'number' };
const NO_TIME = { type: ['number', 'null'] };
const MAP = { type: 'object' };

const isSubscription = new Ajv().compile<ArlasDocument>({
  type: 'object',
  required: ['_id', 'created_at', 'created_by', 'active', 'starts_at', 'title', 'subscription'],
  properties: {
    ...{ _id: TEXT, created_by: TEXT, title: TEXT, active: { type: 'boolean' } },
    ...{ created_at: TIME, modified_at: NO_TIME, starts_at: TIME, expires_at: NO_TIME },
    subscription: {
      type: 'object',
      required: ['trigger', 'callback', 'hits'],
      properties: {
        ...{ trigger: MAP, callback: TEXT },
        hits: {
          type: 'object',
          required: ['filter'],
          properties: { filter: TEXT, projection: { type: ['string', 'null'] } },
        },
      },
    },
    userMetadatas: { type: ['object', 'null'] },
    estrom: MAP,
  },
});
