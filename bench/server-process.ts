import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the command line sets for itself; given here, because the bench's own server has no such step. */
const V8_FLAGS = ['--max-semi-space-size=4'];
const ENTRIES = {
  estrom: ['../src/cli/estrom.js', '--port', '0', '--log-level', 'warn'],
  unmatched: ['./unmatched-server.ts'],
  bare: ['./bare-server.ts'],
} as const;

/** A server in a process of its own, on a free port. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /**
   * @param kind the program itself, or the same composition without matching
   * @param settings flags of the program
   */
  static async start(
    kind: keyof typeof ENTRIES,
    nodeFlags: readonly string[] = [],
    settings: readonly string[] = [],
  ): Promise<ServerProcess> {
    const [entry, ...flags] = ENTRIES[kind];
    const file = fileURLToPath(new URL(entry, import.meta.url));
    const args = [...V8_FLAGS, ...nodeFlags, file, ...flags, ...settings];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      const [, url] = /listens on (http:\S+)\n/.exec(output) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return new ServerProcess(child, url);
    }
    throw new Error(`the server ended before it listened: ${output}`);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get residentKiB(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  get residentMiB(): number {
    return Math.round(this.residentKiB / 1024);
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await closed;
  }
}

/** Processor time that the threads of a process have had, in seconds (where the system is Linux). */
export interface ThreadTimes {
  readonly main: number;
  readonly workers: number;
  /** Compiler, garbage collector, thread pool. */
  readonly others: number;
}

export function threadTimes(pid: number): ThreadTimes {
  const times = { main: 0, workers: 0, others: 0 };
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // User and system time, in ticks of 10 ms.
    const seconds = (Number(fields[11]) + Number(fields[12])) / 100;
    if (task === String(pid)) times.main += seconds;
    else if (name === 'WorkerThread') times.workers += seconds;
    else times.others += seconds;
  }
  return times;
}
