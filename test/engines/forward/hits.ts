import { request } from 'undici';
import type { EstromProxy } from './proxy.ts';

let marks = 0;

export interface Hit {
  readonly _index: string;
  readonly _id: string;
  /** As bytes of the stream say it. */
  readonly text: string;
}

/** A tail; it hears of everything that was stored before the question. */
export class Hits {
  readonly #proxy: EstromProxy;
  readonly #hits: Hit[] = [];
  readonly #abort: AbortController;
  #changed: (() => void) | null = null;

  private constructor(proxy: EstromProxy, abort: AbortController) {
    this.#proxy = proxy;
    this.#abort = abort;
  }

  static async open(proxy: EstromProxy, expression: string, query: string): Promise<Hits> {
    const abort = new AbortController();
    const marker = `${proxy.prefix}-mark`;
    const indices = encodeURIComponent(`${expression},${marker}`);
    const filter = query === '' ? '' : `&q=${encodeURIComponent(`(${query}) OR _mark:*`)}`;
    const path = `/api/v0.1/docs?i=${indices}&format=ndjson${filter}`;
    const { body } = await request(proxy.url + path, { signal: abort.signal });
    const hits = new Hits(proxy, abort);
    void hits.#read(body);
    return hits;
  }

  async #read(body: AsyncIterable<Buffer>): Promise<void> {
    let rest = '';
    try {
      for await (const chunk of body) {
        const texts = (rest + chunk.toString()).split('\n');
        rest = texts.pop()!;
        for (const text of texts) if (text.trim() !== '') this.#take(text);
        this.#changed?.();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #take(text: string): void {
    const { _index, _id } = JSON.parse(text) as Hit;
    const at = text.indexOf('"_source":') + '"_source":'.length;
    this.#hits.push({ _index, _id, text: text.slice(at, -1) });
  }

  /** All hits since the last question; none comes later than what was stored before it. */
  async all(): Promise<Hit[]> {
    const id = `mark-${marks++}`;
    const index = `${this.#proxy.prefix}-mark`;
    const body = `${JSON.stringify({ index: { _index: index, _id: id } })}\n{"_mark":1}\n`;
    await this.#proxy.through('/_bulk', { body });
    for (;;) {
      const at = this.#hits.findIndex((hit) => hit._id === id && hit._index === index);
      if (at >= 0) {
        return this.#hits.splice(0, at + 1).filter((hit) => hit._index !== index);
      }
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** The same as `index/id text`, without the prefix. */
  async texts(): Promise<string[]> {
    return (await this.all()).map(
      ({ _index, _id, text }) => `${_index.replace(this.#proxy.prefix, '')}/${_id} ${text}`,
    );
  }

  close(): void {
    this.#abort.abort();
  }
}
