import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { AccessControl } from '../access/access-control.ts';
import { EstromError } from '../errors.ts';
import { EVERYBODY, type Principal } from '../principal.ts';
import { ACCESS_TABLE, type Rule } from './access-table.ts';
import { CHALLENGES, checkRoles } from './admission-hook.ts';
import { toEstromError } from './error-handler.ts';

/** A connection that asks to speak another protocol, and was let in. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came right behind the request. */
  readonly head: Buffer;
  /**
   * Null when there is access control but the request brought no credentials: the protocol itself
   * must ask for them, and then check roles.
   */
  readonly caller: Principal | null;
}

export interface UpgradeParts {
  /** Null: everybody may do everything. */
  readonly access: AccessControl | null;
  /** By path. May throw an EstromError as long as nothing was written. */
  readonly handlers: Readonly<Record<string, (upgrade: Upgrade) => void>>;
}

/**
 * Takes what leaves HTTP behind (WebSockets), with the checks that other requests get: foreign
 * pages, unknown hosts, tokens and roles (row `WS path` of the access table). A refusal is an
 * HTTP answer. When the caller's token goes, the connection is cut.
 */
export function acceptUpgrades(app: FastifyInstance, { access, handlers }: UpgradeParts): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      app.checkUpgrade?.(request);
      const path = request.url?.split('?', 1)[0] ?? '';
      const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined;
      if (handler === undefined) {
        const known = Object.keys(handlers).join(', ');
        throw new EstromError('NOT_FOUND', `${path} takes no WebSocket; there is ${known}`);
      }
      const caller = access === null ? EVERYBODY : admit(access, request, `WS ${path}`);
      if (access !== null && caller !== null) {
        socket.once(
          'close',
          access.whileAllowed(caller, () => socket.destroy()),
        );
      }
      handler({ request, socket, head, caller });
    } catch (error) {
      refuse(socket, toEstromError(error));
    }
  });
}

function admit(access: AccessControl, request: IncomingMessage, row: string): Principal | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const caller = access.authenticate(authorization);
  const rule: Rule = ACCESS_TABLE.get(row) ?? [];
  if (rule !== 'open') checkRoles(caller, rule, row);
  return caller;
}

/** There is no reply to an upgrade request, so it is written by hand. */
export function refuse(socket: Duplex, error: EstromError): void {
  const body = JSON.stringify(error.toBody());
  const challenges = error.status === 401 ? CHALLENGES : [];
  const lines = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'X-elastic-product: Elasticsearch',
    ...challenges.map((challenge) => `WWW-Authenticate: ${challenge}`),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
