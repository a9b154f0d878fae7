import { withoutPasswords } from '../config-addresses.ts';
import { EstromError } from '../errors.ts';
import { MongoSubscriptions } from '../subscriptions/mongodb/mongo-subscriptions.ts';
import { SqliteSubscriptions } from '../subscriptions/sqlite/sqlite-subscriptions.ts';
import type {
  ClosableSubscriptionStore,
  SubscriptionStore,
} from '../subscriptions/subscription-store.ts';
import type { Base } from './base.ts';
import type { SubscriptionPlace } from './subscription-place.ts';

/**
 * Waits for a MongoDB that is away.
 * @throws ConfigError when the folder or the URL cannot be used
 */
export async function openSubscriptionStore(
  { metrics, log, readiness }: Base,
  { url, folder }: SubscriptionPlace,
): Promise<ClosableSubscriptionStore> {
  if (url === null) return SqliteSubscriptions.open({ folder, metrics, log });
  readiness.notReady(`waiting for MongoDB at ${withoutPasswords(url)}`);
  return MongoSubscriptions.open({ url, metrics, log });
}

/** A store that is opened once requests come in: those of HTTP wait for it, a router's are told to come again. */
export function lateStore(find: () => SubscriptionStore | undefined): SubscriptionStore {
  const store = () => {
    const found = find();
    if (found !== undefined) return found;
    throw new EstromError('UNAVAILABLE', 'subscriptions are being loaded: try again');
  };
  return {
    insert: async (subscription) => store().insert(subscription),
    replace: async (subscription) => store().replace(subscription),
    markDeleted: async (id, now) => store().markDeleted(id, now),
    get: async (id) => store().get(id),
    list: async (filter, page) => store().list(filter, page),
  };
}
