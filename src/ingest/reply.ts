import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { answerType } from './negotiation.ts';

/** Seconds after which a refused sender may try again. */
const RETRY_AFTER = '1';

/** Sends JSON with the content type that the client's `accept` asks for. @param body JSON text, or a value */
export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
): FastifyReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  // As bytes, for fastify adds a charset to the content type of text.
  return reply.type(answerType(request.headers.accept)).send(Buffer.from(text));
}

/** Bodies reach the handlers unread, whatever they claim to be; errors have Elasticsearch's shape. */
export function takeRawBodies(scope: FastifyInstance, log: Logger): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.setErrorHandler((error, request, reply) => {
    const told = error instanceof EstromError ? error : unexpected(error);
    if (!(error instanceof EstromError)) log.error({ err: error }, 'ingest failed');
    if (told.status === 429) reply.header('retry-after', RETRY_AFTER);
    // What is left of the body is read and dropped, or the connection would stand still.
    request.raw.resume();
    return sendJson(request, reply.code(told.status), told.toBody());
  });
}

function unexpected(error: unknown): EstromError {
  const detail = error instanceof Error ? error.message : String(error);
  return new EstromError('ENGINE_FAILED', `the request could not be handled: ${detail}`);
}
