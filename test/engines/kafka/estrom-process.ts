import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Program } from '../../cli/program.ts';

const ENTRY = fileURLToPath(new URL('../../../src/cli/estrom.js', import.meta.url));

/** estrom as a process of its own, which can be killed and started again with the same flags. */
export class EstromProcess {
  readonly #flags: readonly string[];
  #program: Program | undefined;
  url = '';

  private constructor(flags: readonly string[]) {
    this.#flags = flags;
  }

  /** Resolves when it is ready; it does not outlive the test. */
  static async start(flags: readonly string[]): Promise<EstromProcess> {
    const estrom = new EstromProcess(flags);
    onTestFinished(() => estrom.kill());
    await estrom.restart();
    return estrom;
  }

  /** kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }

  /** After {@link kill}, with another port. */
  async restart(): Promise<void> {
    const program = new Program(process.execPath, [ENTRY, '--port', '0', ...this.#flags]);
    this.#program = program;
    const [, url = ''] = await program.said(/listens on (https?:\S+)\n/);
    this.url = url;
    while ((await fetch(`${url}/readyz`)).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
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
