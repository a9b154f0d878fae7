import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AccessControl } from '../../access/access-control.ts';
import type { Config } from '../../config.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Principal } from '../../principal.ts';
import { SERIALIZER_NAMES, SERIALIZERS, type SerializerName } from '../../wamp/serializers.ts';
import { checkOnSlow, needRole } from '../caller-roles.ts';
import { Heartbeats } from '../heartbeats.ts';
import type { Hub } from '../hub.ts';
import { readStreamParams } from '../stream-params.ts';
import type { RegisterQuery } from '../wamp/procedures.ts';
import { Session } from '../wamp/session.ts';
import type { TopicSources } from '../wamp/subscriptions.ts';
import { WampStats } from '../wamp/wamp-stats.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { openMessageTail } from './message-tail.ts';
import { refuseUpgrade, serveWithoutUpgrade } from './upgrade-answer.ts';

/** What a client says is short: requests, queries. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_INTERNAL_ERROR = 1011;

const BROKER_PATH = '/ws';
const TAIL_PATH = '/api/v0.1/docs';
const SUBPROTOCOLS: ReadonlyMap<string, SerializerName> = new Map(
  SERIALIZER_NAMES.map((name) => [`wamp.2.${name}`, name]),
);

export interface WebSocketDeps extends TopicSources {
  readonly hub: Hub;
  readonly registerQuery: RegisterQuery;
  readonly config: Pick<
    Config,
    'outbox' | 'heartbeat' | 'headerTimeout' | 'blockTimeout' | 'drainTimeout'
  >;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Upgrades wait for this. */
  readonly ready: Promise<unknown>;
  /** What every request has to pass: no foreign pages, not too many connections. @throws EstromError */
  readonly check: (request: IncomingMessage) => void;
  readonly access: AccessControl;
}

/**
 * All that is spoken over WebSockets: on `/ws` the WAMP broker, and, without a subprotocol, a plain
 * tail; on the address of HTTP tails a plain tail as well.
 */
