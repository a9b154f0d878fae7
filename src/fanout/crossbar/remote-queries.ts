import type { QueryId } from '../../document.ts';
import type { Principal } from '../../principal.ts';
import type { QuerySource, TailQuery, Watched } from '../query-source.ts';
import type { RemoteTopics } from './remote-topics.ts';

/** Queries whose hits come from other nodes: one is watched once all of them know that it is. */
export class RemoteQueries implements QuerySource {
  readonly #queries: QuerySource;
  readonly #topics: RemoteTopics;

  constructor(queries: QuerySource, topics: RemoteTopics) {
    this.#queries = queries;
    this.#topics = topics;
  }

  /** Also throws UNAVAILABLE when a node does not say in time that it knows. */
  async watch(request: TailQuery, caller: Principal): Promise<Watched> {
    return await this.#opened(await this.#queries.watch(request, caller));
  }

  /** As {@link watch}. */
  async watchId(id: QueryId, caller: Principal): Promise<Watched> {
    return await this.#opened(await this.#queries.watchId(id, caller));
  }

  async #opened(watched: Watched): Promise<Watched> {
    try {
      await this.#topics.open(watched.id, watched.ordinal);
      return watched;
    } catch (error) {
      watched.release();
      throw error;
    }
  }
}
