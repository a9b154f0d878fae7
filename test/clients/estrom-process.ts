import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

/** The real program, on a free port unless the flags name one. */
export class EstromProcess {
  readonly url: string;
  readonly port: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(child: ChildProcess, ended: Promise<unknown[]>, url: string) {
    this.#child = child;
    this.#ended = ended;
    this.url = url;
    this.port = new URL(url).port;
  }

  static async start(flags: readonly string[] = []): Promise<EstromProcess> {
    const port = flags.includes('--port') ? [] : ['--port', '0'];
    const args = [ENTRY, ...port, '--log-level', 'warn', ...flags];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: withoutSettings(process.env),
    });
    const ended = once(child, 'close');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      const [, url] = /listens on (http:\S+)\n/.exec(output) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return new EstromProcess(child, ended, url);
    }
    throw new Error(`estrom ended before it listened: ${output}`);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The value of a metric, by its name and labels as they are exposed; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  }

  /** SIGTERM; resolves with the exit code once it has drained. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const [code] = await this.#ended;
    return code as number | null;
  }
}

/** Variables that are for the tests would be unknown settings. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ESTROM_')));
}
