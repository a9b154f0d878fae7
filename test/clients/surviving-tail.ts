import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { HitCounter } from './tail-process.ts';

/** Between two attempts to get in again. */
const RETRY_MS = 5;
/** Longer than shippers wait for a batch to fill. */
const IDLE_MS = 700;

/**
 * A tail of everything in an index, with `on_slow=block`, that comes back at once whenever the server
 * ends it: what it has seen survives the server.
 */
export class SurvivingTail {
  readonly #url: string;
  readonly #seen = new Set<number>();
  readonly #progress = new HitCounter();
  #hits = 0;
  #strange = 0;
  #connection = 0;
  #closed = false;
  #request: ReturnType<typeof get> | null = null;

  constructor(server: string, index: string) {
    this.#url = `${server}/api/v0.1/docs?i=${index}&format=ndjson&on_slow=block`;
  }

  get hits(): number {
    return this.#hits;
  }

  get distinct(): number {
    return this.#seen.size;
  }

  /** Hits of the present connection. */
  get connectionHits(): number {
    return this.#connection;
  }

  /** Lines that are no documents of the test, such as gap records. */
  get strange(): number {
    return this.#strange;
  }

  /** Resolves when the server has answered for the first time. */
  async open(): Promise<void> {
    const response = await this.#connect();
    if (response === null) throw new Error('there is no server');
    void this.#live(response);
  }

  /** Resolves when that many different documents were seen. */
  reached(count: number): Promise<void> {
    return this.#progress.reached(count);
  }

  /** Resolves when nothing new has come for a while. */
  async idle(): Promise<void> {
    for (let before = -1; before !== this.#hits; await delay(IDLE_MS)) before = this.#hits;
  }

  close(): void {
    this.#closed = true;
    this.#request?.destroy();
  }

  async #live(first: IncomingMessage): Promise<void> {
    let response: IncomingMessage | null = first;
    while (!this.#closed) {
      if (response === null) await delay(RETRY_MS);
      else await this.#read(response);
      response = this.#closed ? null : await this.#connect();
    }
  }

  #connect(): Promise<IncomingMessage | null> {
    return new Promise((resolve, reject) => {
      this.#request = get(this.#url, { agent: false }, (response) => {
        this.#connection = 0;
        if (response.statusCode === 200) resolve(response);
        else reject(new Error(`no tail: ${response.statusCode}`));
      });
      this.#request.on('error', () => resolve(null));
    });
  }

  async #read(response: IncomingMessage): Promise<void> {
    let rest = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) if (line !== '') this.#take(line);
      }
    } catch {
      // Cut: the next connection goes on.
    }
  }

  #take(line: string): void {
    const [, n] = /line (\d+) (?:shown|hidden)"/.exec(line) ?? [];
    if (n === undefined) {
      this.#strange++;
      return;
    }
    this.#hits++;
    this.#connection++;
    this.#seen.add(Number(n));
    this.#progress.note(this.#seen.size);
  }
}
