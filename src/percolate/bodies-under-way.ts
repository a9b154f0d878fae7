import type { FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';

/** Bounds the bytes of all bodies that are being read, or worked on. */
export class BodiesUnderWay {
  readonly #maxBody: number;
  readonly #max: number;
  #bytes = 0;

  /** @param maxBody most bytes of a body, which one of unknown length counts as. @param max of all together */
  constructor(maxBody: number, max: number) {
    this.#maxBody = maxBody;
    this.#max = max;
  }

  /** To be called before the body is read; it counts until its answer is gone. @throws EstromError OVERLOADED */
  admit({ headers }: Pick<FastifyRequest, 'headers'>, { raw }: Pick<FastifyReply, 'raw'>): void {
    const length = headers['content-length'];
    const bytes = length === undefined ? this.#maxBody : Math.min(Number(length), this.#maxBody);
    if (this.#bytes + bytes > this.#max) {
      throw new EstromError(
        'OVERLOADED',
        `requests under way hold ${this.#bytes} bytes, and ${this.#max} is the most; try again later`,
      );
    }
    // Of a request that was broken off meanwhile no close would come.
    if (raw.destroyed) return;
    this.#bytes += bytes;
    raw.once('close', () => {
      this.#bytes -= bytes;
    });
  }
}
