import { ROLES, type Role } from '../principal.ts';

/** Who may ask a route: everybody, or who has one of these roles. */
export type Rule = 'open' | readonly Role[];

const ANY: Rule = ROLES;
const INGEST: Rule = ['ingest'];
const REGISTER: Rule = ['register'];

/**
 * Every route and the roles that may ask it; HEAD is as GET. A route that is not here may be asked
 * by nobody once there are tokens, and fails the test that walks all routes.
 */
export const ACCESS_TABLE: Readonly<Record<string, Rule>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': ['metrics'],

  'GET /': ANY,
  'GET /_license': ANY,
  'GET /_xpack': ANY,
  'GET /_cluster/health': ANY,
  'GET /_cat/health': ANY,
  'GET /_nodes/http': ANY,
  'GET /_refresh': ANY,
  'POST /_refresh': ANY,
  'GET /:index/_refresh': ANY,
  'POST /:index/_refresh': ANY,

  'POST /_bulk': INGEST,
  'PUT /_bulk': INGEST,
  'POST /:index/_bulk': INGEST,
  'PUT /:index/_bulk': INGEST,
  'POST /api/v0.1/docs': INGEST,

  'GET /api/v0.1/docs': ['tail'],

  'POST /api/v0.1/queries': REGISTER,
  'POST /api/v0.1/queries/_bulk': REGISTER,
  'GET /api/v0.1/queries': ['tail', 'register'],
  'GET /api/v0.1/queries/:id': ['tail', 'register'],
  'DELETE /api/v0.1/queries/:id': REGISTER,
  'POST /api/v0.1/percolate': REGISTER,
};

/** @param url the route's pattern, as it was added */
export function ruleOf(method: string, url: string): Rule | undefined {
  const path = url.length > 1 ? url.replace(/\/+$/, '') : url;
  return ACCESS_TABLE[`${method === 'HEAD' ? 'GET' : method} ${path}`];
}
