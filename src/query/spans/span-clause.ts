import type { Reading } from '../dsl/dsl-clause.ts';
import type { Ir } from '../ir.ts';
import type { ParameterTable } from '../parameters.ts';
import type { Span } from './span.ts';

/** What the reader of a span clause makes of it. */
export interface ReadSpan {
  readonly span: Span;
  /** Of a clause inside another only 1 is allowed. */
  readonly boost: number;
  /** Names of clauses inside, which are told where those hold alone. */
  readonly told: readonly Ir[];
}

/** One span clause; `name` of the clause itself is left to whoever reads it. */
export interface SpanClause {
  readonly parameters: ParameterTable;
  readonly nests?: true;
  readonly note?: string;
  read(body: unknown, path: string, reading: Reading): ReadSpan;
}
