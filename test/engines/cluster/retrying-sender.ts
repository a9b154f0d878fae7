import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds. */
const PAUSE = 50;

/**
 * A shipper that sends bulk requests to one node, and the same body again, to the next node, until
 * every item of it was answered 2xx.
 */
export class RetryingSender {
  readonly sent: string[] = [];
  retries = 0;
  readonly #urls: readonly string[];
  readonly #index: string;
  readonly #name: string;

  constructor(urls: readonly string[], index: string, name: string) {
    this.#urls = urls;
    this.#index = index;
    this.#name = name;
  }

  /** Documents with ids of their own, in bodies of `size`. */
  async send(count: number, size: number): Promise<void> {
    for (let from = 0; from < count; from += size) {
      const ids = Array.from(
        { length: Math.min(size, count - from) },
        (_, n) => `${this.#name}-${from + n}`,
      );
      await this.#deliver(ids);
      for (const id of ids) this.sent.push(id);
    }
  }

  async #deliver(ids: readonly string[]): Promise<void> {
    const lines = ids.map(
      (id, n) => `{"index":{"_id":"${id}"}}\n{"level":"error","sender":"${this.#name}","n":${n}}\n`,
    );
    for (let attempt = 0; ; attempt += 1) {
      if (await this.#post(this.#urls[attempt % this.#urls.length]!, lines.join(''))) return;
      this.retries += 1;
      await wait(PAUSE);
    }
  }

  async #post(url: string, body: string): Promise<boolean> {
    try {
      const answer = await fetch(`${url}/${this.#index}/_bulk`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
        signal: AbortSignal.timeout(20_000),
      });
      const { errors } = (await answer.json()) as { errors?: boolean };
      return answer.ok && errors === false;
    } catch {
      return false;
    }
  }
}
