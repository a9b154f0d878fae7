import type { Deferred, Session } from 'autobahn';
import type { Config } from '../config.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { answerChallenge } from './authentication.ts';
import { Backoff } from './backoff.ts';
import { type Handler, toEndpoint } from './endpoint.ts';
import type { RawJson } from './raw-json.ts';
import { Requests, unavailable } from './requests.ts';
import { RawArguments, type SerializerName } from './serializers.ts';
import { SocketTransport } from './socket-transport.ts';
import { StandingTable } from './standing.ts';

export type LinkConfig = Pick<
  Config,
  | 'crossbar'
  | 'crossbarRealm'
  | 'crossbarAuth'
  | 'crossbarAuthid'
  | 'crossbarSecret'
  | 'crossbarSerializer'
  | 'crossbarAckTimeout'
>;

export interface LinkOptions {
  readonly config: LinkConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** An event as it came; its arguments are bytes until somebody wants values. */
export interface LinkEvent {
  readonly topic: string;
  readonly args: RawArguments | undefined;
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** Who waits for the router to take a publication; called at most once, never after a loss. */
export interface Acknowledgement {
  published(): void;
  /** The router refused it. */
  refused(reason: unknown): void;
}

/** @param isProtocolError the router closed the connection because of what it read */
export type LostListener = (reason: string, isProtocolError: boolean) => void;

type Autobahn = typeof import('autobahn');

const CLOSE_TIMEOUT = 1000;
/** Of WebSocket's closing frame: broken protocol, not text, too long. */
const CODES_OF_CONTENT = new Set([1002, 1007, 1009]);

/**
 * The one connection of this process to Crossbar.io. It comes back by itself, and what was
 * subscribed or registered stands again before {@link onJoined} is told. Nothing waits for ever:
 * without a session requests fail at once, and those under way fail in time or with the connection.
 */
export class CrossbarLink {
  readonly #config: LinkConfig;
  readonly #log: Logger;
  readonly #standing: StandingTable;
  readonly #requests = new Requests();
  readonly #backoff = new Backoff();
  readonly #joinedListeners = new Set<() => void>();
  readonly #lostListeners = new Set<LostListener>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #autobahn: Autobahn | undefined;
  #transport: SocketTransport | undefined;
  #session: Session | undefined;
  #isJoined = false;
  #isClosing = false;
  #timer: NodeJS.Timeout | undefined;
  #lastComplaint = '';
  /** What the promise of the next request is made of instead. */
  #deferred: Deferred | undefined;
  #joins = 0;
  #losses = 0;

  constructor({ config, log, metrics }: LinkOptions) {
    this.#config = config;
    this.#log = log;
    this.#standing = new StandingTable(log);
    // Who does not ask need not handle it.
    this.#ready.promise.catch(() => {});
    metrics.gauge('estrom_crossbar_connected', 'Whether there is a session at Crossbar.io', () =>
      this.#isJoined ? 1 : 0,
    );
    metrics.observedCounter(
      'estrom_crossbar_joins_total',
      'Sessions begun at Crossbar.io',
      () => this.#joins,
    );
    metrics.observedCounter(
      'estrom_crossbar_losses_total',
      'Sessions at Crossbar.io that ended unasked',
      () => this.#losses,
    );
  }

