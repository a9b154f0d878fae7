import { EstromError } from '../../../errors.ts';

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/** Bounds the requests that are under way, in number and in bytes. First come, first served. */
export class RequestGate {
  readonly #limit: () => number;
  readonly #maxBytes: number;
  readonly #queue: Waiting[] = [];
  #closed = false;
  /** Milliseconds with requests under way, before those that are now. */
  #busy = 0;
  #busySince = 0;
  #requests = 0;
  #bytes = 0;

  /** @param maxBytes beyond which no further request is let in; one is always */
  constructor(limit: () => number, maxBytes: number) {
    this.#limit = limit;
    this.#maxBytes = maxBytes;
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Seconds in which requests were under way: rates over all time would be those of the senders. */
  get busySeconds(): number {
    const now = this.#requests > 0 ? performance.now() - this.#busySince : 0;
    return (this.#busy + now) / 1000;
  }

  get hasWaiting(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * Resolves when one more may go: then it must leave.
   * @throws EstromError UNAVAILABLE when it was closed
   */
  async enter(): Promise<void> {
    if (this.#closed) throw closed();
    if (this.#queue.length === 0 && this.#hasRoom()) {
      if (this.#requests++ === 0) this.#busySince = performance.now();
      return;
    }
    await new Promise<void>((enter, refuse) => this.#queue.push({ enter, refuse }));
  }

  /** What one that has entered is going to send. */
  hold(bytes: number): void {
    this.#bytes += bytes;
  }

  leave(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
    while (this.#queue.length > 0 && this.#hasRoom()) {
      this.#requests++;
      this.#queue.shift()!.enter();
    }
    if (this.#requests === 0) this.#busy += performance.now() - this.#busySince;
  }

  close(): void {
    this.#closed = true;
    for (const { refuse } of this.#queue.splice(0)) refuse(closed());
  }

  #hasRoom(): boolean {
    if (this.#requests === 0) return true;
    return this.#requests < this.#limit() && this.#bytes < this.#maxBytes;
  }
}

function closed(): EstromError {
  return new EstromError('UNAVAILABLE', 'percolation ends: this node is closing; try again');
}
