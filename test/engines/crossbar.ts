import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { steadyPort } from '../steady-port.ts';

const START = fileURLToPath(new URL('crossbar/start', import.meta.url));

export interface CrossbarOptions {
  /** Any that is free, also after a restart, unless given. */
  readonly port?: number;
  /** How estrom joins; it is `estrom` with {@link Crossbar.secret} unless anonymous. */
  readonly auth?: 'anonymous' | 'ticket' | 'wampcra';
  /** Who else may join, where estrom is not anonymous; see `crossbar/start`. */
  readonly subscribers?: 'open' | 'authorized' | 'authenticated';
}

/** A real Crossbar.io on loopback, installed on first use. */
export class Crossbar {
  static readonly secret = 'a secret of the tests';
  /** Where subscribers join. */
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(url: string, folder: string, child: ChildProcess, ended: Promise<unknown[]>) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
    this.#ended = ended;
  }

  /** Installs it unless it is; that takes minutes once, longer than a test may. */
  static async install(): Promise<void> {
    const child = spawn(START, ['--build'], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error('Crossbar.io was not installed; stderr says why');
  }

  /** Resolves when it takes WebSockets. */
  static async start(options: CrossbarOptions = {}): Promise<Crossbar> {
    // Ours to remove: a router that is killed cannot.
    const data = await mkdtemp(join(tmpdir(), 'estrom-crossbar-'));
    const flags = Object.entries({ port: await steadyPort(), ...options, data }).flatMap(
      ([name, value]) => [`--${name}`, String(value)],
    );
    const child = spawn(START, flags, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ESTROM_CROSSBAR_SECRET: Crossbar.secret },
      // A group of its own: Crossbar.io is several processes, which have to be stopped together.
      detached: true,
    });
    const ended = once(child, 'close');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      const [, url] = /^ready crossbar \S+ (\S+)\n/m.exec(output) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return new Crossbar(url, data, child, ended);
    }
    throw new Error('Crossbar.io ended before it was ready; it says why on stderr');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Where estrom joins. */
  get backend(): string {
    return this.url.replace(/ws$/, 'backend');
  }

  /** To all its processes. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** SIGTERM unless told otherwise; resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (signal === 'SIGTERM') this.#child.kill(signal);
    else this.signal(signal);
    const [code] = await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
    return code as number | null;
  }
}
