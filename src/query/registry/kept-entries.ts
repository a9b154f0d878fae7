import type { FoundQuery, KeptQuery, QueryStore } from '../../store/store.ts';
import { type Audience, bounded, makeAudience, NO_BOUNDS } from '../audience.ts';
import { canonicalise } from '../canonical.ts';
import { parseQuery } from '../parse-query.ts';
import type { Entry, QueryEntry } from './query-entry.ts';
import type { NewQuery } from './query-table.ts';
import type { RegisteredQuery } from './registered-query.ts';

const NOTHING: Promise<void> = Promise.resolve();

/**
 * The registry's side of the store: what is written when, and how entries come back from it. Without
 * a store nothing happens, at once.
 */
export class KeptEntries {
  readonly #store: QueryStore | undefined;
  readonly #audiences = new Map<string, Audience>();

  constructor(store: QueryStore | undefined) {
    this.#store = store;
  }

  /** Resolves when the entry is kept as it is now. Errors as {@link QueryStore.putQuery}. */
  put(entry: Entry, fresh: boolean): Promise<void> {
    return this.#store?.putQuery(keptQuery(entry), fresh) ?? NOTHING;
  }

  /**
   * Tells that watchers came or went. Nobody waits: a restart that forgets it gives the query another
   * grace, or one that began a moment earlier.
   */
  noteWatchers(entry: Entry): void {
    // What never ends by itself is the same with watchers and without.
    if (entry.keptUntil === Number.POSITIVE_INFINITY) return;
    this.put(entry, false).catch(() => {});
  }

  drop(entry: Entry): Promise<void> {
    return this.#store?.dropQuery(entry.ordinal) ?? NOTHING;
  }

  /**
   * A query that was kept, for the table.
   * @throws EstromError when this version does not read its row filter any more
   */
  queryOf(found: Omit<FoundQuery, 'serial' | 'claims' | 'idleUntil'>): NewQuery {
    const { id, ordinal, index, source, sourceIsJson, createdAt } = found;
    const audience = this.audienceOf(found);
    return { id, ordinal, index, source, sourceIsJson, audience, createdAt };
  }

  /** @throws EstromError when this version does not read the row filter any more */
  audienceOf({ scope, rowFilter }: Pick<FoundQuery, 'scope' | 'rowFilter'>): Audience {
    if (scope === null && rowFilter === null) return NO_BOUNDS;
    const key = JSON.stringify([scope, rowFilter]);
    let audience = this.#audiences.get(key);
    if (audience === undefined) {
      audience = makeAudience(scope ?? '*', rowFilter);
      this.#audiences.set(key, audience);
    }
    return audience;
  }
}

function keptQuery(entry: Entry): KeptQuery {
  const { id, ordinal, index, source, sourceIsJson, createdAt, audience } = entry;
  return {
    id,
    ordinal,
    index,
    source,
    sourceIsJson,
    createdAt,
    claims: entry.claims,
    idleUntil: entry.watchers > 0 ? Number.POSITIVE_INFINITY : entry.idleUntil,
    scope: audience.index === '*' ? null : audience.index,
    rowFilter: audience.rowFilter,
  };
}

/**
 * The query as the engine takes it, read from its text again.
 * @throws EstromError when this version does not read the text any more
 */
export function registeredQuery(entry: QueryEntry): RegisteredQuery {
  const { id, ordinal, index, audience } = entry;
  const { query } = canonicalise(parseQuery(entry.query));
  return bounded({ id, ordinal, index, query }, audience);
}
