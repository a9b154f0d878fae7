/** JSON; a string is the JSON text itself, for numbers that would lose their form (`1.0`, `1e3`). */
export type Source = Record<string, unknown> | string;

/** Questions about one document. */
export interface CaseGroup {
  readonly name: string;
  /** What the index's mapping says before the first document; left out, it is all dynamic. */
  readonly mapping?: Record<string, unknown>;
  /** Documents that came before and fixed the types of fields. */
  readonly seed?: readonly Source[];
  readonly document: Source;
  /** A text is a query string with all defaults; an object is Query DSL. */
  readonly queries: readonly (string | Record<string, unknown>)[];
}

/** One line of `cases.json`. */
export interface GoldenCase {
  readonly area: string;
  readonly name: string;
  readonly mapping?: Record<string, unknown>;
  readonly seed?: readonly Source[];
  readonly document: Source;
  readonly query: string | Record<string, unknown>;
  /** Whether the document matches; `rejected` if Elasticsearch refuses the document. */
  readonly expected: boolean | 'error' | 'rejected';
  /**
   * Why, with `error` and `rejected`. An error that begins with `Failed to parse query` lies in the
   * query alone; others (`failed to create query`, …) come from a value that the field's type cannot
   * hold, where a standing query just does not match.
   */
  readonly reason?: string;
}

type Dsl = Record<string, unknown>;

export const term = (field: string, value: unknown): Dsl => ({ term: { [field]: { value } } });
export const terms = (field: string, ...values: unknown[]): Dsl => ({ terms: { [field]: values } });
export const match = (field: string, query: unknown, operator?: 'and' | 'or'): Dsl => ({
  match: { [field]: operator === undefined ? { query } : { query, operator } },
});
export const phrase = (field: string, query: unknown, slop?: number): Dsl => ({
  match_phrase: { [field]: slop === undefined ? { query } : { query, slop } },
});
export const range = (field: string, bounds: Dsl): Dsl => ({ range: { [field]: bounds } });
export const exists = (field: string): Dsl => ({ exists: { field } });
export const bool = (clauses: Dsl): Dsl => ({ bool: clauses });
export const string = (query: string): Dsl => ({ query_string: { query } });
