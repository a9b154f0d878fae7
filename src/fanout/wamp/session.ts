import { randomInt } from 'node:crypto';
import type { AccessControl } from '../../access/access-control.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Principal } from '../../principal.ts';
import { ProtocolError } from '../../wamp/protocol-error.ts';
import { NOT_AUTHORIZED, Refusal, toRefusal } from '../../wamp/refusal.ts';
import type { Serializer } from '../../wamp/serializers.ts';
import type { DisconnectReason } from '../subscriber.ts';
import type { Connection } from '../websocket/connection.ts';
import * as wamp from './messages.ts';
import { callProcedure, type RegisterQuery } from './procedures.ts';
import { Subscriptions, type TopicSources } from './subscriptions.ts';
import type { WampStats } from './wamp-stats.ts';

export const REALM = 'estrom';
const PROTOCOL_VIOLATION = 'wamp.error.protocol_violation';

/** Calls of one session that may be under way. */
const MAX_CALLS = 100;

/** Codes of WebSocket closing frames. */
const CLOSE_NORMAL = 1000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_PROTOCOL_ERROR = 1002;
const CLOSE_REFUSED = 1008;
const CLOSE_INTERNAL_ERROR = 1011;

export interface SessionDeps extends TopicSources {
  readonly registerQuery: RegisterQuery;
  readonly access: AccessControl;
  /** Milliseconds that a client has until it is welcomed. */
  readonly helloTimeout: number;
  readonly stats: WampStats;
  readonly log: Logger;
}

/**
 * The router's side of one WAMP session: `new` until HELLO, `challenged` until AUTHENTICATE, then
 * `open`, and `closed` once GOODBYE or ABORT was sent or came.
 * Whatever the client does wrong ends this session and nothing else.
 */
export class Session {
  readonly #connection: Connection;
  readonly #serializer: Serializer;
  readonly #deps: SessionDeps;
  readonly #subscriptions: Subscriptions;
  readonly #helloTimer: NodeJS.Timeout;
  #state: 'new' | 'challenged' | 'open' | 'closed' = 'new';
  #caller: Principal | null;
  #authid = '';
  #calls = 0;

