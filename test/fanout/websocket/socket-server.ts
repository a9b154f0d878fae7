import { type AccessControl, NO_ACCESS_CONTROL } from '../../../src/access/access-control.ts';
import type { Config } from '../../../src/config.ts';
import { EstromError } from '../../../src/errors.ts';
import type { OrderTopics } from '../../../src/fanout/order-topics.ts';
import { WebSockets } from '../../../src/fanout/websocket/web-sockets.ts';
import { createGuard } from '../../../src/http/guard.ts';
import { createLogger } from '../../../src/log.ts';
import { defaults, Server } from '../tails.ts';

/** Fan-out alone, with WebSockets on it; queries are numbers, their topics `docs-for-q<number>`. */
export class SocketServer extends Server {
  readonly #sockets: WebSockets;
  /** Requests of `estrom.register_query`, as JSON text. */
  readonly registered: string[] = [];
  /** What calls wait for before they are answered. */
  gate: Promise<void> = Promise.resolve();

  readonly #ready = Promise.withResolvers<void>();

  constructor(
    overrides: Partial<Config> = {},
    access: AccessControl = NO_ACCESS_CONTROL,
    isReady = true,
    ordersAt?: (server: Server) => OrderTopics,
  ) {
    super(overrides);
    if (isReady) this.makeReady();
    const config = defaults(overrides);
    this.#sockets = new WebSockets({
      hub: this.hub,
      queries: this.queries,
      ...(ordersAt === undefined ? {} : { orders: ordersAt(this) }),
      registerQuery: async (text) => {
        await this.gate;
        this.registered.push(text);
        if (text.includes('fail')) throw new Error('nobody foresaw this');
        if (text.includes('refuse')) throw new EstromError('QUERY_SYNTAX', 'no', { offset: 1 });
        return { topic: 'docs-for-q1' };
      },
      access,
      ready: this.#ready.promise,
      check: createGuard('127.0.0.1'),
      config,
      metrics: this.metrics,
      log: createLogger('silent'),
    });
    this.#sockets.attach(this.app.server);
  }

  /** Lets upgrades through, if they were held. */
  makeReady(): void {
    this.#ready.resolve();
  }

  get wamp(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.#sockets.close()]);
  }
}
