import type { FastifyInstance } from 'fastify';
import { EstromError } from '../../errors.ts';

/**
 * Tells who asks the broker's address by plain HTTP that it speaks WebSocket. Without it this would be the name of
 * an index. Upgrades never come here: see `WebSockets`.
 */
export function upgradeRoute(app: FastifyInstance): void {
  app.get('/ws', { exposeHeadRoute: false }, async (_request, reply) => {
    reply.header('upgrade', 'websocket').header('connection', 'upgrade, close');
    throw new EstromError(
      'UPGRADE_REQUIRED',
      '/ws is for WebSockets: connect to it by ws:// or wss://, with the subprotocol wamp.2.json or ' +
        'wamp.2.msgpack for WAMP, without any for a tail. Over HTTP, tails are at ' +
        'GET /api/v0.1/docs?i=INDEX&q=QUERY',
    );
  });
}
