import type { Config } from '../config.ts';
import { ConfigError, kebabName } from '../config-load.ts';
import type { Base } from './base.ts';

/** Where durable subscriptions are, and what is kept for them on this node. */
export interface SubscriptionPlace {
  /** Null: in a file of the folder. */
  readonly url: string | null;
  /** Of orders that are on their way, too; empty on a node that makes none. */
  readonly folder: string;
}

/** Settings that mean nothing without durable subscriptions. */
const ASKING = [
  'kafkaEvents',
  'kafkaOrders',
  'subscriptionIndices',
  'webhooks',
  'wampOrders',
] as const;

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
  if (folder === '') return noPlace(config);
  if (roles.beater && roles.tailor) return { url: null, folder };
  throw new ConfigError(
    `--roles ${roles.names.join(',')}: apart from one another, the roles beater and tailor share durable subscriptions by --subscription-store mongodb://…`,
  );
}

/** What asks for durable subscriptions must not be passed over in silence. */
function noPlace(config: Config): undefined {
  const given = ASKING.find((name) => config[name] !== '' && config[name] !== false);
  if (given === undefined) return undefined;
  throw new ConfigError(
    `--${kebabName(given)} is for durable subscriptions, which are kept in a folder: give it by --data or --subscription-data`,
  );
}
