import type { FastifyInstance } from 'fastify';

/** Requests that bring something in (their method says so) and have no answer yet. */
export class RequestsUnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Before any route is added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRequest', (request, reply, done) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        this.#count++;
        reply.raw.once('close', () => this.#answered());
      }
      done();
    });
  }

  /** Resolves when there is none, or after `timeout` milliseconds. */
  async answered(timeout: number): Promise<void> {
    if (this.#count === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout);
      this.#waiting.push(resolve);
    });
    clearTimeout(timer);
  }

  #answered(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }
}
