import { once } from 'node:events';
import http from 'node:http';

const NEWLINE = 0x0a;
const CLOSE = 0x7d;
/** Milliseconds that the last hits may take. */
const PATIENCE = 10_000;

/** An NDJSON tail that counts its lines. */
export class HitCounter {
  hits = 0;
  readonly #message: http.IncomingMessage;
  #last = NEWLINE;
  #lost = false;
  #notify: (() => void) | undefined;

  private constructor(message: http.IncomingMessage) {
    this.#message = message;
    message.on('data', (part: Buffer) => this.#count(part));
  }

  static async open(url: string, index: string, query: string): Promise<HitCounter> {
    const params = new URLSearchParams({ i: index, q: query, format: 'ndjson' });
    const request = http.get(`${url}/api/v0.1/docs?${params}`, { agent: false });
    const [message] = (await once(request, 'response')) as [http.IncomingMessage];
    if (message.statusCode !== 200) throw new Error(`the tail answered ${message.statusCode}`);
    return new HitCounter(message);
  }

  /** @throws Error unless exactly so many came, and nothing was shed */
  async expect(count: number): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (this.hits < count && performance.now() < end) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
        setTimeout(resolve, 100);
      });
    }
    if (this.hits !== count || this.#lost) {
      throw new Error(
        `${this.hits} hits at the tail, not ${count}${this.#lost ? ', some shed' : ''}`,
      );
    }
  }

  close(): void {
    this.#message.destroy();
  }

  #count(part: Buffer): void {
    if (part.includes('{"_gap"')) this.#lost = true;
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) {
      // Heartbeats are empty lines.
      if ((at === 0 ? this.#last : part[at - 1]) === CLOSE) this.hits++;
    }
    this.#last = part.at(-1)!;
    this.#notify?.();
  }
}
