import { inject } from 'vitest';
import { type Running, startServer } from '../../http/running.ts';
import { Hits } from './hits.ts';

let runs = 0;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as they come.
  readonly json: any;
}

export interface Asked {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

export async function ask(base: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = asked.body === undefined ? 'GET' : 'POST', body, headers = {} } = asked;
  const answer = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: body as string }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    headers: answer.headers,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** The lines of a bulk body; texts are taken as they are. */
export function lines(...all: readonly (object | string)[]): string {
  return all.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
}

/** Takes out of an answer what differs between two requests that are otherwise the same. */
export function comparable(text: string): string {
  return text
    .replace(/("(?:took|ingest_took)"\s*:\s*)\d+/g, '$10')
    .replace(/with id '[\w-]{20}'/g, 'with id made')
    .replace(/("index_uuid"\s*:\s*)"[^"]*"/g, '$1""')
    .replace(/("_id"\s*:\s*)"[\w-]{20}"/g, '$1"made"');
}

/** estrom before the real Elasticsearch. */
export class EstromProxy {
  readonly #running: Running;
  /** What the names of all indices of this suite begin with; none is there yet. */
  readonly prefix: string;
  readonly direct: string;

  private constructor(running: Running, direct: string, prefix: string) {
    this.#running = running;
    this.direct = direct;
    this.prefix = prefix;
  }

  static async start(
    flags: Readonly<Record<string, string>> = {},
    elasticsearch = inject('elasticsearch'),
  ): Promise<EstromProxy> {
    const forwarding = { forward: 'true', engine: 'embedded', elasticsearch };
    const running = await startServer({ ...forwarding, ...flags });
    const prefix = `fwd${process.pid}x${runs++}`;
    return new EstromProxy(running, elasticsearch, prefix);
  }

  get url(): string {
    return this.#running.url;
  }

  get port(): number {
    return this.#running.port;
  }

  metric(name: string): Promise<number> {
    return this.#running.metric(name);
  }

  through(path: string, asked?: Asked): Promise<Answer> {
    return ask(this.url, path, asked);
  }

  /** What the server itself answers. */
  directly(path: string, asked?: Asked): Promise<Answer> {
    return ask(this.direct, path, asked);
  }

  /** A tail of an index expression that follows the prefix. */
  tail(expression = '*', query = ''): Promise<Hits> {
    return Hits.open(this, `${this.prefix}${expression}`, query);
  }

  async close(): Promise<void> {
    await this.#running.close();
    await ask(this.direct, `/_data_stream/${this.prefix}*`, { method: 'DELETE' });
    const { json } = await ask(
      this.direct,
      `/_cluster/state/metadata?filter_path=metadata.indices.*.state,metadata.data_stream`,
    );
    for (const name of Object.keys(json.metadata?.indices ?? {})) {
      if (!name.includes(this.prefix)) continue;
      await ask(this.direct, `/${encodeURIComponent(name)}`, { method: 'DELETE' });
    }
  }
}
