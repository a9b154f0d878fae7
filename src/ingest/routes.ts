import type { FastifyInstance } from 'fastify';
import { bulkRoutes } from './bulk-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { type HandshakeDeps, handshakeRoutes } from './handshake.ts';
import { type IngestDeps, Receiver } from './receiver.ts';
import { takeRawBodies } from './reply.ts';
import { singleRoutes } from './single-routes.ts';

/**
 * The routes that documents come in by, in a context of their own (bodies reach the parser as raw
 * streams, whatever content type they claim), and those that shippers ask before.
 */
export async function ingestRoutes(
  app: FastifyInstance,
  deps: IngestDeps & Pick<HandshakeDeps, 'mappings'>,
): Promise<void> {
  const { epoch: nodeId, metrics, log, mappings } = deps;
  await handshakeRoutes(app, { nodeId, metrics, log, mappings });
  await app.register((scope, _options, registered) => {
    takeRawBodies(scope, log);
    const receiver = new Receiver(deps);
    bulkRoutes(scope, receiver);
    singleRoutes(scope, receiver);
    docsRoutes(scope, receiver);
    registered();
  });
}
