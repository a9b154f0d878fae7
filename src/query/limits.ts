import { EstromError } from '../errors.ts';
import { Work } from './regexp/work.ts';

/** Deepest nesting of groups or clauses in a query. */
export const MAX_QUERY_DEPTH = 50;
/** Most leaves that one query may have; Elasticsearch's own default bound for one bool. */
export const MAX_QUERY_CLAUSES = 1024;
/** Longest query text, in UTF-8 bytes. */
export const MAX_QUERY_BYTES = 64 * 1024;

/** Where in the input something is: a path into the DSL, a position in a query text. */
export interface Place {
  readonly offset?: number;
  readonly clause?: string;
}

/** Counts the leaves and the depth of one query while it is parsed, over all its syntaxes. */
export class Budget {
  /** What its regular expressions cost together. */
  readonly regexps = new Work();
  #clauses = 0;
  #depth = 0;

  /** @throws EstromError QUERY_LIMIT when the query has too many leaves */
  leaf(place: Place): void {
    this.#clauses += 1;
    if (this.#clauses > MAX_QUERY_CLAUSES) {
      throw new EstromError(
        'QUERY_LIMIT',
        `the query has more than ${MAX_QUERY_CLAUSES} clauses; split it into several queries`,
        { ...place },
      );
    }
  }

  /** @throws EstromError QUERY_LIMIT when the query is nested too deeply */
  enter(place: Place): void {
    this.#depth += 1;
    if (this.#depth > MAX_QUERY_DEPTH) {
      throw new EstromError(
        'QUERY_LIMIT',
        `the query is nested deeper than ${MAX_QUERY_DEPTH} levels; flatten it`,
        { ...place },
      );
    }
  }

  leave(): void {
    this.#depth -= 1;
  }
}

/** @throws EstromError QUERY_LIMIT when the text is longer than a query may be */
export function checkTextLength(text: string): void {
  // A UTF-16 unit takes at most three bytes: short texts need no counting.
  if (text.length * 3 <= MAX_QUERY_BYTES) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_QUERY_BYTES) {
    throw new EstromError(
      'QUERY_LIMIT',
      `the query text has ${bytes} bytes; at most ${MAX_QUERY_BYTES} are allowed`,
    );
  }
}
