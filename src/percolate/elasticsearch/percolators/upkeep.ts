import type { ElasticsearchConnection } from '../../../elasticsearch/connection.ts';
import type { Logger } from '../../../log.ts';
import { seldom } from '../../../seldom.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days without documents after which an index is deleted. */
const KEPT_DAYS = 7;

interface IndexState {
  readonly aliases?: readonly string[];
  readonly settings: { readonly index: { readonly creation_date: string } };
}

interface ClusterState {
  readonly metadata?: { readonly indices?: Readonly<Record<string, IndexState>> };
}

export interface UpkeepParts {
  readonly connection: ElasticsearchConnection;
  readonly log: Logger;
  /** Indices that this node has used since it was asked last. */
  readonly takeUsed: () => ReadonlySet<string>;
}

/**
 * Deletes percolators and shadow indices that no node has used for a week: daily names would leave one
 * after the other behind. Use is told to the other nodes by an alias that names the day. One that is
 * deleted although somebody comes back to it is made again.
 */
export class Upkeep {
  readonly #connection: ElasticsearchConnection;
  readonly #log: Logger;
  readonly #takeUsed: () => ReadonlySet<string>;
  readonly #timer: NodeJS.Timeout;

  constructor({ connection, log, takeUsed }: UpkeepParts) {
    this.#connection = connection;
    this.#log = log;
    this.#takeUsed = takeUsed;
    this.#timer = setInterval(() => {
      this.run().catch((error: unknown) => {
        seldom(this.#log).warn(error, 'unused indices could not be looked for');
      });
    }, HOUR_MS).unref();
  }

  /** @param now milliseconds since 1970 */
  async run(now: number = Date.now()): Promise<void> {
    const { prefix } = this.#connection;
    const names = `${prefix}-percolator-*,${prefix}-mapping-*`;
    const { metadata } = (await this.#connection.demand(
      'GET',
      `/_cluster/state/metadata/${encodeURIComponent(names)}`,
      {
        query: {
          expand_wildcards: 'all',
          filter_path: 'metadata.indices.*.aliases,metadata.indices.*.settings.index.creation_date',
        },
      },
    )) as ClusterState;
    const used = this.#takeUsed();
    const indices = Object.entries(metadata?.indices ?? {});
    await this.#mark(
      indices.filter(([name]) => used.has(name)),
      now,
    );
    const since = this.#aliasOf(now - KEPT_DAYS * DAY_MS);
    const unused = indices.filter(
      ([name, { aliases = [], settings }]) =>
        !used.has(name) &&
        Number(settings.index.creation_date) < now - KEPT_DAYS * DAY_MS &&
        !aliases.some((alias) => this.#isMark(alias) && alias >= since),
    );
    for (const [name] of unused) {
      await this.#connection.ask('DELETE', `/${encodeURIComponent(name)}`);
      this.#log.info({ index: name }, `deleted: not used for ${KEPT_DAYS} days`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Says that these are in use today, and drops older marks of theirs. */
  async #mark(indices: readonly [string, IndexState][], now: number): Promise<void> {
    const today = this.#aliasOf(now);
    const actions = indices
      .filter(([, { aliases = [] }]) => !aliases.includes(today))
      .flatMap(([index, { aliases = [] }]) => [
        { add: { index, alias: today, is_hidden: true } },
        ...aliases.filter(this.#isMark).map((alias) => ({ remove: { index, alias } })),
      ]);
    if (actions.length === 0) return;
    await this.#connection.demand('POST', '/_aliases', { body: { actions } });
  }

  readonly #isMark = (alias: string): boolean =>
    alias.startsWith(`${this.#connection.prefix}-used-`);

  #aliasOf(time: number): string {
    const day = new Date(time).toISOString().slice(0, 10);
    return `${this.#connection.prefix}-used-${day}`;
  }
}
