import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** The real program, to be ended in ways it does not expect. */
export class Process {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #stdout = '';
  #stderr = '';

  constructor(flags: readonly string[], run: readonly string[] = []) {
    const [command, ...args] = [...run, process.execPath, ENTRY, ...flags];
    this.#child = spawn(command!, args, {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    this.#child.stderr!.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
      this.#child.emit('printed');
    });
  }

  /** Resolves with the address once everything is loaded. */
  async listening(): Promise<string> {
    for (;;) {
      const [, url] = /listens on (http:\S+)\n/.exec(this.#stdout) ?? [];
      if (url !== undefined) return url;
      const ended = await Promise.race([
        once(this.#child, 'printed').then(() => false),
        this.#ended.then(() => true),
      ]);
      if (ended) throw new Error(`estrom ended before it listened: ${this.#stderr}`);
    }
  }

  /** What it has logged so far. */
  get stderr(): string {
    return this.#stderr;
  }

  async end(signal?: NodeJS.Signals): Promise<Ended> {
    if (signal !== undefined) this.#child.kill(signal);
    const [code] = await this.#ended;
    return { code: code as number | null, stderr: this.#stderr };
  }
}
