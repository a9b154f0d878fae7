import { fileURLToPath } from 'node:url';
import { onTestFailed, onTestFinished } from 'vitest';
import { Program } from '../../cli/program.ts';
import { until } from './topics.ts';

const ENTRY = fileURLToPath(new URL('../../../src/cli/estrom.js', import.meta.url));

/** estrom as a process of its own, which can be killed and started again with the same flags. */
export class EstromProcess {
  readonly #flags: readonly string[];
  #program: Program | undefined;
  /** Of the processes before this one. */
  #past = '';
  url = '';

  private constructor(flags: readonly string[]) {
    this.#flags = flags;
  }

  /** Resolves when it is ready; it does not outlive the test. What it has logged is shown where that fails. */
  static async start(flags: readonly string[]): Promise<EstromProcess> {
    const estrom = new EstromProcess(flags);
    onTestFinished(() => estrom.kill());
    onTestFailed(() => console.log(estrom.url, estrom.#log));
    await estrom.restart();
    return estrom;
  }

  get #log(): string {
    return this.#past + (this.#program?.err ?? '');
  }

  /** kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }

  /** After {@link kill}, with another port. */
  async restart(): Promise<void> {
    const program = new Program(process.execPath, [ENTRY, '--port', '0', ...this.#flags]);
    this.#past = this.#log;
    this.#program = program;
    const [, url = ''] = await program.said(/listens on (https?:\S+)\n/);
    this.url = url;
    await until(async () => (await fetch(`${url}/readyz`)).status === 200, `${url} is ready`);
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    return (await this.#program?.stop()) ?? null;
  }

  async post(path: string, body: object): Promise<{ status: number; body: { id: string } }> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { id: string } };
  }

  /** The sum of a metric's samples; NaN where it does not answer. */
  async metric(name: string): Promise<number> {
    try {
      const text = await (await fetch(`${this.url}/metrics`)).text();
      const samples = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
      let sum = 0;
      for (const [, value] of samples) sum += Number(value);
      return sum;
    } catch {
      return Number.NaN;
    }
  }
}
