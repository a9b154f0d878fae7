import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'TOO_LARGE',
  415: 'UNSUPPORTED_ENCODING',
  429: 'OVERLOADED',
  503: 'UNAVAILABLE',
};

/** Any error as one of the table's; what nobody foresaw is ENGINE_FAILED and keeps its text to itself. */
export function toEstromError(error: unknown): EstromError {
  if (error instanceof EstromError) return error;
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode === undefined || statusCode < 400 || (statusCode >= 500 && statusCode !== 503)) {
    return new EstromError('ENGINE_FAILED', 'internal error; the log of the server tells more');
  }
  return new EstromError(CODE_BY_STATUS[statusCode] ?? 'BAD_REQUEST', message ?? 'bad request');
}

/** Answers errors in Elasticsearch's shape; only those that nobody foresaw are logged. */
export function errorHandler(log: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const answer = toEstromError(error);
    if (answer.status >= 500 && answer !== error) {
      log.error({ err: error, method: request.method, url: request.url }, 'request failed');
    }
    // Hijacked streams and half-sent replies can only be cut: the other end must not take them as whole.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if ((answer.status === 429 || answer.status === 503) && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', '1');
    }
    reply.code(answer.status).type('application/json; charset=utf-8').send(answer.toBody());
  };
}
