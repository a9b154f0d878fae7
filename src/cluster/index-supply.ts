import type { Logger } from '../log.ts';
import type { QuerySupply } from '../percolate/engine.ts';
import { bounded, makeAudience } from '../query/audience.ts';
import { canonicalise } from '../query/canonical.ts';
import { parseJson } from '../query/json.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { RegisteredQuery } from '../query/registry/registered-query.ts';
import type { Change, QueryIndex } from './query-index.ts';

/** Every registered query, read from the shared registry. */
export class IndexSupply implements QuerySupply {
  readonly #index: Pick<QueryIndex, 'changes'>;
  readonly #log: Logger;

  constructor(index: Pick<QueryIndex, 'changes'>, log: Logger) {
    this.#index = index;
    this.#log = log;
  }

  async *all(): AsyncGenerator<RegisteredQuery[]> {
    for await (const changes of this.#index.changes(-1, Number.POSITIVE_INFINITY)) {
      const queries: RegisteredQuery[] = [];
      for (const change of changes) {
        if (change.query.ended !== 0) continue;
        try {
          queries.push(queryOf(change));
        } catch (error) {
          const reason = (error as Error).message;
          this.#log.error({ id: change.id, reason }, 'a registered query cannot be read');
        }
      }
      if (queries.length > 0) yield queries;
    }
  }
}

/** @throws EstromError when this version does not read it */
function queryOf({ id, query: kept }: Change): RegisteredQuery {
  const { index, source, sourceIsJson, scope, rowFilter } = kept;
  const { query } = canonicalise(parseQuery(sourceIsJson ? parseJson(source) : source));
  const audience = makeAudience(scope ?? '*', rowFilter);
  // Who takes these knows queries by their ids.
  return bounded({ id, ordinal: 0, index, query }, audience);
}
