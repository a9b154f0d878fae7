import type { EstromError } from '../../errors.ts';
import type { QueryEntry } from './query-entry.ts';

export interface QueryRequest {
  /** Names and patterns; nothing means every index. */
  readonly index?: string | null | undefined;
  /** Whatever `parseQuery` takes. */
  readonly query: unknown;
  /** Of a query text, see query-language.ts; nothing means lucene. */
  readonly lang?: unknown;
}

export interface RegisterRequest extends QueryRequest {
  /** How long the claim is kept: seconds, or a text such as `10m`; nothing means until withdrawn. */
  readonly ttl?: unknown;
}

export interface Registration {
  readonly entry: QueryEntry;
  /** False when an equal query was there already. */
  readonly created: boolean;
}

export type RegistrationResult = Registration | { readonly error: EstromError };