  /** Begins to connect, and goes on doing so until {@link close}. */
  start(): void {
    import('autobahn').then(
      (autobahn) => {
        this.#autobahn = autobahn;
        if (!this.#isClosing) this.#connect();
      },
      (error: unknown) => this.#ready.reject(error),
    );
  }

  /**
   * Resolves with the first session.
   * @throws EstromError UNAUTHENTICATED when the router refuses this client before that
   */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Bytes that the connection has not taken yet. */
  get bufferedAmount(): number {
    return this.#transport?.bufferedAmount ?? 0;
  }

  /** Told at every join, once everything stands again. @returns ends that */
  onJoined(listener: () => void): () => void {
    this.#joinedListeners.add(listener);
    return () => this.#joinedListeners.delete(listener);
  }

  /** Told at every loss of a session, also at the last. @returns ends that */
  onLost(listener: LostListener): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  /**
   * @param timeout milliseconds
   * @returns the one positional result, or what autobahn makes of several
   * @throws CrossbarError as answered; EstromError UNAVAILABLE without an answer
   */
  async call(
    procedure: string,
    args: unknown[] = [],
    kwargs: object = {},
    timeout = this.#config.crossbarAckTimeout,
  ): Promise<unknown> {
    const request = this.#joinedSession().call(procedure, args, kwargs);
    return await this.#requests.answered(request, `call of ${procedure}`, timeout);
  }

  /** Resolves when the router has taken it. Throws as {@link call}. */
  async publish(topic: string, args: unknown[] = [], kwargs: object = {}): Promise<void> {
    const session = this.#joinedSession();
    const request = session.publish(topic, args, kwargs, { acknowledge: true });
    const timeout = this.#config.crossbarAckTimeout;
    await this.#requests.answered(request, `publication on ${topic}`, timeout);
  }

  /**
   * The same for many: no promise, and the bytes are written as they are.
   * @throws EstromError UNAVAILABLE without a session; TypeError for what cannot be written
   */
  publishRaw(topic: string, body: RawJson, kwargs: object, waiting: Acknowledgement): void {
    const session = this.#joinedSession();
    this.#deferred = {
      promise: {},
      resolve: () => waiting.published(),
      reject: (reason) => waiting.refused(reason),
    };
    try {
      void session.publish(topic, [body], kwargs, { acknowledge: true });
    } finally {
      this.#deferred = undefined;
    }
  }

  /**
   * Stands from now on, over every loss of the connection.
   * @returns ends it
   * @throws CrossbarError when it is refused now; later refusals are logged and tried again
   */
  subscribe(
    topic: string,
    handler: (event: LinkEvent) => void,
    options: object = {},
  ): Promise<() => void> {
    const deliver = (args: unknown, kwargs: object, event: { readonly topic: string }) =>
      handler({
        topic: event.topic,
        args: args instanceof RawArguments ? args : undefined,
        kwargs: kwargs as LinkEvent['kwargs'],
      });
    return this.#standing.add({
      name: `subscription to ${topic}`,
      make: async (session) => {
        const request = session.subscribe(topic, deliver, options);
        const subscription = await this.#answered(request, `subscription to ${topic}`);
        return () => {
          if (session.isOpen) session.unsubscribe(subscription).catch(() => {});
        };
      },
    });
  }

