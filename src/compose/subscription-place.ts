import { withoutPasswords } from '../config-addresses.ts';
import { ConfigError } from '../config-load.ts';
import { EstromError } from '../errors.ts';
import { MongoSubscriptions } from '../subscriptions/mongodb/mongo-subscriptions.ts';
import { SqliteSubscriptions } from '../subscriptions/sqlite/sqlite-subscriptions.ts';
import type {
  ClosableSubscriptionStore,
  SubscriptionStore,
} from '../subscriptions/subscription-store.ts';
import type { Base } from './base.ts';

/** Where durable subscriptions are, and what is kept for them on this node. */
export interface SubscriptionPlace {
  /** Null: in a file of the folder. */
  readonly url: string | null;
  /** Of orders that are on their way, too; empty on a node that makes none. */
  readonly folder: string;
}

/**
 * Undefined where nothing says that there are any, or this node has nothing to do with them.
 * @throws ConfigError when the settings do not go together
 */
export function placeOf({ config, roles }: Base): SubscriptionPlace | undefined {
  const { subscriptionStore, subscriptionData, data } = config;
  const folder = subscriptionData || data;
  if (!roles.beater && !roles.tailor) return undefined;
  if (/^mongodb(?:\+srv)?:\/\//.test(subscriptionStore)) {
    if (roles.beater && folder === '') {
      throw new ConfigError(
        '--subscription-store is shared, but orders on their way are kept on each node: give a folder by --subscription-data',
      );
    }
    return { url: subscriptionStore, folder };
  }
  if (subscriptionStore !== 'sqlite') {
    throw new ConfigError(
      '--subscription-store has to be sqlite or a URL such as mongodb://127.0.0.1:27017/estrom',
    );
  }
  if (folder === '') return undefined;
  if (roles.beater && roles.tailor) return { url: null, folder };
  throw new ConfigError(
    `--roles ${roles.names.join(',')}: apart from one another, the roles beater and tailor share durable subscriptions by --subscription-store mongodb://…`,
  );
}

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
