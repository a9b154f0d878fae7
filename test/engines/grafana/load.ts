import { setTimeout as wait } from 'node:timers/promises';

/** Where the load goes to; all are nodes of one registry. */
export interface LoadTargets {
  readonly elasticsearch: string;
  /** A node that does everything, with `--forward`. */
  readonly whole: string;
  /** One that only takes documents and percolates them, without `--forward`. */
  readonly beater: string;
  /** One that only serves tails. */
  readonly endless: string;
  /** What names of indices begin with. */
  readonly prefix: string;
}

const DOCUMENTS = 40;

/**
 * Something of everything that the dashboard of engines shows, except for faults: documents that are
 * sent on, fetched, updated and in conflict, new fields, queries that come, go and are held back, and
 * tails of hits of other nodes.
 */
export class EnginesLoad {
  readonly #targets: LoadTargets;
  readonly #index: string;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(targets: LoadTargets) {
    this.#targets = targets;
    this.#index = `${targets.prefix}-logs`;
  }

  async start(): Promise<void> {
    const { elasticsearch, whole, endless, prefix } = this.#targets;
    // One that does nothing makes a document be fetched as well.
    await demand('PUT', `${elasticsearch}/_ingest/pipeline/${prefix}`, { processors: [] });
    await demand('PUT', `${whole}/${this.#index}`, { settings: { number_of_replicas: 0 } });
    await this.#register('nowhere:*');
    for (let n = 0; n < 20; n++) await this.#register(`host:web-${n} AND level:error`);
    const rounds = [
      this.#send,
      this.#send,
      this.#convert,
      this.#conflict,
      this.#spread,
      this.#come,
    ];
    this.#running = Promise.all([
      ...rounds.map((round) => this.#repeat(round.bind(this))),
      ...[whole, endless].map((url) => this.#watch(url, 'level:error')),
    ]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const { elasticsearch, prefix } = this.#targets;
    await demand('DELETE', `${elasticsearch}/_ingest/pipeline/${prefix}`);
  }

  async #repeat(round: (n: number) => Promise<void>): Promise<void> {
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      // As a client would after a fault; what is missing without one shows on the dashboard.
      await round(n).catch(() => wait(100));
    }
  }

  async #send(n: number): Promise<void> {
    const update = `{"update":{"_id":"one"}}\n{"doc":{"n":${n}},"doc_as_upsert":true}\n`;
    const again = '{"create":{"_id":"first"}}\n{"level":"info"}\n';
    await bulk(`${this.#targets.whole}/${this.#index}`, some(n) + update + again);
  }

  async #convert(n: number): Promise<void> {
    const { whole, prefix } = this.#targets;
    await demand('PUT', `${whole}/${this.#index}/_doc/${n % 10}?pipeline=${prefix}`, { n });
    await demand('GET', `${whole}/${this.#index}/_count`);
  }

  /** A retry after an answer that was lost, to a node that does not know. */
  async #conflict(n: number): Promise<void> {
    const { elasticsearch, whole } = this.#targets;
    for (const url of [elasticsearch, whole]) {
      const path = `${this.#index}/_create/retried-${n}`;
      await (await ask('PUT', `${url}/${path}`, { level: 'error', n })).arrayBuffer();
    }
  }

  async #spread(n: number): Promise<void> {
    const { beater, prefix } = this.#targets;
    const body = `${some(n)}{"index":{}}\n{"field-${n % 50}":"new"}\n`;
    await bulk(`${beater}/${prefix}-spread`, body);
  }

  async #come(n: number): Promise<void> {
    const { whole, endless } = this.#targets;
    const id = await this.#register(`n:${n}`);
    await this.#watch(endless, `n:<${20 + (n % 100)}`, '&limit=5');
    await demand('DELETE', `${whole}/api/v0.1/queries/${id}`);
  }

  async #register(query: string): Promise<string> {
    const registration = { index: `${this.#targets.prefix}-*`, query };
    const answer = await demand('POST', `${this.#targets.whole}/api/v0.1/queries`, registration);
    return (JSON.parse(answer) as { subscription_id: string }).subscription_id;
  }

  /** Reads a tail until it ends. */
  async #watch(url: string, query: string, parameters = ''): Promise<void> {
    const { signal } = this.#stop;
    const search = `i=${this.#targets.prefix}-*&q=${encodeURIComponent(query)}&format=ndjson`;
    const answer = await fetch(`${url}/api/v0.1/docs?${search}${parameters}`, { signal }).catch(
      () => null,
    );
    await answer?.body?.pipeTo(new WritableStream(), { signal }).catch(() => {});
  }
}

function some(n: number): string {
  const lines = Array.from({ length: DOCUMENTS }, (_, at) => {
    const level = at % 4 === 0 ? 'error' : 'info';
    return `{"index":{}}\n${JSON.stringify({ level, host: `web-${(n + at) % 30}`, n: at })}\n`;
  });
  return lines.join('');
}

async function bulk(index: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${index}/_bulk`, { method: 'POST', body, headers });
  await answer.arrayBuffer();
}

function ask(method: string, url: string, body?: object): Promise<Response> {
  return fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

async function demand(method: string, url: string, body?: object): Promise<string> {
  const answer = await ask(method, url, body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} ${answer.status}: ${text}`);
  return text;
}
