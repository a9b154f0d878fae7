import type { Connection, ConnectionOptions, Session, Subscription, WampError } from 'autobahn';

// It warns of every connection that ends, with what it was bound to when it was loaded.
const { warn } = console;
console.warn = () => {};
const autobahn = await import('autobahn');
console.warn = warn;

export const SERIALIZERS = {
  json: autobahn.serializer.JSONSerializer,
  msgpack: autobahn.serializer.MsgpackSerializer,
} as const;
export type SerializerName = keyof typeof SERIALIZERS;

export interface EventRecord {
  readonly _index?: string;
  readonly _id?: string;
  readonly _seq?: string;
  readonly _source?: Readonly<Record<string, unknown>>;
  readonly _gap?: { readonly count: number; readonly reason: string };
}

/** What ended a session: autobahn's word for it, and the router's. */
export interface Ending {
  readonly how: string;
  readonly reason: string | null;
}

/** Events of one subscription, as they come. */
export class Events {
  readonly records: EventRecord[] = [];
  readonly id: number;
  readonly #session: Session;
  readonly #subscription: Subscription;
  #waiting: { readonly count: number; resolve(): void } | undefined;

  private constructor(session: Session, subscription: Subscription, records: EventRecord[]) {
    this.#session = session;
    this.#subscription = subscription;
    this.id = subscription.id;
    this.records = records;
  }

  static async subscribe(session: Session, topic: string, options: object): Promise<Events> {
    const records: EventRecord[] = [];
    let events: Events | undefined;
    const subscription = await session.subscribe(
      topic,
      (args) => {
        if (args.length !== 1) throw new Error('an event has one positional argument');
        records.push(args[0] as EventRecord);
        events?.wake();
      },
      options,
    );
    events = new Events(session, subscription, records);
    return events;
  }

  wake(): void {
    if (this.#waiting === undefined || this.records.length < this.#waiting.count) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
  }

  /** Resolves with the records when there are so many. */
  async reached(count: number): Promise<readonly EventRecord[]> {
    await new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
      this.wake();
    });
    return this.records;
  }

  async unsubscribe(): Promise<void> {
    await this.#session.unsubscribe(this.#subscription);
  }
}

/** A subscriber as people write it: autobahn-js. */
export class WampClient {
  readonly session: Session;
  readonly ended: Promise<Ending>;
  readonly #connection: Connection;

  private constructor(connection: Connection, session: Session, ended: Promise<Ending>) {
    this.#connection = connection;
    this.session = session;
    this.ended = ended;
  }

  /** @throws Error when the router does not welcome it */
  static async open(
    url: string,
    serializer: SerializerName,
    more: Partial<ConnectionOptions> = {},
  ): Promise<WampClient> {
    const connection = new autobahn.Connection({
      url,
      realm: 'estrom',
      serializers: [new SERIALIZERS[serializer]()],
      max_retries: 0,
      ...more,
    });
    const opened = Promise.withResolvers<Session>();
    const ended = Promise.withResolvers<Ending>();
    connection.onopen = opened.resolve;
    connection.onclose = (how, { reason, message }) => {
      opened.reject(new Error(`${how}: ${reason} ${message}`));
      ended.resolve({ how, reason });
      return true;
    };
    connection.open();
    return new WampClient(connection, await opened.promise, ended.promise);
  }

  /** @returns the topic of the query */
  async register(index: string, query: unknown): Promise<string> {
    const answer = await this.session.call('estrom.register_query', [], { index, query });
    return (answer as { topic: string }).topic;
  }

  subscribe(topic: string, options: object = {}): Promise<Events> {
    return Events.subscribe(this.session, topic, options);
  }

  async close(): Promise<Ending> {
    this.#connection.close();
    return await this.ended;
  }
}

/** The error that a request was answered with. */
export async function errorOf(request: Promise<unknown>): Promise<WampError> {
  try {
    await request;
  } catch (error) {
    return error as WampError;
  }
  throw new Error('the request was not refused');
}
