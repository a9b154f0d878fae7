import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { percentile, significant } from './statistics.ts';

const PERIOD = 5;

/**
 * How late a timer fires in a process that does nothing else: what the machine itself, with all that
 * runs on it, adds to any time that is measured beside it.
 */
export class IdleClock {
  readonly #child: ChildProcess = fork(import.meta.filename);

  /** Ends it. @returns the 99th percentile, in milliseconds */
  async stop(): Promise<number> {
    const told = once(this.#child, 'message');
    this.#child.send('stop');
    const [late] = await told;
    this.#child.kill();
    return late as number;
  }
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const late: number[] = [];
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - PERIOD));
    last = now;
  }, PERIOD);
  process.once('message', () => process.send!(significant(percentile(late, 0.99))));
}
