import { LRUCache } from 'lru-cache';
import type { QueryId } from '../../../document.ts';
import { reasonOf } from '../../../elasticsearch/connection.ts';
import { EstromError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { HeldBack } from '../../../query/registry/held-back.ts';
import type { Patience } from '../patience.ts';
import type { Percolator } from './percolator-directory.ts';
import { type SharedQuery, storable } from './stored-query.ts';

/** Queries in one request: compiling them should not stop the event loop for long. */
const MAX_LINES = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** Requests at a time. */
const SIDE_BY_SIDE = 3;
/** Room for versions of a document under the same mapping version. */
const BAND = 2 ** 20;
/** Tried one after the other: a removal leaves a version behind that is a little higher. */
const BUMPS = [0, 2 ** 4, 2 ** 8, 2 ** 12, 2 ** 16, 2 ** 19];

/** Refused queries that are remembered. */
const MAX_REFUSED = 10_000;

interface Refusal {
  /** Of the percolator that did not take it. */
  readonly alias: string;
  readonly reason: string;
}

interface Line {
  readonly query: SharedQuery;
  readonly source: string;
}

interface BulkItem {
  readonly status: number;
  readonly error?: object;
}

/** What became of queries that were to be written. */
export interface Written {
  stored: number;
  /** By id: those that the mapping holds back. */
  readonly held: Map<string, HeldBack>;
  /** Whether some are there already, compiled for a newer mapping than the percolator was thought to have. */
  isOutdated: boolean;
}

/**
 * Compiles queries for a percolator's mapping and writes them into it; a refresh makes them visible.
 *
 * Several nodes write the same query, perhaps compiled for different versions of the mapping. The
 * document's version begins with the mapping's, so that an older compilation never replaces a newer
 * one, in whatever order they arrive.
 */
export class QueryWriter {
  readonly #patience: Patience;
  readonly #log: Logger;
  readonly #refused = new LRUCache<QueryId, Refusal>({ max: MAX_REFUSED });

  constructor(patience: Patience, log: Logger) {
    this.#patience = patience;
    this.#log = log;
  }

  /** Why Elasticsearch does not take a query, in its words; undefined when it does, as far as is remembered. */
  refusedFor(id: QueryId): string | undefined {
    return this.#refused.peek(id)?.reason;
  }

  /** Its end. */
  forget(id: QueryId): void {
    this.#refused.delete(id);
  }

  async write(percolator: Percolator, queries: readonly SharedQuery[]): Promise<Written> {
    const written: Written = { stored: 0, held: new Map(), isOutdated: false };
    const groups = linesOf(percolator, queries, written);
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (const lines of groups) await this.#send(percolator, lines, written);
      }),
    );
    return written;
  }

  async #send(percolator: Percolator, lines: readonly Line[], written: Written): Promise<void> {
    let rest = lines;
    for (const bump of BUMPS) {
      const version = percolator.version * BAND + bump;
      rest = await this.#patience.insist(() => this.#bulk(percolator, version, rest, written));
      if (rest.length === 0) return;
    }
    written.isOutdated = true;
  }

  /** @returns those of which a higher version is there */
  async #bulk(
    { alias }: Percolator,
    version: number,
    lines: readonly Line[],
    written: Written,
  ): Promise<Line[]> {
    const body = lines.map(
      ({ query: { id }, source }) =>
        `{"index":${JSON.stringify({ _id: id, version, version_type: 'external_gte' })}}\n${source}\n`,
    );
    const { items } = (await this.#patience.demand('POST', `/${encodeURIComponent(alias)}/_bulk`, {
      query: { require_alias: true, filter_path: 'items.*.status,items.*.error' },
      body: body.join(''),
      isNdjson: true,
    })) as { items: readonly { readonly index: BulkItem }[] };
    const conflicting: Line[] = [];
    let stored = 0;
    items.forEach(({ index: { status, error } }, at) => {
      const line = lines[at]!;
      if (status < 300) {
        stored++;
        if (this.#refused.peek(line.query.id)?.alias === alias) this.forget(line.query.id);
      } else if (status === 409) conflicting.push(line);
      // A percolator that is gone needs no queries; the next look at the cluster notices.
      else if (status === 404) written.isOutdated = true;
      else if (status !== 400) {
        const code = status === 429 || status >= 500 ? 'UNAVAILABLE' : 'ENGINE_FAILED';
        throw new EstromError(code, `Elasticsearch does not take queries: ${reasonOf({ error })}`);
      } else {
        const reason = `Elasticsearch refuses it: ${reasonOf({ error })}`;
        this.#refused.set(line.query.id, { alias, reason });
        this.#log.error({ id: line.query.id, reason }, 'a query cannot be percolated');
        written.held.set(line.query.id, { reason, unmapped: [] });
      }
    });
    written.stored += stored;
    return conflicting;
  }
}

/** Compiled as they are taken; several may take from it. */
function* linesOf(
  percolator: Percolator,
  queries: readonly SharedQuery[],
  { held }: Written,
): Generator<readonly Line[]> {
  let lines: Line[] = [];
  let bytes = 0;
  for (const query of queries) {
    const stored = storable(query, percolator.shape.mapping);
    if ('held' in stored) {
      held.set(query.id, stored.held);
      continue;
    }
    lines.push({ query, source: stored.source });
    bytes += stored.source.length;
    if (lines.length < MAX_LINES && bytes < MAX_BYTES) continue;
    yield lines;
    lines = [];
    bytes = 0;
  }
  if (lines.length > 0) yield lines;
}
