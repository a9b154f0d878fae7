import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly node: string;
  readonly commit: string;
  readonly date: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '../src') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' and changes' : '');
  } catch {
    return 'unknown';
  }
}

/** Resident memory of this process after a collection, in MiB. */
export function residentMiB(): number {
  // Twice: the first run may leave finalizers that free more.
  globalThis.gc?.();
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}

/** Seconds of processor time that each thread of a process has had, by the thread's name. */
export function threadSeconds(pid: number, list: readonly string[]): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const task of list) {
    const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // User and system time, in ticks of 10 ms.
    const ticks = Number(fields[11]) + Number(fields[12]);
    seconds.set(name, (seconds.get(name) ?? 0) + ticks / 100);
  }
  return seconds;
}
