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

/** Routes of roles that this node has not got answer 404, and say whom to ask. */
export function missingRoleRoutes(app: FastifyInstance, roles: Roles, done: () => void): void {
  for (const { what, routes } of ACCESS_GROUPS) {
    const owner = OWNERS[what];
    if (owner === undefined || roles[owner]) continue;
    const refuse = async (): Promise<never> => {
      throw new EstromError(
        'NOT_FOUND',
        `this node has the roles [${roles.names.join(', ')}] only; ask a node with the role ${owner}`,
      );
    };
    for (const route of routes) {
      const [methods = '', url = ''] = route.split(' ');
      if (!url.startsWith('/') || methods === 'WS') continue;
      // Before the body is read, whatever it is.
      app.route({ method: methods.split(','), url, onRequest: refuse, handler: refuse });
    }
  }
  done();
}
