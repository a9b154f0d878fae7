import type { Patience } from '../patience.ts';
import type { ElasticsearchEngineStats } from './engine-stats.ts';
import type { Percolator, PercolatorDirectory } from './percolator-directory.ts';
import type { QueryWriter } from './query-writer.ts';
import type { SharedQuery } from './stored-query.ts';

interface Group {
  readonly queries: SharedQuery[];
  readonly done: PromiseWithResolvers<void>;
}

export interface RegistrationsParts {
  readonly patience: Patience;
  readonly directory: PercolatorDirectory;
  readonly writer: QueryWriter;
  readonly stats: ElasticsearchEngineStats;
}

/**
 * Brings new queries into every percolator that any node has made. One group is under way at a time,
 * and what arrives meanwhile shares the next: one forced refresh for all of it.
 *
 * Nodes share percolators without locks. Why no registered query is ever missed:
 * - A registration R puts the query into the shared registry (R0, done by the caller), writes it into
 *   the percolators that it knows of (R1), refreshes them (R2), then asks the master which percolators
 *   there are and how they are mapped (R3), and goes on with R1 for those that are new or changed.
 * - A node that makes or extends a percolator has the master do so (C1), then reads all queries from
 *   the registry (C2), writes those that the change concerns (C3), refreshes (C4), and only then uses
 *   the new mapping (C5). No other node uses it before it is marked complete, or it did the same itself.
 * - Either the last R3 comes after C1: then R has seen the percolator with that mapping, and wrote the
 *   query compiled for it. Or R3 comes before C1, and so R0 before C2: then C3 writes it.
 * - Writes of both may come in any order: the higher mapping version wins (see {@link QueryWriter}).
 * - Removals: see {@link Removals}.
 */
export class Registrations {
  readonly #patience: Patience;
  readonly #directory: PercolatorDirectory;
  readonly #writer: QueryWriter;
  readonly #stats: ElasticsearchEngineStats;
  #next: Group | null = null;
  #running = false;

  constructor({ patience, directory, writer, stats }: RegistrationsParts) {
    this.#patience = patience;
    this.#directory = directory;
    this.#writer = writer;
    this.#stats = stats;
  }

  /** Resolves when every percolation that begins later, on any node, is asked with these queries. */
  async add(queries: readonly SharedQuery[]): Promise<void> {
    this.#next ??= { queries: [], done: Promise.withResolvers() };
    const { done } = this.#next;
    for (const query of queries) this.#next.queries.push(query);
    if (!this.#running) void this.#run();
    await done.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What the same turn of the event loop registers belongs together.
    await Promise.resolve();
    for (let group = this.#next; group !== null; group = this.#next) {
      this.#next = null;
      try {
        await this.#bring(group.queries);
        group.done.resolve();
      } catch (error) {
        group.done.reject(error);
      }
    }
    this.#running = false;
  }

  async #bring(queries: readonly SharedQuery[]): Promise<void> {
    this.#stats.registrationGroups++;
    /** What each percolator was when it got the queries. */
    const done = new Map<string, Percolator>();
    let todo = [...this.#directory.last.values()];
    for (;;) {
      await Promise.all(
        todo.map(async (percolator) => {
          const { stored, held, isOutdated } = await this.#writer.write(percolator, queries);
          this.#stats.wrote(percolator.name, stored, held, queries);
          if (!isOutdated) done.set(percolator.name, percolator);
        }),
      );
      await refresh(this.#patience, todo);
      const now = await this.#directory.list();
      todo = [...now.values()].filter((percolator) => {
        const then = done.get(percolator.name);
        return then?.uuid !== percolator.uuid || then.shape.key !== percolator.shape.key;
      });
      if (todo.length === 0) return;
    }
  }
}

/** Makes what was written into these percolators visible. */
export async function refresh(
  patience: Patience,
  percolators: readonly Percolator[],
): Promise<void> {
  if (percolators.length === 0) return;
  const names = percolators.map(({ alias }) => encodeURIComponent(alias)).join(',');
  await patience.demand('POST', `/${names}/_refresh`, { query: { ignore_unavailable: true } });
}
