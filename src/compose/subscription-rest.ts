import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config-load.ts';
import { openapiRoutes } from '../subscriptions/rest/openapi-routes.ts';
import {
  type SubscriptionRouteDeps,
  subscriptionRoutes,
} from '../subscriptions/rest/subscription-routes.ts';
import { loadTriggerSchema } from '../subscriptions/rest/trigger-schema.ts';
import { version } from '../version.ts';
import type { Base } from './base.ts';

/**
 * The routes of durable subscriptions, also below the prefix, and their description.
 * @throws ConfigError for a schema of triggers that is none
 */
export async function addSubscriptionRoutes(
  app: FastifyInstance,
  { config, log }: Base,
  parts: Pick<SubscriptionRouteDeps, 'store' | 'checkDraft' | 'dryRun'>,
): Promise<void> {
  const { subscriptionsPrefix: prefix, subscriptionTriggerSchema: file, publicUrl } = config;
  if (prefix !== '' && !/^(?:\/[\w.~-]+)+$/.test(prefix)) {
    throw new ConfigError(`--subscriptions-prefix ${prefix} has to be a path such as /manager`);
  }
  const triggers = file === '' ? undefined : loadTriggerSchema(file);
  const header = config.subscriptionIdentityHeader || null;
  const deps: SubscriptionRouteDeps = {
    ...parts,
    log,
    ...(publicUrl === '' ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
    identity: { header, admin: config.subscriptionIdentityAdmin || null },
    rowFilterHeader: config.subscriptionRowFilterHeader || null,
    ...(triggers === undefined ? {} : { checkTrigger: triggers.check }),
    maxPerUser: config.maxSubscriptionsPerUser,
    arlasCompat: config.arlasCompat,
  };
  await subscriptionRoutes(app, deps);
  if (prefix !== '') await subscriptionRoutes(app, { ...deps, prefix });
  openapiRoutes(app, {
    ...{ version: version(), prefix, identityHeader: header },
    ...(triggers === undefined ? {} : { triggerSchema: triggers.schema }),
    hasDryRun: parts.dryRun !== undefined,
  });
}
