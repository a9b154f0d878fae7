import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request instead of its way to the server. */
export type Fault =
  | { readonly status: number; readonly body?: string }
  /** Nothing is ever answered. */
  | 'hang'
  /** The connection breaks. */
  | 'cut';

export interface Passed {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server in front of the real one, for what that cannot be made to do: it passes on, or fails. */
export class FaultyProxy {
  readonly url: string;
  /** Decides each request; nothing: it is passed on. */
  fault: (asked: Passed) => Fault | undefined = () => undefined;
  /** Requests that came, failed ones included. */
  readonly asked: Passed[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(target: string): Promise<FaultyProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new FaultyProxy(server);
    server.on('request', (incoming, outgoing) => {
      proxy.#handle(target, incoming, outgoing).catch(() => incoming.socket.destroy());
    });
    return proxy;
  }

  async #handle(target: string, incoming: IncomingMessage, outgoing: ServerResponse) {
    const asked = { headers: incoming.headers, body: String(await buffer(incoming)) };
    this.asked.push(asked);
    const fault = this.fault(asked);
    if (fault === 'hang') return;
    if (fault === 'cut') {
      incoming.socket.destroy();
      return;
    }
    if (fault !== undefined) {
      outgoing.writeHead(fault.status, { 'content-type': 'application/json' });
      outgoing.end(fault.body ?? '{}');
      return;
    }
    const { method = 'GET', url = '/' } = incoming;
    const { 'content-type': type = 'application/json' } = incoming.headers;
    const onward = request(new URL(url, target), { method, headers: { 'content-type': type } });
    onward.on('error', () => incoming.socket.destroy());
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end(asked.body);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
