import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../src/config-load.ts';
import type { Percolate } from '../../src/document.ts';
import { forwardRoutes } from '../../src/forward/routes.ts';
import { FrontDoor } from '../../src/http/front-door.ts';
import { createServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { type Answer, type Asked, ask } from '../engines/forward/proxy.ts';
import { documentsOf, metric } from '../ingest/ingest-server.ts';
import { Stub } from './stub.ts';

/** Forwarding on real sockets, before a stub; the stage after it only writes down what it gets. */
export class ForwardServer {
  readonly stub: Stub;
  readonly port: number;
  /** `index/id document`, in the order in which they were percolated. */
  readonly received: string[];
  readonly #metrics: Metrics;
  readonly #close: () => Promise<unknown>;

  private constructor(
    stub: Stub,
    port: number,
    received: string[],
    metrics: Metrics,
    close: () => Promise<unknown>,
  ) {
    this.stub = stub;
    this.port = port;
    this.received = received;
    this.#metrics = metrics;
    this.#close = close;
  }

  static async start(
    answer: Stub['answer'],
    flags: Readonly<Record<string, string>> = {},
    percolate?: Percolate,
  ): Promise<ForwardServer> {
    const stub = await Stub.start(answer);
    const settings = { port: '0', forward: 'true', elasticsearch: stub.url, drainTimeout: '200ms' };
    const { config } = loadConfig({ ...settings, ...flags }, {});
    const log = createLogger('silent');
    const metrics = new Metrics();
    const received: string[] = [];
    const { access } = new FrontDoor(config, log);
    const app = createServer(config, log, { access, metrics });
    await app.register(forwardRoutes, {
      percolate: async (batch) => {
        for (const { index, id, source } of documentsOf(batch)) {
          received.push(`${index}/${id} ${source}`);
        }
        return percolate?.(batch) ?? [];
      },
      config,
      metrics,
      log,
      epoch: 'e1',
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    return new ForwardServer(stub, port, received, metrics, () => app.close());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  ask(path: string, asked?: Asked): Promise<Answer> {
    return ask(this.url, path, asked);
  }

  metric(name: string): Promise<number> {
    return metric(this.#metrics, name);
  }

  async close(): Promise<void> {
    await Promise.all([this.#close(), this.stub.close()]);
  }
}