  /** @param caller null when a ticket has to tell who it is */
  constructor(
    connection: Connection,
    serializer: Serializer,
    caller: Principal | null,
    deps: SessionDeps,
  ) {
    this.#connection = connection;
    this.#serializer = serializer;
    this.#caller = caller;
    this.#deps = deps;
    this.#subscriptions = new Subscriptions(connection, serializer.name, deps, (reason) =>
      this.end(reason),
    );
    const { sessions } = deps.stats;
    sessions[serializer.name]++;
    this.#helloTimer = setTimeout(
      () => this.#broken(new ProtocolError('it took too long to say hello')),
      deps.helloTimeout,
    ).unref();
    connection.whenClosed(() => {
      this.#state = 'closed';
      clearTimeout(this.#helloTimer);
      sessions[serializer.name]--;
      this.#subscriptions.close();
    });
  }

  /** Takes one message as it came. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closed') return;
    this.#deps.stats.messagesIn++;
    try {
      if (isBinary !== this.#serializer.isBinary) {
        const kind = isBinary ? 'binary' : 'text';
        throw new ProtocolError(`a ${kind} message does not fit wamp.2.${this.#serializer.name}`);
      }
      this.#handle(wamp.checkMessage(this.#serializer.decode(data)));
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Sends what waits, GOODBYE, and closes. Resolves when the connection is gone. */
  end(reason: DisconnectReason): Promise<void> {
    const [uri, text, code] =
      reason === 'slow'
        ? (['estrom.close.slow', 'hits came faster than they were read', CLOSE_REFUSED] as const)
        : (['wamp.close.system_shutdown', 'estrom is shutting down', CLOSE_GOING_AWAY] as const);
    return this.#connection.end(reason, () => {
      if (this.#state === 'open') this.#send([wamp.GOODBYE, { message: text }, uri]);
      this.#state = 'closed';
      this.#connection.close(code, uri);
    });
  }

  #handle(message: wamp.ClientMessage): void {
    if (message[0] === wamp.ABORT) {
      this.#leave(CLOSE_NORMAL);
    } else if (this.#state === 'open') {
      this.#handleOpen(message, this.#caller!);
    } else if (this.#state === 'new' && message[0] === wamp.HELLO) {
      this.#hello(message[1], message[2]);
    } else if (this.#state === 'challenged' && message[0] === wamp.AUTHENTICATE) {
      this.#authenticate(message[1]);
    } else {
      throw new ProtocolError(`a message of type ${message[0]} came before its time`);
    }
  }

  #hello(realm: string, details: wamp.Dict): void {
    if (realm !== REALM) {
      const text = `there is no realm "${realm.slice(0, 100)}"; it is "${REALM}"`;
      this.#abort('wamp.error.no_such_realm', text, CLOSE_REFUSED);
      return;
    }
    if (this.#caller !== null) {
      this.#welcome(this.#caller, 'anonymous');
      return;
    }
    const { authmethods, authid } = details;
    if (!Array.isArray(authmethods) || !authmethods.includes('ticket')) {
      const text = 'access needs a token: in the Authorization header, or by authmethod "ticket"';
      this.#abort('wamp.error.no_matching_auth_method', text, CLOSE_REFUSED);
      return;
    }
    this.#authid = typeof authid === 'string' ? authid : '';
    this.#state = 'challenged';
    this.#send([wamp.CHALLENGE, 'ticket', {}]);
  }

  #authenticate(ticket: string): void {
    let caller: Principal;
    try {
      caller = this.#deps.access.authenticateToken(ticket, this.#authid || null);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      this.#abort('wamp.error.authentication_failed', error.message, CLOSE_REFUSED);
      return;
    }
    this.#welcome(caller, 'ticket');
  }

  #welcome(caller: Principal, authmethod: string): void {
    clearTimeout(this.#helloTimer);
    this.#caller = caller;
    this.#state = 'open';
    this.#connection.cutUnlessAllowed(caller, this.#deps.access);
    this.#send([
      wamp.WELCOME,
      randomInt(1, 2 ** 47),
      {
        realm: REALM,
        authid: caller.name,
        authrole: 'subscriber',
        authmethod,
        authprovider: 'estrom',
        agent: 'estrom',
        roles: { broker: { features: {} }, dealer: { features: {} } },
      },
    ]);
  }

  #handleOpen(message: wamp.ClientMessage, caller: Principal): void {
    switch (message[0]) {
      case wamp.SUBSCRIBE: {
        const [type, request, options, topic] = message;
        this.#attempt(type, request, () =>
          this.#subscriptions.subscribe(topic, options, caller, (subscription) =>
            this.#send([wamp.SUBSCRIBED, request, subscription]),
          ),
        );
        return;
      }
      case wamp.UNSUBSCRIBE: {
        const [type, request, subscription] = message;
        this.#attempt(type, request, () => {
          this.#subscriptions.unsubscribe(subscription);
          this.#send([wamp.UNSUBSCRIBED, request]);
        });
        return;
      }
      case wamp.CALL:
        this.#call(message, caller).catch((error: unknown) => this.#broken(error));
        return;
      case wamp.PUBLISH: {
        const [type, request, options] = message;
        const refusal = new Refusal(NOT_AUTHORIZED, 'only estrom publishes here; send documents');
        if (options['acknowledge'] === true) this.#refuse(type, request, refusal);
        else this.#deps.stats.refused++;
        return;
      }
      case wamp.REGISTER:
        this.#refuse(
          wamp.REGISTER,
          message[1],
          new Refusal(NOT_AUTHORIZED, 'clients register no procedures here'),
        );
        return;
      case wamp.UNREGISTER: {
        const text = `there is no registration ${message[2]}`;
        const refusal = new Refusal('wamp.error.no_such_registration', text);
        this.#refuse(wamp.UNREGISTER, message[1], refusal);
        return;
      }
      case wamp.CANCEL:
        // Registering a query takes milliseconds: its answer comes all the same.
        return;
      case wamp.GOODBYE:
        this.#send([wamp.GOODBYE, {}, 'wamp.close.goodbye_and_out']);
        this.#leave(CLOSE_NORMAL);
        return;
      default:
        throw new ProtocolError(`a message of type ${message[0]} came after WELCOME`);
    }
  }

  async #call(
    [type, request, , procedure, args, kwargs]: Extract<
      wamp.ClientMessage,
      { 0: typeof wamp.CALL }
    >,
    caller: Principal,
  ): Promise<void> {
    if (this.#calls >= MAX_CALLS) {
      const text = `${MAX_CALLS} calls of this session are under way: wait for their results`;
      this.#refuse(type, request, new Refusal('estrom.error.overloaded', text));
      return;
    }
    this.#calls++;
    try {
      const result = await callProcedure(
        this.#deps.registerQuery,
        procedure,
        args ?? [],
        kwargs ?? {},
        caller,
      );
      this.#send([wamp.RESULT, request, {}, [result]]);
    } catch (error) {
      this.#refuse(type, request, error);
    } finally {
      this.#calls--;
    }
  }

  #attempt(type: number, request: number, act: () => void | Promise<void>): void {
    try {
      act()?.catch((error: unknown) => this.#refuse(type, request, error));
    } catch (error) {
      this.#refuse(type, request, error);
    }
  }

  /** Answers a request by ERROR. */
  #refuse(type: number, request: number, error: unknown): void {
    this.#deps.stats.refused++;
    let refusal = toRefusal(error);
    if (refusal === undefined) {
      this.#deps.log.error({ err: error }, 'a request of a WAMP client failed');
      refusal = toRefusal(new EstromError('ENGINE_FAILED', 'internal error; the log tells more'))!;
    }
    const { uri, message, details } = refusal;
    this.#send([wamp.ERROR, type, request, {}, uri, [message], details]);
  }

  /** What a client sent, or what came of it, cannot be gone on from. */
  #broken(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.#deps.stats.protocolErrors++;
      this.#abort(PROTOCOL_VIOLATION, error.message, CLOSE_PROTOCOL_ERROR);
      return;
    }
    this.#deps.log.error({ err: error }, 'a WAMP session failed');
    this.#abort('wamp.error.internal_error', 'the log tells more', CLOSE_INTERNAL_ERROR);
  }

  #abort(uri: string, text: string, code: number): void {
    if (this.#state === 'closed') return;
    this.#send([wamp.ABORT, { message: text }, uri]);
    this.#leave(code, uri);
  }

  #leave(code: number, text = ''): void {
    this.#state = 'closed';
    void this.#connection.end('client', () => {});
    this.#connection.close(code, text);
  }

  #send(message: readonly unknown[]): void {
    if (this.#state === 'closed') return;
    this.#deps.stats.messagesOut++;
    this.#connection.send(this.#serializer.encode(message), this.#serializer.isBinary);
  }
}
