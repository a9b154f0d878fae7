import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { unpack } from 'msgpackr';
import { WebSocket, WebSocketServer } from 'ws';

/** Stands between a client and Crossbar.io and leaves out what the router says, as a test wants. */
export class EventProxy {
  /** Whether a message of the router is left out. */
  drops: (message: readonly unknown[]) => boolean = () => false;
  /** Connections are refused for now. */
  isShut = false;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, upstream: string, serializer: string) {
    const binary = serializer === 'msgpack';
    const read = (data: Buffer): unknown[] =>
      binary ? (unpack(data) as unknown[]) : JSON.parse(String(data));
    this.#server = server;
    server.on('connection', (client, request) => {
      if (this.isShut) {
        client.terminate();
        return;
      }
      const router = new WebSocket(upstream, request.headers['sec-websocket-protocol']!);
      const early: Buffer[] = [];
      client.on('message', (data: Buffer) => {
        if (router.readyState === WebSocket.OPEN) router.send(data, { binary });
        else early.push(data);
      });
      router.on('open', () => {
        for (const data of early) router.send(data, { binary });
      });
      router.on('message', (data: Buffer) => {
        if (!this.drops(read(data))) client.send(data, { binary });
      });
      for (const [one, other] of [
        [client, router],
        [router, client],
      ] as const) {
        one.on('close', () => other.terminate());
        one.on('error', () => other.terminate());
      }
    });
  }

  static async start(upstream: string, serializer = 'json'): Promise<EventProxy> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (protocols) => [...protocols][0] ?? false,
    });
    await once(server, 'listening');
    return new EventProxy(server, upstream, serializer);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Cuts every connection as a failing network would. */
  cut(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
