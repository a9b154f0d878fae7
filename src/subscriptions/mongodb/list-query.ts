import type { SubscriptionFilter } from '../subscription-store.ts';

/** What MongoDB is asked for a list; a document without `deleted` is not deleted. */
export function queryOf(filter: SubscriptionFilter): Record<string, unknown> {
  const { now, started, expired, before, after } = filter;
  const terms: Record<string, unknown>[] = [];
  const add = (member: string, value: unknown) => {
    if (value !== undefined) terms.push({ [member]: value });
  };
  add('created_by', filter.createdBy);
  add('created_at', before === undefined ? undefined : { $lte: before });
  add('created_at', after === undefined ? undefined : { $gte: after });
  add('active', filter.active);
  add('created_by_admin', filter.createdByAdmin);
  if (started !== undefined) add('starts_at', started ? { $lte: now } : { $gt: now });
  if (expired === true) add('expires_at', { $lte: now });
  if (expired === false) add('$or', [{ expires_at: null }, { expires_at: { $gt: now } }]);
  if (!filter.withDeleted) add('deleted', { $ne: true });
  return terms.length === 0 ? {} : { $and: terms };
}

export const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
