import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Refusals } from './limit-refusals.ts';

interface Arriving {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  bytesRead: number;
  /** When it last moved, or estrom was the one that did not read. */
  movedAt: number;
}

/** Looks per time-out: a body is cut at most this part of the setting too late. */
const LOOKS = 4;
const LONGEST_LOOK = 60_000;

/**
 * Cuts requests whose body stands still for longer than `timeout` milliseconds while estrom waits
 * for it. While estrom itself does not read (it holds, or is slow) the time does not count.
 */
export function limitBodyIdle(app: FastifyInstance, timeout: number, refusals: Refusals): void {
  if (timeout === 0) return;
  const arriving = new Set<Arriving>();
  const look = (): void => {
    const now = performance.now();
    for (const one of arriving) {
      const { request } = one;
      if (request.complete || request.destroyed) {
        arriving.delete(one);
      } else if (request.socket.bytesRead !== one.bytesRead || isHeld(request)) {
        one.bytesRead = request.socket.bytesRead;
        one.movedAt = now;
      } else if (now - one.movedAt >= timeout) {
        // Timers run before sockets are read: after a long task the rest may be there already.
        setImmediate(() => {
          if (request.socket.bytesRead !== one.bytesRead || !arriving.delete(one)) return;
          refusals.limit('body-idle-timeout');
          cut(one, timeout);
        });
      }
    }
  };
  const timer = setInterval(look, Math.min(timeout / LOOKS, LONGEST_LOOK)).unref();
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { 'transfer-encoding': encoding, 'content-length': length } = request.headers;
    if (encoding === undefined && (length === undefined || length === '0')) return;
    const one = {
      request,
      response,
      bytesRead: request.socket.bytesRead,
      movedAt: performance.now(),
    };
    arriving.add(one);
    response.once('close', () => arriving.delete(one));
  });
  app.server.once('close', () => clearInterval(timer));
}

/** Whether nobody reads the body now, or what is read already waits to be taken. */
function isHeld(request: IncomingMessage): boolean {
  if (request.readableFlowing === true) return false;
  return request.readableLength > 0 || request.listenerCount('readable') === 0;
}

function cut({ request, response }: Arriving, timeout: number): void {
  if (response.headersSent || response.writableEnded) {
    request.socket.destroy();
    return;
  }
  const error = new EstromError(
    'TIMEOUT',
    `the body stood still for more than ${timeout} ms: send it in one go, or raise --body-idle-timeout`,
    { setting: 'body-idle-timeout' },
  );
  const body = JSON.stringify(error.toBody());
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}
