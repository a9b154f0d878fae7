import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { AccessControl } from '../access/access-control.ts';
import type { Config } from '../config.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { controlAccess } from './admission-hook.ts';
import { errorHandler, toEstromError } from './error-handler.ts';
import { createGuard } from './guard.ts';
import { RouteBook } from './route-book.ts';
import type { TlsOptions } from './tls.ts';

/** Elasticsearch's clients throw on a reply without it, even after the documents were taken. */
const PRODUCT = ['X-elastic-product', 'Elasticsearch'] as const;
/** Longer than the pools of common shippers keep idle connections, so that they close first. */
const KEEP_ALIVE = 75_000;
const HEADERS_TIMEOUT = 60_000;
/** Room for a whole query in JSON in the address of a tail. */
const MAX_HEADER_BYTES = 64 * 1024;
/** How often connections that fell idle while draining are closed. */
const IDLE_SWEEP = 100;

declare module 'fastify' {
  interface FastifyInstance {
    /** All routes that were added. */
    readonly routeBook?: RouteBook;
  }
}

export interface ServerParts {
  /** Null: everybody may do everything. */
  readonly access?: AccessControl | null;
  /** Null: HTTP without encryption. */
  readonly tls?: TlsOptions | null;
}

/**
 * The HTTP server without routes of its own. Every reply carries the product header, every error has
 * Elasticsearch's shape, and web pages of other sites are kept out.
 *
 * `close()` stops listening, lets requests and streams finish, and cuts what is left after
 * `drainTimeout`. Bodies and streams have no time limit here: endless uploads and tails are normal.
 */
export function createServer(
  config: Config,
  log: Logger,
  { access = null, tls = null }: ServerParts = {},
): FastifyInstance {
  const limits = { headersTimeout: HEADERS_TIMEOUT, maxHeaderSize: MAX_HEADER_BYTES };
  const app = fastify({
    logger: false,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE,
    ...(tls === null ? { http: limits } : { https: { ...limits, ...tls } }),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_HEADER_BYTES },
    // A sender takes 503 as lost documents but a closed connection as a reason to send again, so what
    // still arrives while draining is served, with `Connection: close`.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => {
      const answer = toEstromError(error);
      (reply as FastifyReply).code(answer.status).send(answer.toBody());
    },
    clientErrorHandler: answerBrokenRequest,
    // Over HTTPS it is another server, with all that is used here.
  }) as FastifyInstance;

  // Ahead of the router: hijacked streams and addresses that cannot be decoded have it as well.
  app.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader(...PRODUCT);
  });
  const guard = createGuard(config.host);
  const routes = new RouteBook(app);
  app.decorate('routeBook', routes);
  app.addHook('onRequest', (request, _reply, done) => {
    guard(request.raw);
    done();
  });
  if (access !== null) controlAccess(app, access);
  app.setErrorHandler(errorHandler(log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const error = routes.miss(request.method, path);
    const { allowed } = error.details;
    if (typeof allowed === 'string') reply.header('allow', allowed);
    reply.code(error.status).send(error.toBody());
  });
  drainOnClose(app, config.drainTimeout, log);
  return app;
}

/** What Node's HTTP parser refused: there is no request, so the answer is written by hand. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const answer = tooLong
    ? new EstromError('TOO_LARGE', `address and headers are longer than ${MAX_HEADER_BYTES} bytes`)
    : new EstromError('BAD_REQUEST', `not an HTTP request that can be read: ${error.message}`);
  const body = JSON.stringify(answer.toBody());
  const status = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\n${PRODUCT.join(': ')}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function drainOnClose(app: FastifyInstance, drainTimeout: number, log: Logger): void {
  let draining = false;
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('preClose', (done) => {
    draining = true;
    // A connection whose headers went out before the drain stays open after its answer.
    const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP);
    const cut = setTimeout(() => {
      log.warn({ drainTimeout }, 'cutting the connections that did not finish in time');
      app.server.closeAllConnections();
    }, drainTimeout);
    app.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
    if (!app.server.listening) {
      clearInterval(sweep);
      clearTimeout(cut);
    }
    done();
  });
}
