import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { callerOf } from '../caller.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Principal } from '../principal.ts';
import { checkOnSlow } from './caller-roles.ts';
import type { Hub } from './hub.ts';
import type { QuerySource, Watched } from './query-source.ts';
import { readStreamParams, type StreamParams } from './stream-params.ts';
import { Tail } from './tail.ts';
import { upgradeRoute } from './websocket/upgrade-route.ts';

export interface StreamDeps {
  readonly hub: Hub;
  readonly queries: QuerySource;
  readonly config: Pick<Config, 'outbox' | 'blockTimeout' | 'drainTimeout'>;
  readonly log: Logger;
}

/** Endless: `GET /api/v0.1/docs` answers with matching documents as they come. */
export function streamRoutes(app: FastifyInstance, deps: StreamDeps, done: () => void): void {
  upgradeRoute(app);
  app.get('/api/v0.1/docs', { exposeHeadRoute: false }, async (request, reply) => {
    const params = readStreamParams(
      request.query as Record<string, unknown>,
      request.headers.accept,
      request.headers['last-event-id'] as string | undefined,
    );
    const caller = callerOf(request);
    checkOnSlow(caller, params.onSlow);
    const watched = await watch(deps.queries, params, caller);
    try {
      if (!request.socket.destroyed) return stream(deps, params, watched, reply);
    } catch (error) {
      watched.release();
      throw error;
    }
    // Gone while its query was registered.
    watched.release();
    return reply.hijack();
  });
  done();
}

function watch(
  queries: QuerySource,
  params: StreamParams,
  caller: Principal,
): Promise<Watched> | Watched {
  if (params.id !== null) return queries.watchId(params.id, caller);
  const { index, query, lang } = params;
  return queries.watch({ index, query, lang }, caller);
}

/** Throws only before the first byte, so that an error is still an HTTP status. */
function stream(
  { hub, config, log }: StreamDeps,
  params: StreamParams,
  watched: Watched,
  reply: FastifyReply,
): FastifyReply {
  const response = reply.raw;
  const tail = new Tail(hub, response, {
    format: params.format,
    onSlow: params.onSlow,
    limit: params.limit,
    after: params.after,
    outbox: config.outbox,
    blockTimeout: config.blockTimeout,
    drainTimeout: config.drainTimeout,
  });
  const headers: OutgoingHttpHeaders = {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': params.format.contentType,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-subscription-id': watched.id,
  };
  tail.open(watched, headers);
  reply.hijack();
  tail.whenClosed((reason) => {
    watched.release();
    log[reason === 'blocked' ? 'warn' : 'debug']({ query: watched.id, reason }, 'tail ended');
  });
  if (params.timeout !== null) {
    const timer = setTimeout(() => void tail.end('timeout'), params.timeout);
    tail.whenClosed(() => clearTimeout(timer));
  }
  log.debug({ query: watched.id, format: params.format.name }, 'tail opened');
  return reply;
}
