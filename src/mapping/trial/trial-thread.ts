import { extname } from 'node:path';
import { Piscina } from 'piscina';
import { EstromError } from '../../errors.ts';
import type { TrialAnswer, TrialTask } from './trial-worker.ts';
import type { TriedToken } from './tried-tokens.ts';

/** Milliseconds that a request may take, with the wait for those before it. */
const TIME_LIMIT = 10_000;
/** Milliseconds after which the thread ends when nobody asks. */
const IDLE = 30_000;
/** Requests that wait, each of 2 MiB at most. */
const MOST_WAITING = 16;
const MOST_HEAP = 512;

/**
 * Tries analyzers on a thread of its own: a text and a chain that somebody thinks of may take their time, and
 * documents must not wait for that.
 */
export class TrialThread {
  readonly #timeLimit: number;
  #pool: Piscina<TrialTask, TrialAnswer> | undefined;

  /** @param timeLimit in milliseconds */
  constructor(timeLimit = TIME_LIMIT) {
    this.#timeLimit = timeLimit;
  }

  /** @throws EstromError as the chain does; OVERLOADED when too many wait; BAD_REQUEST when it takes too long */
  async run(task: TrialTask): Promise<readonly TriedToken[]> {
    this.#pool ??= startPool();
    const pool = this.#pool;
    if (pool.queueSize >= MOST_WAITING) {
      throw new EstromError('OVERLOADED', `${MOST_WAITING} requests to _analyze are waiting`);
    }
    const signal = AbortSignal.timeout(this.#timeLimit);
    const answer = await pool.run(task, { signal }).catch((error: unknown) => {
      if (signal.aborted) {
        const reason = `the analysis took longer than ${this.#timeLimit} ms`;
        throw new EstromError('BAD_REQUEST', reason);
      }
      if ((error as { code?: string }).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      throw new EstromError(
        'BAD_REQUEST',
        `the analysis takes more than ${MOST_HEAP} MB of memory`,
      );
    });
    if ('tokens' in answer) return answer.tokens;
    throw new EstromError(answer.code, answer.reason, answer.details);
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }
}

function startPool(): Piscina<TrialTask, TrialAnswer> {
  return new Piscina({
    filename: new URL(`./trial-worker${extname(import.meta.filename)}`, import.meta.url).href,
    name: 'analyze',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE,
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
  });
}
