import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { AccessControl } from '../access/access-control.ts';
import type { Config } from '../config.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { controlAccess } from './admission-hook.ts';
import { limitBodyIdle } from './body-idle.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { errorHandler, toEstromError } from './error-handler.ts';
import { createGuard } from './guard.ts';
import { Refusals } from './limit-refusals.ts';
import { RouteBook } from './route-book.ts';
import type { TlsOptions } from './tls.ts';

/** Elasticsearch's clients throw on a reply without it, even after the documents were taken. */
const PRODUCT = ['X-elastic-product', 'Elasticsearch'] as const;
/** Room for a whole query in JSON in the address of a tail. */
const MAX_HEADER_BYTES = 64 * 1024;
/** How often, at least, it is looked whether headers are late. */
const LATEST_LOOK = 30_000;
/** How often connections that fell idle while draining are closed. */
const IDLE_SWEEP = 100;

declare module 'fastify' {
  interface FastifyInstance {
    /** All routes that were added. */
    readonly routeBook?: RouteBook;
    /** For requests that fastify does not see: foreign pages, unknown hosts, too many connections. */
    readonly checkUpgrade?: (request: IncomingMessage) => void;
  }
}

export interface ServerParts {
  /** Null: everybody may do everything. */
  readonly access?: AccessControl | null;
  /** Null: HTTP without encryption. */
  readonly tls?: TlsOptions | null;
  readonly metrics?: Metrics | null;
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
  { access = null, tls = null, metrics = null }: ServerParts = {},
): FastifyInstance {
  const { headerTimeout } = config;
  const limits = {
    headersTimeout: headerTimeout,
    connectionsCheckingInterval: Math.min(headerTimeout / 4, LATEST_LOOK),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const refusals = new Refusals(metrics);
  const app = fastify({
    logger: false,
    requestTimeout: 0,
    keepAliveTimeout: config.keepAliveTimeout,
    ...(tls === null
      ? { http: limits }
      : { https: { ...limits, ...tls, handshakeTimeout: headerTimeout } }),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_HEADER_BYTES },
    // A sender takes 503 as lost documents but a closed connection as a reason to send again, so what
    // still arrives while draining is served, with `Connection: close`.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => {
      const answer = toEstromError(error);
      (reply as FastifyReply).code(answer.status).send(answer.toBody());
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, config, refusals),
    // Over HTTPS it is another server, with all that is used here.
  }) as FastifyInstance;

  // Ahead of the router: hijacked streams and addresses that cannot be decoded have it as well.
  app.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader(...PRODUCT);
  });
  const guard = createGuard(config.host);
  const routes = new RouteBook(app);
  app.decorate('routeBook', routes);
  limitBodyIdle(app, config.bodyIdleTimeout, refusals);
  const connections = new ConnectionLimit(app, config.maxConnections, refusals);
  metrics?.gauge('estrom_http_connections', 'Open connections', () => connections.open);
  app.decorate('checkUpgrade', (request: IncomingMessage) => {
    try {
      guard(request);
      connections.check(request);
    } catch (error) {
      refusals.error(error);
      throw error;
    }
  });
  refusals.watch(app);
  app.addHook('onRequest', (request, reply, done) => {
    guard(request.raw);
    try {
      connections.check(request.raw);
    } catch (error) {
      reply.header('connection', 'close');
      throw error;
    }
    checkLength(request.raw, config.maxBodyBytes);
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

/** @throws EstromError TOO_LARGE before anything of the body is read */
function checkLength({ headers }: IncomingMessage, max: number): void {
  const length = Number(headers['content-length'] ?? 0);
  if (max === 0 || length <= max) return;
  throw new EstromError(
    'TOO_LARGE',
    `the body has ${length} bytes, more than ${max}: send less at once, or raise --max-body-bytes`,
    { setting: 'max-body-bytes' },
  );
}

/** What Node's HTTP parser refused: there is no request, so the answer is written by hand. */
function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  { headerTimeout }: Config,
  refusals: Refusals,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  let status = '400 Bad Request';
  let answer: EstromError;
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    status = '431 Request Header Fields Too Large';
    const reason = `address and headers are longer than ${MAX_HEADER_BYTES} bytes`;
    answer = new EstromError('TOO_LARGE', reason);
  } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    status = '408 Request Timeout';
    const reason = `the headers took longer than ${headerTimeout} ms: send them at once, or raise --header-timeout`;
    answer = new EstromError('TIMEOUT', reason, { setting: 'header-timeout' });
  } else {
    answer = new EstromError(
      'BAD_REQUEST',
      `not an HTTP request that can be read: ${error.message}`,
    );
  }
  refusals.error(answer);
  const body = JSON.stringify(answer.toBody());
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
