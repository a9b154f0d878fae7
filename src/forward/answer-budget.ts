/** What can be stopped and go on. */
interface Flow {
  pause(): void;
  resume(): void;
}

/** One answer that is being read. */
export class Reading {
  readonly flow: Flow;
  isPaused = false;

  constructor(flow: Flow) {
    this.flow = flow;
  }
}

/**
 * Bounds the answers that are held: how long an answer is, is known only when it is there. Above the
 * limit only the oldest of those that are being read goes on, so that each comes to its end.
 */
export class AnswerBudget {
  readonly #limit: number;
  readonly #reading = new Set<Reading>();
  #held = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of answers that are being read, or were and are not released. */
  get held(): number {
    return this.#held;
  }

  begin(flow: Flow): Reading {
    const reading = new Reading(flow);
    this.#reading.add(reading);
    return reading;
  }

  take(reading: Reading, bytes: number): void {
    this.#held += bytes;
    if (this.#held <= this.#limit || this.#isFirst(reading)) return;
    reading.isPaused = true;
    reading.flow.pause();
  }

  /** It is read to its end, or broke off; what it brought is held until it is released. */
  end(reading: Reading): void {
    if (this.#reading.delete(reading)) this.#goOn();
  }

  release(bytes: number): void {
    this.#held -= bytes;
    this.#goOn();
  }

  #goOn(): void {
    for (const reading of this.#reading) {
      if (reading.isPaused && (this.#held <= this.#limit || this.#isFirst(reading))) {
        reading.isPaused = false;
        reading.flow.resume();
      }
      if (this.#held > this.#limit) return;
    }
  }

  #isFirst(reading: Reading): boolean {
    const [first] = this.#reading;
    return first === reading;
  }
}
