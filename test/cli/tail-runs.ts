import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

/** The real program, with its output as it comes. */
export class Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<unknown[]>;
  #wake: (() => void)[] = [];
  out = '';
  err = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [ENTRY, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
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

/** A server process, and its address. */
export async function startServer(flags: readonly string[] = []): Promise<[Run, string]> {
  const server = new Run(['--port', '0', '--log-level', 'warn', '--workers', '1', ...flags]);
  const [, url] = await server.said(/listens on (https?:\S+)\n/);
  return [server, url!];
}

/** Sends documents to index `logs`. */
export async function send(
  url: string,
  documents: readonly unknown[],
  token?: string,
): Promise<void> {
  const body = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  const answer = await fetch(`${url}/api/v0.1/docs?i=logs`, {
    method: 'POST',
    body,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** Resolves when so many tails are open. */
export async function watched(url: string, tails: number, token?: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/metrics`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const open = /^estrom_subscribers\{format="ndjson"\} (\d+)$/m.exec(await answer.text())?.[1];
    if (Number(open) === tails) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
