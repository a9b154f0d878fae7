import type { QueryId, QueryOrdinal } from '../../document.ts';
import type { Entry } from './query-entry.ts';

/** A live tail's claim on a query. */
export interface Watched {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Ends the claim; further calls do nothing. */
  release(): void;
}

export class Watch implements Watched {
  readonly #entry: Entry;
  #release: (() => void) | null;

  constructor(entry: Entry, release: () => void) {
    this.#entry = entry;
    this.#release = release;
  }

  get id(): QueryId {
    return this.#entry.id;
  }

  get ordinal(): QueryOrdinal {
    return this.#entry.ordinal;
  }

  release(): void {
    this.#release?.();
    this.#release = null;
  }
}
