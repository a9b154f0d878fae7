import http from 'node:http';

const NEWLINE = 0x0a;
const HEAD = 160;
const NUMBER = /"_seq":"[^"-]+-(\d+)","_source":\{"n":(\d+)/;

/**
 * An NDJSON tail that keeps no text: which documents came (by the number `n` that each begins with),
 * how often, in which order of `_seq`, and how many it was told it lost. Can stop reading.
 */
export class CountingTail {
  hits = 0;
  shed = 0;
  gaps = 0;
  /** Hits whose `_seq` is not above the one before. */
  disorder = 0;
  /** Every `n`, as they came. */
  readonly order: number[] = [];
  /** How often each `n` came. */
  readonly seen: Uint8Array;
  readonly ended: Promise<void>;
  readonly #message: http.IncomingMessage;
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #lastSeq = -1;

  private constructor(message: http.IncomingMessage, documents: number) {
    this.#message = message;
    this.seen = new Uint8Array(documents);
    this.ended = new Promise((resolve) => message.once('close', resolve));
    message.on('error', () => {});
  }

  /** @param documents numbers that may come: 0 to this */
  static open(
    url: string,
    query: Readonly<Record<string, string>>,
    documents: number,
    { paused = false } = {},
  ): Promise<CountingTail> {
    const params = new URLSearchParams({ format: 'ndjson', ...query });
    return new Promise((resolve, reject) => {
      const request = http.get(`${url}/api/v0.1/docs?${params}`, { agent: false });
      request.once('error', reject);
      request.once('response', (message) => {
        request.on('error', () => {});
        if (message.statusCode !== 200) {
          reject(new Error(`tail answered ${message.statusCode}`));
          return;
        }
        const tail = new CountingTail(message, documents);
        if (!paused) tail.read();
        resolve(tail);
      });
    });
  }

  read(): void {
    if (this.#message.listenerCount('data') === 0) {
      this.#message.on('data', (part: Buffer) => this.#take(part));
    }
    this.#message.resume();
  }

  pause(): void {
    this.#message.pause();
  }

  destroy(): void {
    this.#message.destroy();
  }

  /** Resolves when so many hits came or were reported lost. */
  async accounts(count: number): Promise<void> {
    if (this.hits + this.shed >= count) return;
    await Promise.race([
      new Promise<void>((resolve) => this.#waiting.push({ count, resolve })),
      this.ended.then(() => {
        if (this.hits + this.shed < count) {
          throw new Error(`the tail ended with ${this.hits} hits, ${this.shed} shed`);
        }
      }),
    ]);
  }

  /** Numbers that came exactly once. */
  get once(): number {
    return this.seen.reduce((sum, times) => sum + (times === 1 ? 1 : 0), 0);
  }

  #take(part: Buffer): void {
    const text = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    let start = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
      if (end > start) this.#line(text, start, end);
      start = end + 1;
    }
    // Copied, so that a short rest does not keep a large part.
    this.#rest = Buffer.from(text.subarray(start));
    while (this.#waiting.length > 0 && this.hits + this.shed >= this.#waiting[0]!.count) {
      this.#waiting.shift()!.resolve();
    }
  }

  #line(text: Buffer, start: number, end: number): void {
    const head = text.toString('latin1', start, Math.min(end, start + HEAD));
    const [, seq, n] = NUMBER.exec(head) ?? [];
    if (n === undefined) {
      const { _gap } = JSON.parse(text.toString('latin1', start, end)) as {
        _gap: { count: number };
      };
      this.shed += _gap.count;
      this.gaps++;
      return;
    }
    this.hits++;
    this.seen[Number(n)]!++;
    this.order.push(Number(n));
    if (Number(seq) <= this.#lastSeq) this.disorder++;
    this.#lastSeq = Number(seq);
  }
}
