import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { steadyPort } from '../steady-port.ts';

const START = fileURLToPath(new URL('elasticsearch/start', import.meta.url));

export interface ElasticsearchOptions {
  /** A folder that outlives the server; without one the data goes with it. */
  readonly data?: string;
  readonly heap?: string;
  /** Any that is free, also after a restart, unless given. */
  readonly port?: number;
  /** For measurements: as fast as it gets in time, not soon. */
  readonly isMeasured?: boolean;
  /** Node settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real Elasticsearch 7.17 on loopback, built on first use. */
export class Elasticsearch {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(url: string, child: ChildProcess, ended: Promise<unknown[]>) {
    this.url = url;
    this.#child = child;
    this.#ended = ended;
  }

  /** Resolves when it answers requests. */
  static async start(options: ElasticsearchOptions = {}): Promise<Elasticsearch> {
    const { data, heap, port = await steadyPort(), isMeasured = false, settings = {} } = options;
    const flags = Object.entries(settings).flatMap(([name, value]) => [
      '--set',
      `${name}=${value}`,
    ]);
    if (data !== undefined) flags.push('--data', data);
    if (heap !== undefined) flags.push('--heap', heap);
    if (!isMeasured) flags.push('--quick');
    flags.push('--port', String(port));
    const child = spawn(START, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      const [, url] = /^ready elasticsearch \S+ (\S+)\n/m.exec(output) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return new Elasticsearch(url, child, ended);
    }
    throw new Error('Elasticsearch ended before it was ready; it says why on stderr');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    const [code] = await this.#ended;
    return code as number | null;
  }
}
