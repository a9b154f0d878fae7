import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import { bulkRoutes } from './bulk-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { handshakeRoutes } from './handshake.ts';
import { answerType } from './negotiation.ts';
import { type IngestDeps, Receiver } from './receiver.ts';

/** Seconds after which a refused sender may try again. */
const RETRY_AFTER = '1';

/**
 * The routes that documents come in by, in a context of their own (bodies reach the parser as raw
 * streams, whatever content type they claim), and those that shippers ask before.
 */
export async function ingestRoutes(app: FastifyInstance, deps: IngestDeps): Promise<void> {
  await handshakeRoutes(app, { nodeId: deps.epoch });
  await app.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => {
      const told = error instanceof EstromError ? error : unexpected(error);
      if (!(error instanceof EstromError)) deps.log.error({ err: error }, 'ingest failed');
      if (told.status === 429) reply.header('retry-after', RETRY_AFTER);
      // What is left of the body is read and dropped, or the connection would stand still.
      request.raw.resume();
      const body = Buffer.from(JSON.stringify(told.toBody()));
      return reply.code(told.status).type(answerType(request.headers.accept)).send(body);
    });
    const receiver = new Receiver(deps);
    bulkRoutes(scope, receiver);
    docsRoutes(scope, receiver);
    registered();
  });
}

function unexpected(error: unknown): EstromError {
  const detail = error instanceof Error ? error.message : String(error);
  return new EstromError('ENGINE_FAILED', `the request could not be handled: ${detail}`);
}
