import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { steadyPort } from '../steady-port.ts';

const START = fileURLToPath(new URL('mongodb/start', import.meta.url));

/** A server that speaks MongoDB's protocol on loopback, built on first use. It can be killed and started again on its data. */
export class MongoDb {
  /** `mongodb://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  readonly #data: string;
  #child: ChildProcess;
  #ended: Promise<unknown[]>;

  private constructor(data: string, running: Running) {
    this.#data = data;
    this.url = running.url;
    this.#child = running.child;
    this.#ended = running.ended;
  }

  /** Builds it unless it is there; that takes a minute once, longer than a test may. */
  static async install(): Promise<void> {
    const child = spawn(START, ['--build'], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error('The MongoDB server was not built; stderr says why');
  }

  /** Resolves when it takes clients. */
  static async start(): Promise<MongoDb> {
    const data = await mkdtemp(join(tmpdir(), 'estrom-mongodb-'));
    return new MongoDb(data, await run(data, await steadyPort()));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** kill -9; what it answered is on the disk. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** After {@link kill}: on the same data and port. Resolves when it takes clients again. */
  async restart(): Promise<void> {
    const running = await run(this.#data, Number(new URL(this.url).port));
    this.#child = running.child;
    this.#ended = running.ended;
  }

  /** SIGTERM, and its data goes; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const [code] = await this.#ended;
    await rm(this.#data, { recursive: true, force: true });
    return code as number | null;
  }
}

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;
}

async function run(data: string, port: number): Promise<Running> {
  const child = spawn(START, ['--data', data, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    const [, url] = /^ready mongodb (\S+)\n/m.exec(output) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, child, ended };
  }
  throw new Error('The MongoDB server ended before it was ready; it says why on stderr');
}
