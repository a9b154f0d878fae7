import { EstromError } from '../../errors.ts';

/** Documents of requests under way, in bytes, those included that nobody waits for any more. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface OnDemandParts {
  /** Milliseconds that a request may wait. */
  readonly hold: number;
  /** Why Elasticsearch is being waited for; undefined when it is not. */
  readonly problem: () => string | undefined;
}

/** Percolations that can be refused: while Elasticsearch is away they do not wait, as ingest does. */
export class OnDemand {
  readonly #parts: OnDemandParts;
  #bytes = 0;

  constructor(parts: OnDemandParts) {
    this.#parts = parts;
  }

  /**
   * @param bytes that the work holds until it ends
   * @throws EstromError UNAVAILABLE at once while Elasticsearch is away, or after the hold; OVERLOADED
   *   when there is too much under way; else what the work throws
   */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const { hold, problem } = this.#parts;
    const reason = problem();
    if (reason !== undefined) throw away(reason);
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) throw overloaded();
    this.#bytes += bytes;
    const done = work().finally(() => {
      this.#bytes -= bytes;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const refuse = (): void => reject(away(problem() ?? `no answer within ${hold} ms`));
      timer = setTimeout(refuse, hold);
    });
    try {
      return await Promise.race([done, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function away(reason: string): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    `waiting for Elasticsearch: ${reason}; nothing was percolated, try again`,
  );
}

function overloaded(): EstromError {
  return new EstromError(
    'OVERLOADED',
    `percolations on demand under way hold ${MAX_BYTES} bytes already; try again later`,
  );
}
