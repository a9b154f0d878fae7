import { once } from 'node:events';
import { Packr, Unpackr } from 'msgpackr';
import { type ClientOptions, WebSocket } from 'ws';
import type { SerializerName } from './wamp-client.ts';

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'bigint' });

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** Speaks WAMP message by message, so that a test can say what no library would, or stop reading. */
export class RawWamp {
  readonly messages: unknown[][] = [];
  readonly closed: Promise<Closing>;
  readonly #socket: WebSocket;
  readonly #serializer: SerializerName;
  #isClosed = false;
  #wake = () => {};

  private constructor(socket: WebSocket, serializer: SerializerName) {
    this.#socket = socket;
    this.#serializer = serializer;
    socket.on('message', (data) => {
      this.messages.push(
        serializer === 'json' ? JSON.parse(String(data)) : unpackr.unpack(data as Buffer),
      );
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#isClosed = true;
        this.#wake();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  static async open(
    url: string,
    serializer: SerializerName = 'json',
    options: ClientOptions = {},
  ): Promise<RawWamp> {
    const socket = new WebSocket(url, `wamp.2.${serializer}`, options);
    const client = new RawWamp(socket, serializer);
    await once(socket, 'open');
    return client;
  }

  /** One that has been welcomed. */
  static async join(url: string, serializer: SerializerName = 'json'): Promise<RawWamp> {
    const client = await RawWamp.open(url, serializer);
    client.send([1, 'estrom', { roles: { subscriber: {}, caller: {} } }]);
    await client.until((message) => message[0] === 2);
    return client;
  }

  send(message: unknown): this {
    return this.sendBytes(
      this.#serializer === 'json' ? JSON.stringify(message) : packr.pack(message),
    );
  }

  sendBytes(data: string | Buffer): this {
    this.#socket.send(data);
    return this;
  }

  /** Resolves with the first message that fits. */
  async until(fits: (message: unknown[]) => boolean): Promise<unknown[]> {
    for (let k = 0; ; k++) {
      while (k >= this.messages.length) {
        if (this.#isClosed) throw new Error(`closed after ${JSON.stringify(this.messages)}`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (fits(this.messages[k]!)) return this.messages[k]!;
    }
  }

  /** @returns the arguments of the events so far */
  get events(): unknown[] {
    return this.messages
      .filter(([type]) => type === 36)
      .map((message) => (message[4] as unknown[])[0]);
  }

  /** Bytes that wait on this side. */
  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends it as a crash would. */
  terminate(): void {
    this.#socket.terminate();
  }

  close(): Promise<Closing> {
    this.#socket.close();
    return this.closed;
  }
}
