import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Refusals } from './limit-refusals.ts';

/** Connections beyond the limit that are taken so that they can be told. */
const TOLD = 64;

/**
 * Bounds the open connections. One too many is still taken, and its request refused by name; what
 * comes when many of those are there already is dropped by the system's hand.
 */
export class ConnectionLimit {
  readonly #max: number;
  readonly #refusals: Refusals;
  readonly #tooMany = new WeakSet<object>();
  #open = 0;

  constructor(app: FastifyInstance, max: number, refusals: Refusals) {
    this.#max = max;
    this.#refusals = refusals;
    const isTls = 'setSecureContext' in app.server;
    app.server.maxConnections = max + TOLD;
    app.server.on('drop', () => refusals.limit('max-connections'));
    app.server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (this.#open >= max) this.#tooMany.add(socket);
      this.#open++;
      socket.once('close', () => this.#open--);
    });
  }

  get open(): number {
    return this.#open;
  }

  /**
   * A sender takes an error for lost documents, but sends again when its connection closes: so who
   * writes is cut, and who reads is told.
   * @throws EstromError UNAVAILABLE
   */
  check({ socket, method }: IncomingMessage): void {
    if (!this.#tooMany.has(socket)) return;
    if (method !== 'GET') {
      this.#refusals.limit('max-connections');
      socket.destroy();
    }
    throw new EstromError(
      'UNAVAILABLE',
      `more than ${this.#max} connections are open: try again later, or raise --max-connections`,
      { setting: 'max-connections' },
    );
  }
}
