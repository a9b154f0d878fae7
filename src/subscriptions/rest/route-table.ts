import type { ParameterName } from './parameters.ts';
import type { SchemaName } from './schemas.ts';

/** A route as it is registered and described. */
export interface SubscriptionRoute {
  readonly operation: 'list' | 'get' | 'create' | 'replace' | 'delete' | 'test';
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the prefix, as fastify has it. */
  readonly path: string;
  readonly isAdmin: boolean;
  readonly summary: string;
  readonly parameters: readonly ParameterName[];
  readonly body?: SchemaName;
  readonly success: { readonly status: number; readonly schema: SchemaName };
  readonly errors: readonly number[];
}

const ONE = 'UserSubscriptionWithLinks';
const USER_FILTERS: readonly ParameterName[] = ['before', 'active', 'expired'];
const ADMIN_FILTERS: readonly ParameterName[] = [
  ...(['before', 'after', 'active', 'started', 'expired', 'created-by'] as const),
  ...(['deleted', 'created-by-admin'] as const),
];

/** Every route of subscriptions: for users, and the same for administrators. */
export const SUBSCRIPTION_ROUTES: readonly SubscriptionRoute[] = [
  ...routesAt('/subscriptions', false),
  ...routesAt('/admin/subscriptions', true),
];

function routesAt(all: string, isAdmin: boolean): SubscriptionRoute[] {
  const one = `${all}/:id`;
  const pretty = { isAdmin, parameters: ['pretty'] } as const;
  const whose = isAdmin ? "anybody's" : "the caller's";
  return [
    {
      operation: 'list',
      method: 'GET',
      path: all,
      isAdmin,
      summary: isAdmin
        ? 'The subscriptions of everybody, the newest first'
        : "The caller's subscriptions that are not deleted, the newest first",
      parameters: [...(isAdmin ? ADMIN_FILTERS : USER_FILTERS), 'pretty', 'page', 'size'],
      success: { status: 200, schema: 'SubscriptionListResource' },
      errors: [400, 401, 403, 503],
    },
    {
      ...{ ...pretty, operation: 'create', method: 'POST', path: all },
      summary: isAdmin
        ? 'Makes a subscription for anybody'
        : 'Makes a subscription; once answered, every later document is matched against it',
      body: 'UserSubscription',
      success: { status: 201, schema: ONE },
      errors: [400, 401, 403, 429, 503],
    },
    {
      ...{ ...pretty, operation: 'get', method: 'GET', path: one },
      summary: isAdmin ? "Anybody's subscription" : "One of the caller's subscriptions",
      parameters: isAdmin ? ['deleted', 'pretty'] : ['pretty'],
      success: { status: 200, schema: ONE },
      errors: [400, 401, 403, 404, 503],
    },
    {
      ...{ ...pretty, operation: 'replace', method: 'PUT', path: one },
      summary: `Replaces one of ${whose} subscriptions that is not deleted`,
      body: 'UserSubscription',
      success: { status: 201, schema: ONE },
      errors: [400, 401, 403, 404, 429, 503],
    },
    {
      ...{ ...pretty, operation: 'delete', method: 'DELETE', path: one },
      summary: `Deletes one of ${whose} subscriptions; may be repeated`,
      success: { status: 202, schema: 'UserSubscription' },
      errors: [400, 401, 403, 404, 429, 503],
    },
    {
      ...{ ...pretty, operation: 'test', method: 'POST', path: `${all}/_test` },
      summary: `Tries a subscription on an event and a document; nothing is kept or sent`,
      body: 'DryRun',
      success: { status: 200, schema: 'DryRunResult' },
      errors: [400, 401, 403, 404, 429, 503],
    },
  ];
}
