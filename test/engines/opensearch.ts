import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('opensearch/start', import.meta.url));

/** A real OpenSearch 3 on loopback, built on first use; its data goes with it. */
export class OpenSearch {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(url: string, child: ChildProcess, ended: Promise<unknown[]>) {
    this.url = url;
    this.#child = child;
    this.#ended = ended;
  }

  /** Resolves when it answers requests. */
  static async start(): Promise<OpenSearch> {
    const child = spawn(START, ['--heap', '700m', '--quick'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      const [, url] = /^ready opensearch \S+ (\S+)\n/m.exec(output) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return new OpenSearch(url, child, ended);
    }
    throw new Error('OpenSearch ended before it was ready; it says why on stderr');
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill();
    const [code] = await this.#ended;
    return code as number | null;
  }
}
