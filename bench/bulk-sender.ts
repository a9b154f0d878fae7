import { once } from 'node:events';
import net from 'node:net';

const HEAD_END = '\r\n\r\n';
const GOOD = /^HTTP\/1\.1 200 .*\r\ncontent-length: (\d+)\r\n/is;

export interface Sent {
  readonly bodies: number;
  readonly seconds: number;
  /** Milliseconds from writing a body to the end of its answer. */
  readonly times: readonly number[];
}

/**
 * A sender that costs little, so that the server is what is measured: requests are prepared bytes on
 * kept connections, and answers are looked at only as far as `"errors":false`.
 */
export class BulkSender {
  readonly #requests: readonly Buffer[];
  readonly #sockets: net.Socket[] = [];
  #next = 0;

  /** @param bodies sent in turn */
  constructor(bodies: readonly Buffer[]) {
    this.#requests = bodies.map((body) =>
      Buffer.concat([
        Buffer.from(
          `POST /_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}${HEAD_END}`,
        ),
        body,
      ]),
    );
  }

  async connect(url: string, connections: number): Promise<void> {
    const port = Number(new URL(url).port);
    for (let i = 0; i < connections; i++) {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      this.#sockets.push(socket);
    }
  }

  /** Sends on every connection, one request after the other, for so long. */
  async run(seconds: number): Promise<Sent> {
    const times: number[] = [];
    const began = performance.now();
    const one = async (socket: net.Socket) => {
      while (performance.now() - began < seconds * 1000) {
        const sent = performance.now();
        await exchange(socket, this.#requests[this.#next++ % this.#requests.length]!);
        times.push(performance.now() - sent);
      }
    };
    await Promise.all(this.#sockets.map(one));
    return { bodies: times.length, seconds: (performance.now() - began) / 1000, times };
  }

  /** Sends each body once. */
  async once(): Promise<void> {
    for (const request of this.#requests) await exchange(this.#sockets[0]!, request);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** @throws Error unless every item of the answer went well */
function exchange(socket: net.Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let missing = -1;
    const onData = (part: Buffer) => {
      if (missing < 0) {
        const headEnd = part.indexOf(HEAD_END) + HEAD_END.length;
        const text = part.toString('latin1', 0, headEnd + 100);
        const [, length] = GOOD.exec(text) ?? [];
        if (length === undefined || !text.includes('"errors":false')) {
          reject(new Error(`the server answered ${text}`));
          return;
        }
        missing = Number(length) + headEnd;
      }
      missing -= part.length;
      if (missing > 0) return;
      socket.off('data', onData);
      resolve();
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.write(request, () => socket.off('error', reject));
  });
}
