import { EstromError } from '../../errors.ts';
import { type Audience, bounded, mayMeet } from '../audience.ts';
import { canonical, canonicalise } from '../canonical.ts';
import { canonicalIndexExpression } from '../index-expression.ts';
import { checkTextLength } from '../limits.ts';
import { parseQuery } from '../parse-query.ts';
import { inLanguage } from '../query-language.ts';
import type { EngineLink } from './engine-link.ts';
import type { Entry } from './query-entry.ts';
import type { queryId } from './query-id.ts';
import type { QueryTable } from './query-table.ts';
import type { RegisteredQuery } from './registered-query.ts';
import type { QueryRequest } from './registration.ts';

export interface Found {
  readonly entry: Entry;
  readonly created: boolean;
  /** What the engine has to match; absent when it was told already. */
  readonly query?: RegisteredQuery;
}

export interface QueryFinderParts {
  readonly table: QueryTable;
  readonly link: EngineLink;
  readonly maxQueries: number;
  readonly nameQuery: typeof queryId;
  readonly now: () => number;
}

/** Finds a query by its canonical form among those that there are. */
export class QueryFinder {
  readonly #parts: QueryFinderParts;

  constructor(parts: QueryFinderParts) {
    this.#parts = parts;
  }

  /**
   * The entry of a query, made where there is none. Nothing holds it yet, and no engine has it.
   * @throws EstromError what is wrong with the request, FORBIDDEN, QUERY_LIMIT, QUERY_CONFLICT
   */
  find(request: QueryRequest, audience: Audience): Found {
    const index = canonicalIndexExpression(request.index);
    if (!mayMeet(index, audience)) {
      throw new EstromError(
        'FORBIDDEN',
        `nothing of [${index}] may be seen here: the caller sees [${audience.index}] only; ask for an index of these`,
      );
    }
    const asked = inLanguage(request.query, request.lang);
    const { query, text } = canonicalise(parseQuery(asked));
    const id = this.#parts.nameQuery(index, text, audience.key);
    const known = this.#parts.table.get(id);
    if (known !== undefined) {
      // Read again rather than kept: a million canonical texts would cost more than these hits.
      const equal = known.index === index && mayAttach(known, audience);
      if (equal && canonical(parseQuery(known.query)) === text) {
        if (known.isProven) return { entry: known, created: false };
        known.isProven = true;
        const { ordinal } = known;
        return {
          entry: known,
          created: false,
          query: bounded({ id, ordinal, index, query }, audience),
        };
      }
      throw new EstromError(
        'QUERY_CONFLICT',
        `another query has the same id [${id}]; change this one a little, such as by a clause *:*`,
      );
    }
    if (this.#parts.table.size >= this.#parts.maxQueries) {
      throw new EstromError(
        'QUERY_LIMIT',
        `${this.#parts.maxQueries} queries are registered already; delete some, or raise --max-queries`,
        { setting: 'max-queries' },
      );
    }
    const given = asked ?? '*';
    const isText = typeof given === 'string';
    const source = isText ? given : JSON.stringify(given);
    checkTextLength(source);
    const ordinal = this.#parts.link.takeOrdinal();
    const createdAt = this.#parts.now();
    const entry = this.#parts.table.add({
      ...{ id, ordinal, index, source, sourceIsJson: !isText, audience, createdAt },
    });
    return { entry, created: true, query: bounded({ id, ordinal, index, query }, audience) };
  }
}

/** Exactly those who see the same documents: attaching gives everything that the query matches. */
export function mayAttach(entry: Entry, audience: Audience): boolean {
  return entry.audience.key === audience.key;
}
