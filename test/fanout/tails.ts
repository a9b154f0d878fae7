import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { type Config, SETTINGS } from '../../src/config.ts';
import { EstromError } from '../../src/errors.ts';
import { Framer } from '../../src/fanout/framing.ts';
import { Hub } from '../../src/fanout/hub.ts';
import type { QuerySource, Watched } from '../../src/fanout/query-source.ts';
import { streamRoutes } from '../../src/fanout/stream-routes.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';

export const EPOCH = 'e1';

export function defaults(overrides: Partial<Config> = {}): Config {
  const values = Object.entries(SETTINGS).map(([name, { default: value }]) => [name, value]);
  // Topics end with their last tail, unless a test is about what comes then.
  return { ...Object.fromEntries(values), topicLinger: 0, ...overrides } as Config;
}

/** Queries by name: the query text is a number, which is the ordinal; no query is ordinal 0. */
export class NumberedQueries implements QuerySource {
  released = 0;
  watched = 0;
  readonly #waiting: (() => void)[] = [];
  #gate = (): Promise<void> => Promise.resolve();

  async watch({ query }: { index: string; query: string | null }): Promise<Watched> {
    await this.#gate();
    return this.watchId(`q${query ?? 0}`);
  }

  watchId(id: string): Watched {
    const ordinal = Number(id.slice(1));
    if (!Number.isInteger(ordinal)) throw new EstromError('QUERY_UNKNOWN', `no query [${id}]`);
    this.watched++;
    const release = () => {
      this.released++;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    return { id, ordinal, release };
  }

  /** Resolves when the next query is asked for, with the function that lets it be registered. */
  pause(): Promise<() => void> {
    return new Promise((asked) => {
      this.#gate = () => new Promise((go) => asked(go));
    });
  }

  nextRelease(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export class Server {
  readonly hub: Hub;
  readonly queries = new NumberedQueries();
  readonly metrics = new Metrics();
  readonly app: FastifyInstance = fastify();
  readonly #framer = new Framer(EPOCH);
  #seq = 0;
  readonly #sockets: Socket[] = [];

  constructor(overrides: Partial<Config> = {}) {
    const config = defaults(overrides);
    this.hub = new Hub({ config, metrics: this.metrics, epoch: EPOCH });
    this.app.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof EstromError)) throw error;
      return reply.code(error.status).send(error.toBody());
    });
    void this.app.register(streamRoutes, {
      hub: this.hub,
      queries: this.queries,
      config,
      log: createLogger('silent'),
    });
  }

  async listen(): Promise<this> {
    this.app.server.on('connection', (socket) => this.#sockets.push(socket));
    await this.app.listen({ port: 0, host: '127.0.0.1' });
    return this;
  }

  /** Documents so far, those included that matched nothing. */
  get published(): number {
    return this.#seq;
  }

  get port(): number {
    return (this.app.server.address() as AddressInfo).port;
  }

  /** Publishes one document `{"n":<seq>}`, padded to about `bytes`. @returns what publish() said */
  publish(ordinal = 0, bytes = 0): boolean {
    const seq = this.#seq++;
    const pad = bytes > 0 ? `,"pad":"${'x'.repeat(bytes)}"` : '';
    const source = Buffer.from(`{"n":${seq}${pad}}`);
    const hit = this.#framer.frame('events', `d${seq}`, seq, source, 0, source.length);
    const goOn = this.hub.publish({ ordinal, hit });
    hit.memory.release();
    return goOn;
  }

  /** Documents up to this number match nothing that anybody listens to. */
  pass(seq: number): void {
    this.#seq = seq + 1;
    this.hub.passed(seq);
  }

  /** Publishes as the percolation stage does: waits when told to. */
  async publishAll(count: number, ordinal = 0, bytes = 0): Promise<void> {
    for (let k = 0; k < count; k++) {
      if (!this.publish(ordinal, bytes)) await this.hub.drained();
    }
  }

  /** Breaks all connections in the middle of a response; what was written still arrives. */
  cutConnections(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  /** Resolves when the only connection is gone, as the server sees it. */
  connectionClosed(): Promise<void> {
    const [socket] = this.#sockets;
    return new Promise((resolve) => socket?.once('close', () => resolve()));
  }

  async close(): Promise<void> {
    await this.hub.closeAll('drain', 100);
    this.app.server.closeAllConnections();
    await this.app.close();
  }

  /** Value of a metric, by name and labels as in the exposition. */
  async metric(name: string): Promise<number> {
    const lines = (await this.metrics.registry.metrics()).split('\n');
    const line = lines.find((one) => one.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  }
}

export interface ReaderOptions {
  readonly paused?: boolean;
  readonly accept?: string;
  readonly lastEventId?: string;
  readonly agent?: http.Agent;
}

/** A client that keeps all it reads. */
export class Reader {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly #message: http.IncomingMessage;
  readonly #parts: Buffer[] = [];
  #wake = () => {};
  readonly ended: Promise<void>;

  private constructor(message: http.IncomingMessage) {
    this.#message = message;
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    this.ended = new Promise((resolve) =>
      message.once('close', () => {
        this.#wake();
        resolve();
      }),
    );
    message.on('error', () => {});
  }

  /** Resolves with the response's head; reads nothing of the body if `paused`. */
  static open(port: number, query: string, options: ReaderOptions = {}) {
    return new Promise<Reader>((resolve, reject) => {
      const request = http.get({
        host: '127.0.0.1',
        port,
        path: `/api/v0.1/docs${query}`,
        agent: options.agent ?? false,
        headers: {
          ...(options.accept && { accept: options.accept }),
          ...(options.lastEventId && { 'last-event-id': options.lastEventId }),
        },
      });
      request.once('error', reject);
      request.once('response', (message) => {
        request.on('error', () => {});
        const reader = new Reader(message);
        if (options.paused !== true) reader.resume();
        resolve(reader);
      });
    });
  }

  resume(): void {
    if (this.#message.listenerCount('data') === 0) {
      this.#message.on('data', (part: Buffer) => {
        this.#parts.push(part);
        this.#wake();
      });
    }
    this.#message.resume();
  }

  pause(): void {
    this.#message.pause();
  }

  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  /** Resolves when the text holds `part`, at most 200 characters. */
  async sees(part: string): Promise<void> {
    let searched = 0;
    for (;;) {
      // Parts are many: what was searched is not searched again, but for a seam.
      let seam = 0;
      while (searched > 0 && seam < 200) seam += this.#parts[--searched]!.length;
      if (Buffer.concat(this.#parts.slice(searched)).includes(part)) return;
      if (this.#message.destroyed) throw new Error(`ended without [${part}]`);
      searched = this.#parts.length;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves when the unpadded document number `n` is there. */
  seesDocument(n: number): Promise<void> {
    return this.sees(`{"n":${n}}}\n`);
  }

  destroy(): void {
    this.#message.destroy();
  }
}