  /**
   * As {@link subscribe}. EstromErrors that the handler throws reach the caller as
   * `estrom.error.<code>`, CrossbarErrors as they are.
   */
  register(procedure: string, handler: Handler, options: object = {}): Promise<() => void> {
    const endpoint = toEndpoint(procedure, handler, () => this.#autobahn!.Error, this.#log);
    return this.#standing.add({
      name: `registration of ${procedure}`,
      make: async (session) => {
        const request = session.register(procedure, endpoint, options);
        const registration = await this.#answered(request, `registration of ${procedure}`);
        return () => {
          if (session.isOpen) session.unregister(registration).catch(() => {});
        };
      },
    });
  }

  /**
   * Reads nothing until {@link resume}: no events, but no answers either. Only for who cannot take
   * events as fast as they come; the router keeps them, without bound.
   */
  pause(): void {
    this.#transport?.pause();
  }

  resume(): void {
    this.#transport?.resume();
  }

  /** Gives the connection up and makes it anew. */
  restart(reason: string): void {
    this.#transport?.cut(reason);
  }

  /** Says GOODBYE; resolves when the connection is gone. */
  async close(): Promise<void> {
    if (this.#isClosing) return await this.#closed.promise;
    this.#isClosing = true;
    clearTimeout(this.#timer);
    const transport = this.#transport;
    if (transport === undefined) {
      this.#closed.resolve();
      return;
    }
    const timer = setTimeout(() => transport.cut('it did not say goodbye'), CLOSE_TIMEOUT);
    if (this.#isJoined) this.#session!.leave();
    else transport.close();
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #answered<T>(request: Promise<T>, what: string): Promise<T> {
    return this.#requests.answered(request, what, this.#config.crossbarAckTimeout);
  }

  #joinedSession(): Session {
    if (!this.#isJoined) throw unavailable('there is no connection');
    return this.#session!;
  }

  #connect(): void {
    const { crossbar: url, crossbarSerializer, crossbarAckTimeout } = this.#config;
    const { crossbarRealm: realm, crossbarAuth, crossbarAuthid } = this.#config;
    let refusal = '';
    const transport = new SocketTransport({
      url,
      serializer: crossbarSerializer as SerializerName,
      silence: crossbarAckTimeout,
      onOpen: () => session.join(realm, [crossbarAuth], authid),
      onClose: (reason, code) => this.#ended(refusal || reason, refusal !== '', code),
    });
    const authid = crossbarAuth === 'anonymous' ? undefined : crossbarAuthid;
    const session = new this.#autobahn!.Session(
      transport,
      () => this.#deferred ?? Promise.withResolvers<unknown>(),
      answerChallenge(this.#config),
      (error) => {
        // What an endpoint throws is an answer, and logged where it is made.
        if (error instanceof this.#autobahn!.Error) return;
        this.#log.error({ err: error }, 'a handler of events of Crossbar.io failed');
      },
      (error) => transport.cut(String(error)),
    );
    session.onjoin = () => {
      // Without an answer in time the session is of no use.
      this.#standing.joined(session).then(
        () => this.#joined(session),
        () => {},
      );
      this.#isJoined = true;
    };
    session.onleave = (reason, details) => {
      const { message } = details;
      const text = typeof message === 'string' && message !== '' ? `${reason}: ${message}` : reason;
      if (this.#isClosing) transport.close();
      else if (this.#isJoined) transport.cut(`it said ${text}`);
      else {
        refusal = text;
        transport.cut(text);
      }
    };
    this.#transport = transport;
    this.#session = session;
  }

  #joined(session: Session): void {
    if (session !== this.#session || !this.#isJoined) return;
    this.#joins++;
    this.#backoff.succeeded();
    this.#lastComplaint = '';
    this.#log.info(`joined ${this.#config.crossbarRealm} at ${this.#config.crossbar}`);
    this.#ready.resolve();
    for (const listener of [...this.#joinedListeners]) listener();
  }

  #ended(reason: string, isRefused: boolean, code: number): void {
    const wasJoined = this.#isJoined;
    this.#isJoined = false;
    this.#transport = undefined;
    this.#session = undefined;
    this.#standing.lost();
    this.#requests.failAll(reason);
    if (wasJoined) {
      if (!this.#isClosing) this.#losses++;
      for (const listener of [...this.#lostListeners]) listener(reason, CODES_OF_CONTENT.has(code));
    }
    if (this.#isClosing) {
      this.#closed.resolve();
      return;
    }
    this.#complain(reason, isRefused, wasJoined);
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  /** Once per kind of trouble: attempts go on for as long as it lasts. */
  #complain(reason: string, isRefused: boolean, wasJoined: boolean): void {
    const { crossbar: url, crossbarAuth, crossbarAuthid } = this.#config;
    const who = crossbarAuth === 'anonymous' ? 'anonymous' : `${crossbarAuthid} by ${crossbarAuth}`;
    const complaint = isRefused
      ? `Crossbar.io at ${url} refuses estrom (${who}): ${reason}; check --crossbar-auth, --crossbar-authid, --crossbar-secret and --crossbar-realm`
      : wasJoined
        ? `lost Crossbar.io at ${url}: ${reason}; connecting again`
        : `cannot reach Crossbar.io at ${url}: ${reason}; trying on`;
    if (isRefused) this.#ready.reject(new EstromError('UNAUTHENTICATED', complaint));
    // Whoever waits for the first session tells it.
    if (isRefused && this.#joins === 0) return;
    if (complaint === this.#lastComplaint) return;
    this.#lastComplaint = complaint;
    if (isRefused) this.#log.error(complaint);
    else this.#log.warn(complaint);
  }
}