export class WebSockets {
  readonly #deps: WebSocketDeps;
  readonly #stats: WampStats;
  readonly #heartbeats: Heartbeats;
  readonly #connectionOptions: ConnectionOptions;
  readonly #upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // Shared frames go past it, and what is sent must not wait behind a compressor.
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((one) => SUBPROTOCOLS.has(one)) ?? false,
  });
  /** Everything open, with what ends it. */
  readonly #ends = new Map<Connection, () => Promise<void>>();
  #isClosing = false;

  constructor(deps: WebSocketDeps) {
    const { hub, config, metrics } = deps;
    this.#deps = deps;
    this.#stats = new WampStats(metrics);
    this.#heartbeats = new Heartbeats(config.heartbeat);
    this.#connectionOptions = {
      hub,
      heartbeats: this.#heartbeats,
      outbox: config.outbox,
      blockTimeout: config.blockTimeout,
      drainTimeout: config.drainTimeout,
    };
    this.#upgrader.on('headers', (headers) => headers.push('X-elastic-product: Elasticsearch'));
  }

  /** Takes the server's upgrades from now on. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
        serveWithoutUpgrade(server, request, socket, head);
        return;
      }
      const onError = () => socket.destroy();
      socket.on('error', onError);
      this.#upgrade(request, socket, head).then(
        () => socket.off('error', onError),
        (error: unknown) => this.#refuse(socket, error),
      );
    });
  }

  /**
   * Says goodbye to all. Resolves when every connection is gone.
   * @param deadline milliseconds after which those that do not answer are cut
   */
  async close(deadline = this.#deps.config.drainTimeout): Promise<void> {
    this.#isClosing = true;
    const timer = setTimeout(() => {
      for (const connection of this.#ends.keys()) connection.cut('drain');
    }, deadline);
    await Promise.all([...this.#ends.values()].map((end) => end()));
    clearTimeout(timer);
    this.#heartbeats.stop();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { check, ready, access } = this.#deps;
    check(request);
    await ready;
    if (this.#isClosing) throw new EstromError('UNAVAILABLE', 'estrom is shutting down');
    const [path, search] = splitUrl(request.url ?? '/');
    const serializer = readSubprotocol(path, request.headers['sec-websocket-protocol']);
    const { authorization } = request.headers;
    if (serializer !== null) {
      // Wrong credentials are refused at once; without any, a session may still bring a ticket.
      const caller =
        authorization === undefined ? anonymous(access) : access.authenticate(authorization);
      this.#openSession(request, socket, head, serializer, caller);
    } else {
      await this.#openTail(request, socket, head, search, access.authenticate(authorization));
    }
  }

  #openSession(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    serializer: SerializerName,
    caller: Principal | null,
  ): void {
    const { queries, orders, registerQuery, access, config, log } = this.#deps;
    this.#shake(request, socket, head, (ws, connection) => {
      const session = new Session(connection, SERIALIZERS[serializer], caller, {
        queries,
        ...(orders === undefined ? {} : { orders }),
        registerQuery,
        access,
        helloTimeout: config.headerTimeout,
        stats: this.#stats,
        log,
      });
      ws.on('message', (data, isBinary) => session.receive(data as Buffer, isBinary));
      return () => session.end('drain');
    });
  }

  async #openTail(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    search: string,
    caller: Principal,
  ): Promise<void> {
    const params = readStreamParams(readSearch(search), undefined);
    const { queries, access, log } = this.#deps;
    needRole(caller, 'tail', 'a tail');
    checkOnSlow(caller, params.onSlow);
    const { index, query, lang, id } = params;
    const watched =
      id === null
        ? await queries.watch({ index, query, lang }, caller)
        : await queries.watchId(id, caller);
    try {
      if (socket.destroyed) throw new EstromError('BAD_REQUEST', 'gone before its tail was ready');
      if (this.#isClosing) throw new EstromError('UNAVAILABLE', 'estrom is shutting down');
      const isOpen = this.#shake(request, socket, head, (_ws, connection) => {
        connection.whenClosed((reason) => {
          watched.release();
          log.debug({ query: watched.id, reason }, 'tail ended');
        });
        connection.cutUnlessAllowed(caller, access);
        return openMessageTail(connection, watched.ordinal, params);
      });
      if (!isOpen) watched.release();
    } catch (error) {
      watched.release();
      throw error;
    }
  }

  /**
   * Answers 101, or 400 when the handshake is not one.
   * @param open sets the connection to work, and returns what ends it
   * @returns whether there is a connection now
   */
  #shake(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    open: (ws: WebSocket, connection: Connection) => () => Promise<void>,
  ): boolean {
    let isOpen = false;
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => {
      isOpen = true;
      // What `ws` finds wrong with a frame ends this connection, with the code for it.
      ws.on('error', () => this.#stats.protocolErrors++);
      const connection = new Connection(ws, socket, this.#connectionOptions);
      connection.whenClosed(() => this.#ends.delete(connection));
      try {
        this.#ends.set(connection, open(ws, connection));
      } catch (error) {
        this.#deps.log.debug({ err: error }, 'a WebSocket could not be served');
        const isLate = error instanceof EstromError && error.code === 'UNAVAILABLE';
        connection.close(isLate ? CLOSE_GOING_AWAY : CLOSE_INTERNAL_ERROR);
      }
    });
    return isOpen;
  }

  #refuse(socket: Duplex, error: unknown): void {
    if (error instanceof EstromError) {
      refuseUpgrade(socket, error);
      return;
    }
    this.#deps.log.error({ err: error }, 'a WebSocket upgrade failed');
    refuseUpgrade(socket, new EstromError('ENGINE_FAILED', 'internal error; the log tells more'));
  }
}

/** Whoever comes without credentials: null when nobody may. */
function anonymous(access: AccessControl): Principal | null {
  try {
    return access.authenticate(undefined);
  } catch (error) {
    if (error instanceof EstromError && error.code === 'UNAUTHENTICATED') return null;
    throw error;
  }
}

function splitUrl(url: string): [path: string, search: string] {
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).replace(/(?<=.)\/+$/, '');
  return [path, mark < 0 ? '' : url.slice(mark + 1)];
}

/** As HTTP's routes see it: lists where a name is given more than once. */
function readSearch(search: string): Record<string, unknown> {
  const values: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    const known = values[name];
    values[name] = known === undefined ? value : [known, value].flat();
  }
  return values;
}

/**
 * @returns null for a plain tail
 * @throws EstromError NOT_FOUND or BAD_REQUEST
 */
function readSubprotocol(path: string, offered: string | undefined): SerializerName | null {
  if (path !== BROKER_PATH && path !== TAIL_PATH) {
    const text = `there is no WebSocket at ${path}; there are ${BROKER_PATH} and ${TAIL_PATH}`;
    throw new EstromError('NOT_FOUND', text);
  }
  if (offered === undefined) return null;
  const names = offered.split(',').map((name) => name.trim());
  const known = names.find((name) => SUBPROTOCOLS.has(name));
  if (known !== undefined && path === BROKER_PATH) return SUBPROTOCOLS.get(known)!;
  const supported = path === TAIL_PATH ? 'none' : [...SUBPROTOCOLS.keys()].join(' and ');
  throw new EstromError(
    'BAD_REQUEST',
    `subprotocol [${offered.slice(0, 100)}] is not spoken at ${path}: supported are ${supported}; without one it is a plain tail`,
  );
}
