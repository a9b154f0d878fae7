import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  if (process.platform !== 'linux') {
    return (
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
    );
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Watches a process's memory: `growth` is the most that it had above the start. */
export class MemoryWatch {
  readonly before: number;
  #peak: number;
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.before = residentBytes(pid);
    this.#peak = this.before;
    this.#timer = setInterval(() => this.#look(), 5);
  }

  /** Ends it. @returns bytes */
  growth(): number {
    this.#look();
    clearInterval(this.#timer);
    return this.#peak - this.before;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, residentBytes(this.#pid));
  }
}
