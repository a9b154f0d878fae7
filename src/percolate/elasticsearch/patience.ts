import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Answer,
  type ElasticsearchConnection,
  reasonOf,
} from '../../elasticsearch/connection.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { seldom } from '../../seldom.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** Busy, starting, without a master; or a gateway says so. */
const TEMPORARY = new Set([429, 502, 503, 504]);

/**
 * Waits Elasticsearch's absences out: what fails because it cannot be reached, or is busy, is tried
 * again until it works or the engine closes. Everything that may be tried here can be repeated.
 */
export class Patience {
  readonly #connection: ElasticsearchConnection;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  #waiting = 0;
  #isTold = false;
  #reason = '';

  constructor(connection: ElasticsearchConnection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Why something waits for Elasticsearch right now; undefined when nothing does. */
  get problem(): string | undefined {
    return this.#waiting > 0 ? this.#reason : undefined;
  }

  /** @throws what the action throws, unless that is temporary; UNAVAILABLE after {@link close} */
  async insist<T>(action: () => Promise<T>): Promise<T> {
    let wait = FIRST_WAIT_MS;
    let waiting = false;
    try {
      for (;;) {
        try {
          if (this.#closing.signal.aborted) throw this.#closed();
          return await action();
        } catch (error) {
          if (!isTemporary(error) || this.#closing.signal.aborted) throw error;
          if (!waiting) {
            if (this.#waiting === 0) {
              this.#isTold = seldom(this.#log).warn(error, 'waiting for Elasticsearch');
            }
            this.#waiting++;
            waiting = true;
          }
          this.#reason = (error as Error).message;
        }
        await this.#pause(wait * (0.5 + Math.random()));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    } finally {
      if (waiting) {
        this.#waiting--;
        if (this.#waiting === 0 && this.#isTold) {
          this.#log.info('no longer waiting for Elasticsearch');
        }
      }
    }
  }

  /** As the connection's `ask`, with temporary faults waited out. */
  ask(...asked: Parameters<ElasticsearchConnection['ask']>): Promise<Answer> {
    return this.insist(async () => {
      const answer = await this.#connection.ask(...asked);
      if (!TEMPORARY.has(answer.status)) return answer;
      throw new EstromError('UNAVAILABLE', refusal(answer, asked));
    });
  }

  /** As {@link ask}. @throws EstromError ENGINE_FAILED for any other status of 400 or more */
  async demand(...asked: Parameters<ElasticsearchConnection['ask']>): Promise<unknown> {
    const answer = await this.ask(...asked);
    if (answer.status < 400) return answer.body;
    throw new EstromError('ENGINE_FAILED', refusal(answer, asked));
  }

  close(): void {
    this.#closing.abort();
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal });
    } catch {
      throw this.#closed();
    }
  }

  #closed(): EstromError {
    return new EstromError('UNAVAILABLE', `estrom is closing; Elasticsearch: ${this.#reason}`);
  }
}

function refusal(
  { status, body }: Answer,
  [method, path]: readonly [string, string, ...unknown[]],
) {
  return `Elasticsearch answered ${status} to ${method} ${path}: ${reasonOf(body)}`;
}

function isTemporary(error: unknown): boolean {
  return error instanceof EstromError && error.code === 'UNAVAILABLE';
}
