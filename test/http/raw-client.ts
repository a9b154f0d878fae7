import { connect, type Socket } from 'node:net';

/** A TCP connection that sends text as it is and reads replies as they come. */
export class RawClient {
  readonly #socket: Socket;
  #received = '';
  #closed = false;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  send(text: string): this {
    this.#socket.write(text);
    return this;
  }

  /** Everything received so far, once the pattern is in it. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.#closed) throw new Error(`closed before ${pattern}: ${this.#received}`);
      await this.#change();
    }
    return this.#received;
  }

  /** Everything received, once the server has closed the connection. */
  async end(): Promise<string> {
    while (!this.#closed) await this.#change();
    return this.#received;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
