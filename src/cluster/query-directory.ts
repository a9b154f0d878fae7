import { LRUCache } from 'lru-cache';
import type { QueryId, QueryOrdinal } from '../document.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { QueryNames, QuerySupply } from '../percolate/engine.ts';
import type { Principal } from '../principal.ts';
import { audienceOf, makeAudience } from '../query/audience.ts';
import { IndexSupply } from './index-supply.ts';
import { IndexTests } from './index-tests.ts';
import { insist } from './insist.ts';
import { OrdinalPool } from './ordinal-pool.ts';
import type { QueryIndex } from './query-index.ts';
import type { SharedQuery } from './shared-query.ts';

/** Queries that are known at the same time. */
const MAX_KNOWN = 500_000;

export interface QueryDirectoryParts {
  readonly index: Pick<QueryIndex, 'create' | 'read' | 'changes'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Told before an ordinal can name another query. */
  readonly onRecycle: (known: { id: QueryId; ordinal: QueryOrdinal }) => void;
  readonly max?: number;
}

interface Known {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  readonly index: string;
  readonly scope: string;
  readonly audienceKey: string;
}

interface Question {
  readonly ids: Set<QueryId>;
  readonly done: Promise<void>;
}

/**
 * The names of queries on a node without a registry: what its engine's answers name is looked up once
 * in the shared index, and forgotten again when it has not been named for long. An answer is never
 * taken from an earlier "there is none": that a query matched says that it may be there by now.
 */
export class QueryDirectory implements QueryNames {
  readonly #parts: QueryDirectoryParts;
  readonly #known: LRUCache<QueryId, Known>;
  readonly #ordinals: OrdinalPool<Known>;
  readonly #tests = new IndexTests();
  readonly #audienceKeys = new LRUCache<string, string>({ max: 10_000 });
  #next: Question | undefined;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;
  #hits = 0;
  #misses = 0;

  constructor(parts: QueryDirectoryParts) {
    const { metrics, onRecycle, max = MAX_KNOWN } = parts;
    this.#parts = parts;
    this.#ordinals = new OrdinalPool<Known>(onRecycle);
    this.#known = new LRUCache({ max, dispose: (known) => this.#ordinals.retire(known) });
    metrics.gauge(
      'estrom_query_directory_size',
      'Queries of the shared registry whose names are known here',
      () => this.#known.size,
    );
    metrics.observedCounterBy(
      'estrom_query_directory_lookups_total',
      'Names of matching queries asked for, by whether they were known',
      'result',
      ['hit', 'miss'],
      (result) => (result === 'hit' ? this.#hits : this.#misses),
    );
  }

  /** Resolves when the shared index is there; waits as long as Elasticsearch is away. */
  async start(): Promise<void> {
    const { index, log } = this.#parts;
    await insist(
      () => index.create(),
      log,
      () => this.#isClosed,
    );
  }

  close(): void {
    this.#isClosed = true;
  }

  get names(): QueryNames {
    return this;
  }

  /** For an engine that has to bring all queries to a new place. */
  get supply(): QuerySupply {
    return new IndexSupply(this.#parts.index, this.#parts.log);
  }

  ordinalOf(id: QueryId): QueryOrdinal | undefined {
    const known = this.#known.get(id) ?? this.#ordinals.retired(id);
    if (known !== undefined) this.#hits++;
    return known?.ordinal;
  }

  /** Also of one that was forgotten while a batch can still name it. */
  idOf(ordinal: QueryOrdinal): QueryId | undefined {
    return this.#ordinals.at(ordinal)?.id;
  }

  /** The id of a query that the caller may attach to. */
  idFor(ordinal: QueryOrdinal, caller: Principal): QueryId | undefined {
    const known = this.#ordinals.at(ordinal);
    return known?.audienceKey === audienceOf(caller).key ? known.id : undefined;
  }

  covers(ordinal: QueryOrdinal, index: string): boolean {
    const known = this.#ordinals.at(ordinal);
    if (known === undefined) return false;
    return this.#tests.covers(known.index, index) && this.#tests.covers(known.scope, index);
  }

  /**
   * One request for all who ask while another is under way; waits as long as Elasticsearch is away.
   * @throws EstromError UNAVAILABLE when this node shuts down meanwhile
   */
  lookUp(ids: readonly QueryId[]): Promise<void> {
    const missing = ids.filter((id) => !this.#known.has(id));
    if (missing.length === 0) return Promise.resolve();
    this.#next ??= this.#prepare();
    for (const id of missing) this.#next.ids.add(id);
    return this.#next.done;
  }

  /** A batch begins that may name ordinals. @returns to be called when its hits are published */
  begin(): () => void {
    return this.#ordinals.begin();
  }

  /** A request that begins later than now: what is registered now will be in its answer. */
  #prepare(): Question {
    const ids = new Set<QueryId>();
    const done = this.#last
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#read([...ids]);
      });
    this.#last = done;
    return { ids, done };
  }

  async #read(ids: readonly QueryId[]): Promise<void> {
    this.#misses += ids.length;
    const { index, log } = this.#parts;
    // Documents that matched wait for it, as they do for everything else that Elasticsearch has to say.
    const found = await insist(
      () => index.read(ids),
      log,
      () => this.#isClosed,
    );
    for (const [id, { query }] of found) {
      if (query.ended !== 0 || this.#known.has(id)) continue;
      const known: Omit<Known, 'ordinal'> = {
        id,
        index: query.index,
        scope: query.scope ?? '*',
        audienceKey: this.#audienceKeyOf(query),
      };
      this.#known.set(id, this.#ordinals.take(known));
    }
  }

  #audienceKeyOf({ scope, rowFilter }: SharedQuery): string {
    if (scope === null && rowFilter === null) return '';
    const bounds = JSON.stringify([scope, rowFilter]);
    let key = this.#audienceKeys.get(bounds);
    if (key === undefined) {
      key = makeAudience(scope ?? '*', rowFilter).key;
      this.#audienceKeys.set(bounds, key);
    }
    return key;
  }
}
