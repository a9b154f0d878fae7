import {
  type Batch,
  type Matches,
  type QueryId,
  type QueryOrdinal,
  SLOT_INDEX,
  SLOT_WORDS,
} from '../../document.ts';
import type { QueryNames } from '../engine.ts';
import type { PercolateAnswer } from './search/percolate-task.ts';

export interface MatchReaderParts {
  readonly names: QueryNames;
  /** Ids that Elasticsearch has stored and nobody has registered. */
  readonly onStale: (ids: readonly QueryId[]) => void;
}

const NOBODY = -1;
const UNDECIDED = 0;
const COVERED = 1;
const OUTSIDE = 2;

/** Turns ids of stored queries into ordinals, and drops what only the percolator's filter let through. */
export class MatchReader {
  readonly #names: QueryNames;
  readonly #onStale: (ids: readonly QueryId[]) => void;
  /** Ordinals that are on their way out: no answer may name them any more. */
  readonly #leaving = new Map<QueryOrdinal, number>();

  constructor({ names, onStale }: MatchReaderParts) {
    this.#names = names;
    this.#onStale = onStale;
  }

  leave(ordinals: Iterable<QueryOrdinal>): void {
    for (const ordinal of ordinals) {
      this.#leaving.set(ordinal, (this.#leaving.get(ordinal) ?? 0) + 1);
    }
  }

  left(ordinals: Iterable<QueryOrdinal>): void {
    for (const ordinal of ordinals) {
      const times = this.#leaving.get(ordinal) ?? 0;
      if (times > 1) this.#leaving.set(ordinal, times - 1);
      else this.#leaving.delete(ordinal);
    }
  }

  async read(batch: Batch, { ids, pairs, failures }: PercolateAnswer): Promise<Matches> {
    const ordinals = await this.#ordinalsOf(ids);
    const { slots, indices } = batch;
    const covered = new Uint8Array(ids.length * indices.length);
    const matches = new Uint32Array(pairs.length);
    let at = 0;
    for (let k = 0; k < pairs.length; k += 2) {
      const slot = pairs[k]!;
      const position = pairs[k + 1]!;
      const ordinal = ordinals[position]!;
      if (ordinal === NOBODY) continue;
      const index = slots[slot * SLOT_WORDS + SLOT_INDEX]!;
      const cell = position * indices.length + index;
      if (covered[cell] === UNDECIDED) {
        covered[cell] = this.#names.covers(ordinal, indices[index]!) ? COVERED : OUTSIDE;
      }
      if (covered[cell] === OUTSIDE) continue;
      matches[at++] = slot;
      matches[at++] = ordinal;
    }
    return { pairs: matches.subarray(0, at), failures };
  }

  async #ordinalsOf(ids: readonly QueryId[]): Promise<Int32Array> {
    const stale = new Set<QueryId>();
    for (;;) {
      const missing = ids.filter((id) => !stale.has(id) && !this.#isKnown(id));
      if (missing.length === 0) break;
      await this.#names.lookUp(missing);
      // Others may have gone meanwhile, and still be registered elsewhere: those come next.
      for (const id of missing) if (!this.#isKnown(id)) stale.add(id);
    }
    if (stale.size > 0) this.#onStale([...stale]);
    return Int32Array.from(ids, (id) => {
      const ordinal = this.#names.ordinalOf(id);
      return ordinal === undefined || this.#leaving.has(ordinal) ? NOBODY : ordinal;
    });
  }

  #isKnown(id: QueryId): boolean {
    return this.#names.ordinalOf(id) !== undefined;
  }
}
