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

const USER = '/subscriptions';
const ADMIN = '/admin/subscriptions';
const ONE = 'UserSubscriptionWithLinks';

/** Every route of subscriptions. */
export const SUBSCRIPTION_ROUTES: readonly SubscriptionRoute[] = [
  {
    operation: 'list',
    method: 'GET',
    path: USER,
    isAdmin: false,
    summary: "The caller's subscriptions that are not deleted, the newest first",
    parameters: ['before', 'active', 'expired', 'pretty', 'page', 'size'],
    success: { status: 200, schema: 'SubscriptionListResource' },
    errors: [400, 401, 403, 503],
  },
  {
    operation: 'create',
    method: 'POST',
    path: USER,
    isAdmin: false,
    summary: 'Makes a subscription; once answered, every later document is matched against it',
    parameters: ['pretty'],
    body: 'UserSubscription',
    success: { status: 201, schema: ONE },
    errors: [400, 401, 403, 429, 503],
  },
  {
    operation: 'get',
    method: 'GET',
    path: `${USER}/:id`,
    isAdmin: false,
    summary: "One of the caller's subscriptions",
    parameters: ['pretty'],
    success: { status: 200, schema: ONE },
    errors: [400, 401, 403, 404, 503],
  },
  {
    operation: 'replace',
    method: 'PUT',
    path: `${USER}/:id`,
    isAdmin: false,
    summary: "Replaces one of the caller's subscriptions",
    parameters: ['pretty'],
    body: 'UserSubscription',
    success: { status: 201, schema: ONE },
    errors: [400, 401, 403, 404, 429, 503],
  },
  {
    operation: 'delete',
    method: 'DELETE',
    path: `${USER}/:id`,
    isAdmin: false,
    summary: "Deletes one of the caller's subscriptions; may be repeated",
    parameters: ['pretty'],
    success: { status: 202, schema: 'UserSubscription' },
    errors: [400, 401, 403, 404, 429, 503],
  },
  {
    operation: 'test',
    method: 'POST',
    path: `${USER}/_test`,
    isAdmin: false,
    summary: 'Tries a subscription on an event and a document; nothing is kept or sent',
    parameters: ['pretty'],
    body: 'DryRun',
    success: { status: 200, schema: 'DryRunResult' },
    errors: [400, 401, 403, 404, 503],
  },
  {
    operation: 'list',
    method: 'GET',
    path: ADMIN,
    isAdmin: true,
    summary: 'The subscriptions of everybody, the newest first',
    parameters: [
      ...(['before', 'after', 'active', 'started', 'expired', 'created-by'] as const),
      ...(['deleted', 'created-by-admin', 'pretty', 'page', 'size'] as const),
    ],
    success: { status: 200, schema: 'SubscriptionListResource' },
    errors: [400, 401, 403, 503],
  },
  {
    operation: 'create',
    method: 'POST',
    path: ADMIN,
    isAdmin: true,
    summary: 'Makes a subscription for anybody',
    parameters: ['pretty'],
    body: 'UserSubscription',
    success: { status: 201, schema: ONE },
    errors: [400, 401, 403, 429, 503],
  },
  {
    operation: 'get',
    method: 'GET',
    path: `${ADMIN}/:id`,
    isAdmin: true,
    summary: "Anybody's subscription",
    parameters: ['deleted', 'pretty'],
    success: { status: 200, schema: ONE },
    errors: [400, 401, 403, 404, 503],
  },
  {
    operation: 'replace',
    method: 'PUT',
    path: `${ADMIN}/:id`,
    isAdmin: true,
    summary: "Replaces anybody's subscription that is not deleted",
    parameters: ['pretty'],
    body: 'UserSubscription',
    success: { status: 201, schema: ONE },
    errors: [400, 401, 403, 404, 429, 503],
  },
  {
    operation: 'delete',
    method: 'DELETE',
    path: `${ADMIN}/:id`,
    isAdmin: true,
    summary: "Deletes anybody's subscription; may be repeated",
    parameters: ['pretty'],
    success: { status: 202, schema: 'UserSubscription' },
    errors: [400, 401, 403, 404, 429, 503],
  },
];
