import type { Ir } from '../ir.ts';
import type { Budget } from '../limits.ts';
import type { ParameterTable } from '../parameters.ts';

/** What the reader of a clause works with. */
export interface Reading {
  readonly budget: Budget;
  /** Reads a clause inside. */
  clause(value: unknown, path: string): Ir;
}

/** One clause of the Query DSL: what it takes, for the reader and for docs/queries.md, and what it means. */
export interface Clause {
  readonly parameters: ParameterTable;
  /** Whether it counts as a level of nesting; others count as a leaf. */
  readonly nests?: true;
  /** What a reader of the documentation should know. */
  readonly note?: string;
  read(body: unknown, path: string, reading: Reading): Ir;
}
