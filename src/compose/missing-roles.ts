import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import { ACCESS_GROUPS } from '../http/access-table.ts';
import type { NodeRole, Roles } from './roles.ts';

/** Which role serves a group of routes. */
const OWNERS: Readonly<Record<string, NodeRole>> = {
  'documents in': 'beater',
  tails: 'endless',
  'queries, shown': 'tailor',
  'queries, made and ended': 'tailor',
  'percolation on demand': 'beater',
};
const OF_SUBSCRIPTIONS: readonly string[] = [
  'durable subscriptions, own',
  'durable subscriptions, all',
  'orders that were given up',
  'descriptions of routes',
];

/** Routes of roles that this node has not got answer 404, and say whom to ask. */
export function missingRoleRoutes(app: FastifyInstance, roles: Roles, done: () => void): void {
  for (const { what, routes } of ACCESS_GROUPS) {
    const owner = OWNERS[what];
    if (owner === undefined || roles[owner]) continue;
    const names = roles.names.join(', ');
    refuseAll(
      app,
      routes,
      `this node has the roles [${names}] only; ask a node with the role ${owner}`,
    );
  }
  done();
}

/** Where durable subscriptions have no place, their routes say how to give them one. */
export function missingSubscriptionRoutes(app: FastifyInstance): void {
  for (const { what, routes } of ACCESS_GROUPS) {
    if (!OF_SUBSCRIPTIONS.includes(what)) continue;
    refuseAll(
      app,
      routes,
      'this node keeps no durable subscriptions: start it with --data or --subscription-data',
    );
  }
}

function refuseAll(app: FastifyInstance, routes: readonly string[], reason: string): void {
  const refuse = async (): Promise<never> => {
    throw new EstromError('NOT_FOUND', reason);
  };
  for (const route of routes) {
    const [methods = '', url = ''] = route.split(' ');
    if (!url.startsWith('/') || methods === 'WS') continue;
    // Before the body is read, whatever it is.
    app.route({ method: methods.split(','), url, onRequest: refuse, handler: refuse });
  }
}
