import type { Tallied } from './documents.ts';
import { HitCounter, type TailReader } from './tail-process.ts';

/** Reads server-sent events as a browser's EventSource does: fields, then an empty line. */
export class SseTail implements TailReader {
  readonly #counter = new HitCounter();
  readonly #abort = new AbortController();
  readonly #read: Promise<void>;

  private constructor(response: Response) {
    this.#read = this.#consume(response);
    // Whoever awaits ended() gets the failure; nobody else has to.
    this.#read.catch(() => {});
  }

  static async open(url: string): Promise<SseTail> {
    const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
    if (response.headers.get('content-type') !== 'text/event-stream') {
      throw new Error(`no tail: ${response.status} ${await response.text()}`);
    }
    return new SseTail(response);
  }

  async #consume(response: Response): Promise<void> {
    let rest = '';
    let lastId = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    this.#abort.signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const events = (rest + value).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        if (event.startsWith(':')) continue;
        const fields = new Map(
          event
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        const id = fields.get('id') ?? '';
        if (fields.get('event') !== 'hit' || id === lastId) throw new Error(`not a hit: ${event}`);
        lastId = id;
        this.#counter.add(fields.get('data') ?? '{}');
      }
    }
    if (rest !== '') throw new Error(`ended inside an event: ${rest}`);
  }

  reached(hits: number): Promise<void> {
    return Promise.race([this.#counter.reached(hits), this.#read.then(() => {})]);
  }

  async ended(): Promise<Tallied> {
    await this.#read;
    return this.#counter.tally.result();
  }

  stop(): void {
    this.#abort.abort();
  }
}
