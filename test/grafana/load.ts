/** Something of everything that the dashboard shows: hits, mistakes, conflicts, tails that come and go. */
export class Load {
  readonly #url: string;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    const queries = Array.from({ length: 200 }, (_, n) => `host:web-${n} AND level:error`);
    for (const query of [...queries, 'NOT level:debug', 'n:>500']) {
      await this.#post('/api/v0.1/queries', JSON.stringify({ index: 'logs', query }));
    }
    await this.#post('/api/v0.1/queries', JSON.stringify({ index: 'logs', query: '(' }));
    this.#running = Promise.all([
      this.#send(),
      this.#come(),
      ...['json', 'ndjson', 'sse'].map((format) => this.#watch(`format=${format}`)),
    ]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #send(): Promise<void> {
    const lines = Array.from({ length: 500 }, (_, n) => {
      const level = n % 3 === 0 ? 'error' : 'info';
      const source = { level, host: `web-${n % 300}`, n: n % 100 === 7 ? 'a word' : n };
      return `{"index":{}}\n${JSON.stringify(source)}\n`;
    });
    const body = `${lines.join('')}{"index":{}}\n{broken\n{"delete":{"_id":"1"}}\n`;
    while (!this.#stop.signal.aborted) await this.#post('/logs/_bulk', body);
  }

  async #come(): Promise<void> {
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      await this.#post('/api/v0.1/queries', JSON.stringify({ index: 'logs', query: `n:${n}` }));
      await this.#watch('format=ndjson&limit=100');
    }
  }

  /** Reads a tail until it ends. */
  async #watch(parameters: string): Promise<void> {
    const { signal } = this.#stop;
    const answer = await fetch(`${this.#url}/api/v0.1/docs?i=logs&q=level:error&${parameters}`, {
      signal,
    }).catch(() => null);
    await answer?.body?.pipeTo(new WritableStream(), { signal }).catch(() => {});
  }

  async #post(path: string, body: string): Promise<void> {
    const answer = await fetch(this.#url + path, {
      method: 'POST',
      body,
      headers: {
        'content-type': path.endsWith('_bulk') ? 'application/x-ndjson' : 'application/json',
      },
    });
    await answer.arrayBuffer();
  }
}
