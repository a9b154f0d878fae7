import type { QueryId } from '../../../document.ts';
import type { Patience } from '../patience.ts';
import type { ElasticsearchEngineStats } from './engine-stats.ts';
import type { Percolator, PercolatorDirectory } from './percolator-directory.ts';
import { refresh } from './registrations.ts';

interface Found {
  readonly _id: string;
  readonly found?: boolean;
  readonly _seq_no: number;
  readonly _primary_term: number;
}

export interface RemovalsParts {
  readonly patience: Patience;
  readonly directory: PercolatorDirectory;
  readonly stats: ElasticsearchEngineStats;
}

/**
 * Deletes queries from percolators that nobody has registered any more. Correctness never depends on
 * it: an id in an answer that is nobody's is dropped.
 *
 * A node may register a query while another removes it. So: the documents' sequence numbers are read
 * first (D1), then the registry is asked (D2), then only the very writes that D1 saw are deleted (D3).
 * A registration writes the registry first and each percolator afterwards, always anew. If D2 misses
 * it, its writes come after D1, and D3 does not touch them.
 */
export class Removals {
  readonly #patience: Patience;
  readonly #directory: PercolatorDirectory;
  readonly #stats: ElasticsearchEngineStats;

  constructor({ patience, directory, stats }: RemovalsParts) {
    this.#patience = patience;
    this.#directory = directory;
    this.#stats = stats;
  }

  /** @param needed asks the registry which of these are registered, now */
  async remove(
    ids: readonly QueryId[],
    needed: (ids: readonly QueryId[]) => Promise<ReadonlySet<QueryId>>,
  ): Promise<void> {
    const percolators = [...this.#directory.last.values()];
    if (percolators.length === 0 || ids.length === 0) return;
    const found = await Promise.all(percolators.map((percolator) => this.#find(percolator, ids)));
    const kept = await needed(ids);
    const changed = await Promise.all(
      percolators.map((percolator, at) =>
        this.#delete(
          percolator,
          found[at]!.filter(({ _id }) => !kept.has(_id)),
        ),
      ),
    );
    await refresh(
      this.#patience,
      percolators.filter((_, at) => changed[at]! > 0),
    );
    for (const id of ids) if (!kept.has(id)) this.#stats.forget(id);
  }

  async #find({ alias }: Percolator, ids: readonly QueryId[]): Promise<Found[]> {
    const { status, body } = await this.#patience.ask(
      'POST',
      `/${encodeURIComponent(alias)}/_mget`,
      { query: { _source: false }, body: { ids } },
    );
    if (status >= 400) return [];
    const { docs } = body as { docs: readonly Found[] };
    return docs.filter((doc) => doc.found === true);
  }

  async #delete({ alias, name }: Percolator, found: readonly Found[]): Promise<number> {
    if (found.length === 0) return 0;
    const lines = found.map(
      ({ _id, _seq_no, _primary_term }) =>
        `${JSON.stringify({ delete: { _id, if_seq_no: _seq_no, if_primary_term: _primary_term } })}\n`,
    );
    // Busy items are left: the query is dropped from answers, and removed when it shows up in one.
    const { items } = (await this.#patience.demand('POST', `/${encodeURIComponent(alias)}/_bulk`, {
      query: { require_alias: true, filter_path: 'items.*.status' },
      body: lines.join(''),
      isNdjson: true,
    })) as { items: readonly { readonly delete: { readonly status: number } }[] };
    const deleted = items.filter((item) => item.delete.status === 200).length;
    this.#stats.removed += deleted;
    this.#stats.counted(name, Math.max(0, this.#stats.storedIn(name) - deleted));
    return deleted;
  }
}
