import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Tallied, Tally } from './documents.ts';

/** Somebody who watches: hits are counted as they come, and again when the stream has ended. */
export interface TailReader {
  /** Resolves when that many hits have come. */
  reached(hits: number): Promise<void>;
  /** Resolves when the server has ended the stream. */
  ended(): Promise<Tallied>;
  stop(): void;
}

/** Hits so far and whoever waits for more. */
export class HitCounter {
  readonly tally = new Tally();
  readonly #waiting = new Set<{ readonly hits: number; resolve(): void }>();
  #count = 0;

  add(json: string): void {
    this.tally.add(json);
    this.#wake(this.tally.hits);
  }

  /** Says how far it is, when something else than hits is counted. */
  note(count: number): void {
    this.#wake(count);
  }

  reached(hits: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ hits, resolve });
      this.#wake(this.#count);
    });
  }

  #wake(count: number): void {
    this.#count = count;
    for (const waiting of this.#waiting) {
      if (count < waiting.hits) continue;
      waiting.resolve();
      this.#waiting.delete(waiting);
    }
  }
}

/** `curl -N` on an NDJSON tail, one hit a line of its output. */
export class CurlTail implements TailReader {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #counter = new HitCounter();
  readonly #opened = Promise.withResolvers<void>();
  #headers = '';
  /** Last line that curl printed. */
  lastLine = '';

  private constructor(url: string) {
    // Headers go to standard error at once with -v, while -i keeps them until the first body byte;
    // -s, or progress gets in between them.
    this.#child = spawn('curl', ['-sv', '-N', url], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#onLine(line));
    this.#child.stderr!.setEncoding('latin1').on('data', (text) => {
      if (this.#headers.includes('\n< \r\n')) return;
      this.#headers += text;
      if (this.#headers.includes('\n< \r\n')) this.#opened.resolve();
    });
  }

  #onLine(line: string): void {
    if (line === '') return;
    this.lastLine = line;
    this.#counter.add(line);
  }

  /** Resolves when the server has answered: every document sent from now on is seen. */
  static async open(url: string): Promise<CurlTail> {
    const tail = new CurlTail(url);
    await Promise.race([tail.#opened.promise, tail.#ended]);
    if (!tail.#headers.includes('\n< HTTP/1.1 200')) throw new Error(`no tail: ${tail.#headers}`);
    return tail;
  }

  reached(hits: number): Promise<void> {
    return this.#counter.reached(hits);
  }

  async ended(): Promise<Tallied> {
    await this.#ended;
    return this.#counter.tally.result();
  }

  stop(): void {
    this.#child.kill();
  }
}
