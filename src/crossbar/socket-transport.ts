import type { Transport } from 'autobahn';
import { WebSocket } from 'ws';
import { LINK_SERIALIZERS, type LinkSerializer, type SerializerName } from './serializers.ts';

const ERROR = 8;
const INVOCATION = 68;
const YIELD = 70;

const NO_CLOSING_FRAME = 1006;

export interface SocketOptions {
  readonly url: string;
  readonly serializer: SerializerName;
  /** Milliseconds without a sign of life after which the connection is given up; also for opening it. */
  readonly silence: number;
  onOpen(): void;
  /**
   * Called once, also when the connection could not be opened.
   * @param code of WebSocket's closing frame, 1006 without one
   */
  onClose(reason: string, code: number): void;
}

/**
 * What an autobahn session writes to: a WebSocket whose unsent bytes can be seen. autobahn's own
 * serializes asynchronously, so that a value that cannot be written ends the process.
 */
export class SocketTransport implements Transport {
  onmessage: (message: readonly unknown[]) => void = () => {};
  readonly #socket: WebSocket;
  readonly #serializer: LinkSerializer;
  readonly #options: SocketOptions;
  readonly #pings: NodeJS.Timeout;
  #lastHeard = performance.now();
  #failure = '';
  #closed = false;

  constructor(options: SocketOptions) {
    const { url, serializer, silence } = options;
    this.#options = options;
    this.#serializer = LINK_SERIALIZERS[serializer];
    this.#socket = new WebSocket(url, `wamp.2.${serializer}`, {
      perMessageDeflate: false,
      handshakeTimeout: silence,
      followRedirects: false,
    });
    this.#socket.on('open', () => {
      this.#lastHeard = performance.now();
      options.onOpen();
    });
    this.#socket.on('message', (data: Buffer) => this.#receive(data));
    this.#socket.on('ping', this.#heard);
    this.#socket.on('pong', this.#heard);
    this.#socket.on('error', (error) => {
      this.#failure ||= describe(error);
    });
    this.#socket.on('close', (code, reason) => this.#ended(closing(code, String(reason)), code));
    this.#pings = setInterval(() => this.#beat(), silence / 3).unref();
  }

  /** Bytes that the connection has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** @throws TypeError for what cannot be written; a result that cannot is answered as an error */
  send(message: readonly unknown[]): void {
    let data: Buffer;
    try {
      data = this.#serializer.encode(message);
    } catch (error) {
      // Nobody above catches it there: it would be an unhandled rejection.
      if (message[0] !== YIELD && message[0] !== ERROR) throw error;
      const request = message[0] === YIELD ? message[1] : message[2];
      const text = `the result cannot be written: ${(error as Error).message}`;
      const answer = [ERROR, INVOCATION, request, {}, 'wamp.error.runtime_error', [text]];
      data = this.#serializer.encode(answer);
    }
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(data, { binary: this.#serializer.isBinary });
  }

  /** Nothing is read from now on: the router keeps what comes. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#heard();
    this.#socket.resume();
  }

  close(code = 1000, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Without waiting for the other side. */
  cut(reason: string): void {
    this.#failure ||= reason;
    this.#socket.terminate();
    this.#ended(reason, NO_CLOSING_FRAME);
  }

  readonly #heard = (): void => {
    this.#lastHeard = performance.now();
  };

  #receive(data: Buffer): void {
    this.#heard();
    if (this.#closed) return;
    let message: unknown[];
    try {
      message = this.#serializer.decode(data);
    } catch (error) {
      this.cut(`it sent what cannot be read: ${(error as Error).message}`);
      return;
    }
    this.onmessage(message);
  }

  #beat(): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#socket.isPaused) return;
    if (performance.now() - this.#lastHeard > this.#options.silence) {
      this.cut(`nothing came from it for ${this.#options.silence} ms`);
    } else {
      this.#socket.ping();
    }
  }

  #ended(reason: string, code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pings);
    this.#options.onClose(this.#failure || reason, code);
  }
}

function closing(code: number, reason: string): string {
  if (code === NO_CLOSING_FRAME) return 'it went away';
  return reason === '' ? `it closed with code ${code}` : `it closed: ${reason} (code ${code})`;
}

/** Refused connections to a name with several addresses come as an error without a message. */
function describe(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}
