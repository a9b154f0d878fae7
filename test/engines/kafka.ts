import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('kafka/start', import.meta.url));

export interface KafkaOptions {
  /** 0, any free one, unless given. */
  readonly port?: number;
  readonly heap?: string;
  /** Settings of the broker. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real Kafka of one node on loopback, fetched on first use. It can be killed and started again on its data. */
export class Kafka {
  /** What clients connect to: `127.0.0.1:<port>`, the same after a restart. */
  readonly hosts: string;
  readonly #data: string;
  readonly #options: KafkaOptions;
  #child: ChildProcess;
  #ended: Promise<unknown[]>;

  private constructor(data: string, options: KafkaOptions, running: Running) {
    this.#data = data;
    this.#options = options;
    this.hosts = running.hosts;
    this.#child = running.child;
    this.#ended = running.ended;
  }

  /** Fetches it unless it is there; that takes minutes once, longer than a test may. */
  static async install(): Promise<void> {
    const child = spawn(START, ['--build'], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error('Kafka was not fetched; stderr says why');
  }

  /** Resolves when it takes clients. */
  static async start(options: KafkaOptions = {}): Promise<Kafka> {
    const data = await mkdtemp(join(tmpdir(), 'estrom-kafka-'));
    return new Kafka(data, options, await run(data, options));
  }

  get port(): number {
    return Number(this.hosts.split(':')[1]);
  }

  /** kill -9: what it had not written is lost. Resolves when it is gone. */
  async kill(): Promise<void> {
    process.kill(-this.#child.pid!, 'SIGKILL');
    await this.#ended;
  }

  /** After {@link kill}: on the same data and port. Resolves when it takes clients again. */
  async restart(): Promise<void> {
    const running = await run(this.#data, { ...this.#options, port: this.port });
    this.#child = running.child;
    this.#ended = running.ended;
  }

  /** To the broker's processes: SIGSTOP makes it silent, SIGCONT goes on. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-this.#child.pid!, signal);
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
  readonly hosts: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;
}

async function run(data: string, { port, heap, settings = {} }: KafkaOptions): Promise<Running> {
  const flags = ['--data', data];
  for (const [name, value] of Object.entries(settings)) flags.push('--set', `${name}=${value}`);
  if (port !== undefined) flags.push('--port', String(port));
  if (heap !== undefined) flags.push('--heap', heap);
  // A group of its own: the broker and what watches it are killed together.
  const child = spawn(START, flags, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const ended = once(child, 'close');
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    const [, hosts] = /^ready kafka \S+ (\S+)\n/m.exec(output) ?? [];
    if (hosts === undefined) continue;
    child.stdout.resume();
    return { hosts, child, ended };
  }
  throw new Error('Kafka ended before it was ready; it says why on stderr');
}
