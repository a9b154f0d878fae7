import { ROLES, type Role } from '../principal.ts';

/** Who may ask a route: everybody, or who has one of these roles. */
export type Rule = 'open' | readonly Role[];

/** Routes that are the same to access control. */
export interface AccessGroup {
  readonly what: string;
  readonly rule: Rule;
  /**
   * Methods and the route's pattern. `WS` is a WebSocket without a subprotocol, `WAMP` a
   * topic or procedure in a WAMP session, which anybody with a token may open.
   */
  readonly routes: readonly string[];
}

const CAT = ['aliases', 'count', 'health', 'indices', 'master', 'nodes', 'plugins', 'shards'];
const REMEMBERED = [
  '/_component_template',
  '/_ilm/policy',
  '/_index_template',
  '/_ingest/pipeline',
  '/_template',
];

/**
 * Every route and the roles that may ask it; HEAD is as GET. A route that is not here may be asked
 * by nobody once there are tokens, and fails the test that walks all routes.
 */
export const ACCESS_GROUPS: readonly AccessGroup[] = [
  { what: 'whether it lives', rule: 'open', routes: ['GET /healthz', 'GET /readyz'] },
  { what: 'metrics', rule: ['metrics'], routes: ['GET /metrics'] },
  {
    what: 'documents in',
    rule: ['ingest'],
    routes: [
      'POST,PUT /_bulk',
      'POST,PUT /:index/_bulk',
      'POST /:index/_doc',
      'POST,PUT,DELETE /:index/_doc/:id',
      'POST,PUT /:index/_create/:id',
      'POST /:index/_update/:id',
      'POST /api/v0.1/docs',
    ],
  },
  {
    what: 'what shippers ask',
    rule: ROLES,
    routes: [
      'GET /',
      'GET /_license',
      'GET /_xpack',
      'GET /_nodes',
      'GET /_nodes/http',
      'GET /_nodes/_all/http',
      'GET /_nodes/_local/http',
      'GET /_cluster/health',
      'GET /_cluster/health/:index',
      ...[...CAT, 'templates'].flatMap((table) => [
        `GET /_cat/${table}`,
        `GET /_cat/${table}/:name`,
      ]),
      ...REMEMBERED.flatMap((path) => [`GET ${path}`, `GET ${path}/:name`]),
      'GET /:index',
      'GET /_mapping',
      'GET /_mapping/field/:fields',
      'GET /:index/_mapping',
      'GET /:index/_mapping/field/:fields',
      'GET,POST /_analyze',
      'GET,POST /:index/_analyze',
      'POST /_index_template/_simulate/:name',
      'POST /_index_template/_simulate_index/:name',
      'GET /:index/_doc/:id',
      'GET /_alias',
      'GET /_alias/:alias',
      'GET /:index/_alias',
      'GET /:index/_alias/:alias',
      'GET /_data_stream',
      'GET /_data_stream/:index',
      'GET,POST /_refresh',
      'GET,POST /:index/_refresh',
      'GET,POST /_flush',
      'GET,POST /:index/_flush',
    ],
  },
  {
    what: 'what shippers set up',
    rule: ['ingest'],
    routes: [
      'PUT,DELETE /:index',
      'PUT,POST /:index/_mapping',
      'PUT,POST /:index/_mapping/:type',
      'PUT,POST /:index/_alias/:alias',
      'PUT,DELETE /_data_stream/:index',
      ...REMEMBERED.map((path) => `PUT,POST,DELETE ${path}/:name`),
    ],
  },
  {
    what: 'tails',
    rule: ['tail'],
    routes: ['GET /api/v0.1/docs', 'GET /ws', 'WS /api/v0.1/docs', 'WS /ws', 'WAMP docs-for-<ID>'],
  },
  {
    what: 'queries, shown',
    rule: ['tail', 'register'],
    routes: ['GET /api/v0.1/queries', 'GET /api/v0.1/queries/slow', 'GET /api/v0.1/queries/:id'],
  },
  {
    what: 'queries, made and ended',
    rule: ['register'],
    routes: [
      'POST /api/v0.1/queries',
      'POST /api/v0.1/queries/_bulk',
      'DELETE /api/v0.1/queries/:id',
      'WAMP estrom.register_query',
    ],
  },
  { what: 'percolation on demand', rule: ['register'], routes: ['POST /api/v0.1/percolate'] },
  {
    what: 'durable subscriptions, own',
    rule: ['register', 'admin'],
    routes: [
      'GET,POST /subscriptions',
      'GET,PUT,DELETE /subscriptions/:id',
      'POST /subscriptions/_test',
    ],
  },
  {
    what: 'durable subscriptions, all',
    rule: ['admin'],
    routes: [
      'GET,POST /admin/subscriptions',
      'GET,PUT,DELETE /admin/subscriptions/:id',
      'POST /admin/subscriptions/_test',
    ],
  },
  {
    what: 'orders that were given up',
    rule: ['admin'],
    routes: ['GET,DELETE /api/v0.1/orders/dead', 'POST /api/v0.1/orders/dead/_redrive'],
  },
  // Whose the subscription is decides, see mayReceiveOrders.
  { what: 'orders of own subscriptions', rule: ROLES, routes: ['WAMP orders-for-<ID>'] },
  { what: 'descriptions of routes', rule: 'open', routes: ['GET /openapi.json', 'GET /openapi'] },
];

/** The groups' routes one by one: `PUT /_bulk` and its rule. */
export const ACCESS_TABLE: ReadonlyMap<string, Rule> = new Map(
  ACCESS_GROUPS.flatMap(({ rule, routes }) =>
    routes.flatMap((route) => {
      const [methods = '', path] = route.split(' ');
      return methods.split(',').map((method): [string, Rule] => [`${method} ${path}`, rule]);
    }),
  ),
);

/** With `--forward`: whatever is not estrom's own, where Elasticsearch decides who may ask. */
const FORWARDED = '*';

/** @param url the route's pattern, as it was added */
export function ruleOf(method: string, url: string): Rule | undefined {
  if (url === FORWARDED) return 'open';
  const path = url.length > 1 ? url.replace(/\/+$/, '') : url;
  return ACCESS_TABLE.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}
