import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Hits } from './hits.ts';
import { type Answer, comparable, EstromProxy } from './proxy.ts';

export interface Round {
  readonly path?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** Two indices, one that is written through estrom and one that is not: both must get the same answers. */
export class Twins {
  proxy!: EstromProxy;
  hits!: Hits;
  #number = 0;

  /** The index that only this test has. */
  get here(): string {
    return `${this.proxy.prefix}-t${this.#number}`;
  }

  get twin(): string {
    return `${this.proxy.prefix}-d${this.#number}`;
  }

  /** Asks both, with the index's name for INDEX; answers what estrom's said, once it is seen to be the same. */
  async both(round: Round): Promise<Answer> {
    const direct = await this.directly(round, this.twin);
    const { path, asked } = named(round, this.here);
    const through = await this.proxy.through(path, asked);
    expect(comparable(through.text).replaceAll(this.here, 'INDEX')).toBe(
      comparable(direct.text).replaceAll(this.twin, 'INDEX'),
    );
    expect(through.status).toBe(direct.status);
    for (const name of ['content-type', 'warning']) {
      expect(through.headers.get(name)).toBe(direct.headers.get(name));
    }
    // Also where OpenSearch answers, which has another header for that.
    expect(through.headers.get('x-elastic-product')).toBe('Elasticsearch');
    return through;
  }

  directly(round: Round, index: string): Promise<Answer> {
    const { path, asked } = named(round, index);
    return this.proxy.directly(path, asked);
  }

  /** Prepares both, without estrom. */
  async prepare(round: Round): Promise<void> {
    for (const index of [this.here, this.twin]) {
      const { status, text } = await this.directly(round, index);
      if (status >= 300) throw new Error(text);
    }
  }

  /** What was percolated since the last question, as `id document`. */
  async tail(): Promise<string[]> {
    const name = this.here.slice(this.proxy.prefix.length);
    return (await this.hits.texts()).map((text) => text.replace(`${name}/`, ''));
  }

  next(): void {
    this.#number++;
  }
}

function named({ path = '/_bulk', body, headers = {}, method = 'POST' }: Round, index: string) {
  const text = typeof body === 'string' ? body.replaceAll('INDEX', index) : body;
  const asked = { method, headers, ...(text === undefined ? {} : { body: text }) };
  return { path: path.replaceAll('INDEX', index), asked };
}

/** For a suite: estrom before the real server, and a tail of everything for each test. */
export function useTwins(flags: Readonly<Record<string, string>> = {}): Twins {
  const twins = new Twins();
  beforeAll(async () => {
    twins.proxy = await EstromProxy.start(flags);
  });
  afterAll(() => twins.proxy.close());
  beforeEach(async () => {
    twins.next();
    twins.hits = await twins.proxy.tail();
  });
  afterEach(() => twins.hits.close());
  return twins;
}
