import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Besides PATH; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process, with its output as it comes. */
export class Program {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<unknown[]>;
  #wake: (() => void)[] = [];
  out = '';
  err = '';

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    this.child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { PATH: process.env['PATH'], ...options.env },
    });
    this.#ended = once(this.child, 'close');
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
      this.#changed();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
      this.#changed();
    });
    void this.#ended.then(() => this.#changed());
  }

  #changed(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when one of the outputs matches. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out) ?? pattern.exec(this.err);
      if (found !== null) return found;
      if (this.child.exitCode !== null) {
        throw new Error(`ended without saying ${pattern}: ${this.out}${this.err}`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  async code(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.code();
  }
}
