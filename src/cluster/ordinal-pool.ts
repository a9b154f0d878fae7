import type { QueryId, QueryOrdinal } from '../document.ts';

/** Milliseconds that a number rests at least: look-ups outside of batches use names as well. */
const REST = 5000;

interface Named {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
}

interface Retired<T> {
  readonly named: T;
  /** The last batch that may name it. */
  readonly batch: number;
  readonly at: number;
}

/**
 * Dense numbers for names that come and go. One that is given back rests until every batch that began
 * before has published its hits, and can be asked for by either name till then.
 */
export class OrdinalPool<T extends Named> {
  readonly #onRecycle: (named: T) => void;
  readonly #now: () => number;
  readonly #names: (T | undefined)[] = [];
  readonly #free: QueryOrdinal[] = [];
  readonly #resting = new Map<QueryId, Retired<T>>();
  readonly #open = new Set<number>();
  #begun = 0;

  constructor(onRecycle: (named: T) => void, now: () => number = () => performance.now()) {
    this.#onRecycle = onRecycle;
    this.#now = now;
  }

  at(ordinal: QueryOrdinal): T | undefined {
    return this.#names[ordinal];
  }

  retired(id: QueryId): T | undefined {
    return this.#resting.get(id)?.named;
  }

  /** Numbers a name, or takes it back from its rest. */
  take(fields: Omit<T, 'ordinal'> & { readonly id: QueryId }): T {
    const resting = this.#resting.get(fields.id);
    if (resting !== undefined) {
      this.#resting.delete(fields.id);
      return resting.named;
    }
    this.#recycle();
    const ordinal = this.#free.pop() ?? this.#names.length;
    const named = { ...fields, ordinal } as unknown as T;
    this.#names[ordinal] = named;
    return named;
  }

  retire(named: T): void {
    this.#resting.set(named.id, { named, batch: this.#begun, at: this.#now() });
  }

  /** @returns ends the batch; to be called once */
  begin(): () => void {
    this.#begun += 1;
    const batch = this.#begun;
    this.#open.add(batch);
    return () => this.#open.delete(batch);
  }

  #recycle(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.#open;
    const rested = this.#now() - REST;
    for (const [id, { named, batch, at }] of this.#resting) {
      if (batch >= oldest || at > rested) return;
      this.#resting.delete(id);
      this.#names[named.ordinal] = undefined;
      this.#free.push(named.ordinal);
      this.#onRecycle(named);
    }
  }
}
