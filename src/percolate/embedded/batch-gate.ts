/** Lets batches through to the workers, and holds them up while queries are compiled for new mappings. */
export class BatchGate {
  #running = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #closed: Promise<void> | undefined;
  /** Counts the times that queries were compiled again. */
  epoch = 0;

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** Runs at once, or when the gate is open again. Rejects with what kept it from opening. */
  run<T>(start: () => Promise<T>): Promise<T> {
    return this.#closed === undefined
      ? this.#count(start)
      : this.#closed.then(() => this.run(start));
  }

  async #count<T>(start: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await start();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#idle?.resolve();
    }
  }

  /** Does something that no batch may run beside, one such thing after the other. */
  alone(act: () => Promise<void>): Promise<void> {
    const before = this.#closed;
    const done = this.#alone(act, before);
    const closed = done.finally(() => {
      if (this.#closed === closed) this.#closed = undefined;
    });
    closed.catch(() => {});
    this.#closed = closed;
    return closed;
  }

  async #alone(act: () => Promise<void>, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => {});
    if (this.#running > 0) {
      this.#idle = Promise.withResolvers();
      await this.#idle.promise;
      this.#idle = undefined;
    }
    await act();
    this.epoch++;
  }
}
