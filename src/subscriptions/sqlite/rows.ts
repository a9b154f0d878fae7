import type { KeptSubscription } from '../model.ts';

/** A subscription as its table has it. */
export interface SubscriptionRow {
  readonly id: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly modified_at: number;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly active: 0 | 1;
  readonly deleted: 0 | 1;
  readonly created_by_admin: 0 | 1;
  readonly revision: number;
  readonly principal: string | null;
  readonly row_filter: string | null;
  /** JSON of what is never looked for: title, subscription and metadata. */
  readonly body: string;
}

export const COLUMNS = [
  'id',
  'created_by',
  'created_at',
  'modified_at',
  'starts_at',
  'expires_at',
  'active',
  'deleted',
  'created_by_admin',
  'revision',
  'principal',
  'row_filter',
  'body',
] as const satisfies readonly (keyof SubscriptionRow)[];

type Body = Pick<KeptSubscription, 'title' | 'subscription' | 'userMetadatas'>;

export function toRow(kept: KeptSubscription): SubscriptionRow {
  const { title, subscription, userMetadatas, estrom } = kept;
  return {
    id: kept.id,
    created_by: kept.created_by,
    created_at: kept.created_at,
    modified_at: kept.modified_at,
    starts_at: kept.starts_at,
    expires_at: kept.expires_at ?? null,
    active: kept.active ? 1 : 0,
    deleted: kept.deleted ? 1 : 0,
    created_by_admin: kept.created_by_admin ? 1 : 0,
    revision: estrom.revision,
    principal: estrom.principal,
    row_filter: estrom.rowFilter,
    body: JSON.stringify({ title, subscription, userMetadatas }),
  };
}

export function fromRow(row: SubscriptionRow): KeptSubscription {
  const { title, subscription, userMetadatas } = JSON.parse(row.body) as Body;
  return {
    id: row.id,
    created_at: row.created_at,
    modified_at: row.modified_at,
    created_by_admin: row.created_by_admin === 1,
    deleted: row.deleted === 1,
    created_by: row.created_by,
    active: row.active === 1,
    starts_at: row.starts_at,
    ...(row.expires_at === null ? {} : { expires_at: row.expires_at }),
    title,
    subscription,
    ...(userMetadatas === undefined ? {} : { userMetadatas }),
    estrom: { revision: row.revision, principal: row.principal, rowFilter: row.row_filter },
  };
}
