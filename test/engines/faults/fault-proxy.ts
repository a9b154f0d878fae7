import { once } from 'node:events';
import net from 'node:net';
import { steadyPort } from '../../steady-port.ts';

/**
 * What the link does: `pass` is no fault; `stall` takes connections and moves no byte, as a frozen
 * server or a half-open socket does; `gone` closes what there is, and nobody listens; `answer` gives every
 * HTTP request the same status.
 */
type Mode =
  | { readonly kind: 'pass' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'answer'; readonly status: number };

interface Link {
  readonly client: net.Socket;
  readonly server: net.Socket;
  /** The client has sent nothing since the last answer. */
  isQuiet: boolean;
}

/** A TCP link to a real server, which can be made to fail and to recover. */
export class FaultProxy {
  readonly port: number;
  readonly #server: net.Server;
  readonly #target: { host: string; port: number };
  readonly #links = new Set<Link>();
  readonly #delay: number;
  #mode: Mode = { kind: 'pass' };
  /** Bytes that went to the server. */
  sent = 0;

  private constructor(server: net.Server, target: { host: string; port: number }, delay: number) {
    this.#server = server;
    this.#target = target;
    this.#delay = delay;
    this.port = (server.address() as net.AddressInfo).port;
    server.on('connection', (client) => this.#accept(client));
  }

  /**
   * @param url of the real server
   * @param delay milliseconds that every part of an answer comes later
   */
  static async open(url: string, { delay = 0 } = {}): Promise<FaultProxy> {
    const { hostname, port } = new URL(url);
    const server = net
      .createServer({ pauseOnConnect: true })
      .listen(await steadyPort(), '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, { host: hostname, port: Number(port) }, delay);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async pass(): Promise<void> {
    const { kind } = this.#mode;
    this.#mode = { kind: 'pass' };
    if (!this.#server.listening) {
      this.#server.listen(this.port, '127.0.0.1');
      await once(this.#server, 'listening');
    }
    for (const link of this.#links) {
      // An answer that was made up has no request on the other side: start anew.
      if (kind === 'answer') link.client.destroy();
      else {
        link.client.resume();
        link.server.resume();
      }
    }
  }

  stall(): void {
    this.#mode = { kind: 'stall' };
    for (const { client, server } of this.#links) {
      client.pause();
      server.pause();
    }
  }

  async leave(): Promise<void> {
    this.#mode = { kind: 'gone' };
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const { client } of this.#links) client.destroy();
    await closed;
  }

  /** Requests under way are cut. */
  answer(status: number): void {
    this.#mode = { kind: 'answer', status };
    for (const { client } of this.#links) client.destroy();
  }

  close(): Promise<void> {
    return this.leave();
  }

  #accept(client: net.Socket): void {
    client.on('error', () => {});
    const server = net.connect(this.#target);
    server.on('error', () => client.destroy());
    const link: Link = { client, server, isQuiet: true };
    this.#links.add(link);
    client.on('data', (part) => this.#fromClient(link, part));
    server.on('data', (part) => this.#fromServer(link, part));
    client.on('close', () => {
      this.#links.delete(link);
      server.destroy();
    });
    server.on('close', () => client.destroy());
    if (this.#mode.kind === 'stall') server.pause();
    else client.resume();
  }

  #fromClient(link: Link, part: Buffer): void {
    const { client, server } = link;
    if (this.#mode.kind === 'answer') {
      // The rest of the body is read and thrown away: closing tells the client to stop.
      if (link.isQuiet) {
        link.isQuiet = false;
        const { status } = this.#mode;
        const body =
          '{"error":{"type":"es_rejected_execution_exception","reason":"made up"},"status":429}';
        client.end(
          `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\nx-elastic-product: Elasticsearch\r\n` +
            `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      }
      return;
    }
    this.sent += part.length;
    if (!server.write(part)) {
      client.pause();
      server.once('drain', () => {
        if (this.#mode.kind === 'pass') client.resume();
      });
    }
  }

  #fromServer({ client, server }: Link, part: Buffer): void {
    const forward = () => {
      if (client.destroyed || client.write(part)) return;
      server.pause();
      client.once('drain', () => {
        if (this.#mode.kind === 'pass') server.resume();
      });
    };
    if (this.#delay > 0) setTimeout(forward, this.#delay);
    else forward();
  }
}
