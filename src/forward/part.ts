import type { Slab } from '../ingest/slab-pool.ts';
import type { ActionFacts } from './bulk-lines.ts';
import type { Updates } from './source-asked.ts';

/** A slab with whole items in it; where each source is stands in the slab's slots. */
export interface FilledSlab {
  readonly slab: Slab;
  /** The byte after the last one that is sent. */
  readonly end: number;
  /** One for each item. */
  readonly facts: readonly ActionFacts[];
}

/** What is sent to Elasticsearch as one request. */
export interface Part {
  readonly slabs: readonly FilledSlab[];
  readonly bytes: number;
  readonly items: number;
  readonly updates: Updates;
  /** Every line was understood, so the answer's items are these, in this order. */
  readonly isUnderstood: boolean;
  /** The body ends with it. */
  readonly isLast: boolean;
}
