import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SenderOptions {
  /** Where bulk requests go; asked again before each attempt, so that a client can turn to another node. */
  readonly url: () => string;
  readonly index: string;
  readonly clients?: number;
  /** Documents of one request. */
  readonly body?: number;
  /** Bytes of one document, about. */
  readonly bytes?: number;
  /** Milliseconds a client waits for an answer. */
  readonly timeout?: number;
}

/** What a run of senders came to. */
export interface Sent {
  /** Distinct documents, numbered from 0. */
  readonly documents: number;
  /** Documents whose item was answered 2xx. */
  readonly accepted: number;
  /** Requests that were refused, cut or timed out, and sent again. */
  readonly retries: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const WORDS = 'the quick brown fox jumps over a lazy dog '.repeat(100);

/**
 * Clients that behave as shippers do: each sends bodies of documents with ids of their own, waits for
 * the answer, and sends what was not accepted again, until it is told to stop and everything it sent is
 * accepted.
 */
export class PersistentSenders {
  readonly #options: Required<SenderOptions>;
  readonly #agent: http.Agent;
  readonly #runs: Promise<void>[];
  readonly #refusals: Record<string, number> = {};
  #stopping = false;
  #next = 0;
  #accepted = 0;
  #retries = 0;
  #latest = performance.now();

  constructor(options: SenderOptions) {
    this.#options = { clients: 4, body: 100, bytes: 300, timeout: 60_000, ...options };
    const { clients } = this.#options;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: clients });
    this.#runs = Array.from({ length: clients }, () => this.#run());
  }

  get documents(): number {
    return this.#next;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Milliseconds since a request was accepted. */
  get quiet(): number {
    return performance.now() - this.#latest;
  }

  /** Resolves when everything that was sent is accepted. */
  async stop(): Promise<Sent> {
    this.#stopping = true;
    await Promise.all(this.#runs);
    this.#agent.destroy();
    return {
      documents: this.#next,
      accepted: this.#accepted,
      retries: this.#retries,
      refusals: this.#refusals,
    };
  }

  async #run(): Promise<void> {
    const { body } = this.#options;
    while (!this.#stopping) {
      const first = this.#next;
      this.#next += body;
      let open = Array.from({ length: body }, (_, k) => first + k);
      while (open.length > 0) {
        open = await this.#send(open);
        if (open.length === 0) break;
        this.#retries++;
        await sleep(100);
      }
    }
  }

  /** @returns the documents that have to be sent again */
  async #send(numbers: readonly number[]): Promise<number[]> {
    const { index, bytes } = this.#options;
    const pad = WORDS.slice(0, Math.max(0, bytes - 60));
    const lines = numbers.map(
      (n) =>
        `{"index":{"_index":"${index}","_id":"${n}"}}\n{"n":${n},"kind":"flow","message":"${pad}"}\n`,
    );
    try {
      const { status, text } = await this.#post(lines.join(''));
      if (status !== 200) {
        this.#refused(String(status));
        return [...numbers];
      }
      const { items } = JSON.parse(text) as { items: { index: { status: number } }[] };
      const again = numbers.filter((_, k) => items[k]!.index.status >= 300);
      if (again.length > 0) this.#refused('items');
      this.#accepted += numbers.length - again.length;
      if (again.length < numbers.length) this.#latest = performance.now();
      return again;
    } catch (error) {
      this.#refused((error as NodeJS.ErrnoException).code ?? 'cut');
      return [...numbers];
    }
  }

  #refused(how: string): void {
    this.#refusals[how] = (this.#refusals[how] ?? 0) + 1;
  }

  #post(body: string): Promise<{ status: number; text: string }> {
    const { url, timeout } = this.#options;
    return new Promise((resolve, reject) => {
      const request = http.request(`${url()}/_bulk`, {
        method: 'POST',
        agent: this.#agent,
        timeout,
        headers: {
          'content-type': 'application/x-ndjson',
          // Without a name it would be taken for rsyslog, which is refused by a cut connection.
          'user-agent': 'persistent-senders',
          'content-length': Buffer.byteLength(body),
        },
      });
      request.once('timeout', () => request.destroy(new Error('timed out')));
      request.once('error', reject);
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.end(body);
    });
  }
}
